package cli

import (
	"context"
	"math"

	"github.com/spf13/cobra"

	"hw4/internal/problem"
	"hw4/internal/problems/losses"
	"hw4/internal/progress"
	"hw4/internal/report"
)

// maxSeeds bounds a comparison of the losses.
const maxSeeds = 1000

func (a *app) trainCommand() *cobra.Command {
	o := losses.Defaults()
	var w weightsFlags
	cmd := &cobra.Command{
		Use:   "train --loss mse|kl|both",
		Short: "Problem 5: sum of squares against KL divergence",
		Long: `Trains the sheet's model f_{a,b} on the 4s and 9s of MNIST by SGD and reports losses
and accuracies. With --loss both, the two losses start from the same weights and see
the same batches, from --seeds seeds. The answer says which loss does better; --details
adds one run of each, the tests of significance, and the optimum that the losses head
for. The defaults are those of the course's script, except for the bias b, which the
sheet has and the script leaves out.`,
		Example: "  hw4 train --loss mse\n  hw4 train --loss both --seeds 20\n  hw4 train --loss both --lr 0.01,0.0255,0.1 " +
			"--epochs 3,20",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := w.check(cmd, &o.Options, w.weights == ""); err != nil {
				return err
			}
			if err := checkComparison(o, cmd.Flags().Changed("seeds")); err != nil {
				return err
			}
			if err := checkOneLoss(o, w); err != nil {
				return err
			}
			return a.train(cmd, o, w)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Loss, "loss", o.Loss, "mse, kl or both")
	f.BoolVar(&o.NoBias, "no-bias", false, "leave out b, as the course's script does")
	trainingFlags(cmd, &o.Options)
	f.IntVar(&o.Seeds, "seeds", o.Seeds,
		"number of seeds for comparing the losses; the first is --seed; 1 means a single run")
	severalFloats(f.Lookup("lr"), &o.LR, &o.Rates, "learning rate; a list such as 0.01,0.1 compares the losses at each")
	severalInts(f.Lookup("epochs"), &o.Epochs, &o.Stops,
		"passes over the training set; a list such as 3,20 compares the losses after each")
	w.add(cmd)
	return cmd
}

// train trains, or uses weights from a file.
func (a *app) train(cmd *cobra.Command, o losses.Options, w weightsFlags) error {
	a.prepare(&o.Options)
	return a.answer(cmd, func(ctx context.Context, p progress.Progress) (*report.Report, error) {
		if w.weights != "" {
			return losses.Weights{File: w.weights, Data: o.Data, Eval: w.eval, ONNX: w.onnx}.Solve(ctx)
		}
		o.ONNX, o.Progress = w.onnx, p
		return o.Solve(ctx)
	})
}

// checkOneLoss refuses files for the one network of a run that has two.
func checkOneLoss(o losses.Options, w weightsFlags) error {
	if o.Loss != losses.Both {
		return nil
	}
	if o.Save != "" {
		return usagef("--save needs one loss: --loss mse or --loss kl")
	}
	if w.onnx != "" && w.weights == "" {
		return usagef("--onnx needs one loss: --loss mse or --loss kl")
	}
	return nil
}

// checkComparison checks the settings of 'hw4 train'. A comparison is asked for
// if --seeds is given.
func checkComparison(o losses.Options, asked bool) error {
	for _, lr := range append(o.Rates, o.LR) {
		for _, epochs := range append(o.Stops, o.Epochs) {
			one := o.Options
			one.LR, one.Epochs = lr, epochs
			if err := checkTraining(one); err != nil {
				return err
			}
		}
	}
	several := len(o.Rates) > 1 || len(o.Stops) > 1
	both := o.Loss == losses.Both
	switch {
	case o.Seeds < 1 || o.Seeds > maxSeeds:
		return usagef("--seeds %d: want 1 to %d", o.Seeds, maxSeeds)
	case both && o.Seed > math.MaxUint64-uint64(o.Seeds-1):
		return usagef("--seed %d: want at most 2^64 minus the number of seeds", o.Seed)
	case !both && asked && o.Seeds > 1:
		return usagef("--seeds %d needs --loss both; leave it out with --loss %s", o.Seeds, o.Loss)
	case several && (!both || o.Seeds == 1):
		return usagef("a list for --lr or --epochs needs --loss both and at least 2 --seeds")
	case several && o.Checkpoint.File != "":
		return usagef("--checkpoint needs a single --lr and a single --epochs")
	}
	return problem.OneOf("loss", o.Loss, losses.Names())
}
