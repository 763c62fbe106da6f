package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"hw4/internal/problems/lenet5"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/lenet"
)

// lenetFlags are the flags of 'hw4 lenet'.
type lenetFlags struct {
	lenet5.Options
	weightsFlags
	arch   string
	answer string // a number of parameters of one's own
}

func (a *app) lenetCommand() *cobra.Command {
	f := lenetFlags{Options: lenet5.Options{Training: lenet5.Defaults(lenet.Original)}}
	old := lenet5.Defaults(lenet.LeCun1998)
	cmd := &cobra.Command{
		Use:   "lenet --params | --train",
		Short: "Problem 7: LeNet-5's original C3 layer",
		Long: fmt.Sprintf(`Counts the trainable parameters of LeNet-5, by hand and from its tensors, with C3
connected by Table I of the paper and as an ordinary convolution, and of the network as
the paper has it; and trains any of the three on MNIST, the first two with the settings
of the course's script, lecun1998 with the paper's loss and settings of its own:
%d epochs, batches of %d, learning rate %g at first.
Weights that were saved, here or by a PyTorch program, are measured on the test set, or
read a picture of a digit.`, old.Epochs, old.Batch, old.LR),
		Example: "  hw4 lenet --params\n  hw4 lenet --params --answer 60570\n" +
			"  hw4 lenet --train --arch original --epochs 10 --save w.safetensors\n" +
			"  hw4 lenet --eval --weights w.safetensors\n  hw4 lenet --predict seven.png --weights w.safetensors",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.lenet(cmd, &f) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.Params, "params", false, "count the parameters")
	flags.StringVar(&f.answer, "answer", "", "judge a number of parameters of your own: with --params")
	flags.BoolVar(&f.Train, "train", false, "train a network")
	flags.StringVar(&f.arch, "arch", f.Arch.String(),
		"network to train, or that weights must be of: original, modern or lecun1998")
	trainingFlags(cmd, &f.Training.Options)
	f.weightsFlags.add(cmd)
	flags.StringVar(&f.predict, "predict", "",
		"picture of a digit to read with --weights: PNG, JPEG or .npy, any size, light or dark")
	return cmd
}

// lenet counts, trains, judges a number or uses weights, as the flags say.
func (a *app) lenet(cmd *cobra.Command, f *lenetFlags) error {
	changed := cmd.Flags().Changed
	if err := f.weightsFlags.check(&f.Training.Options, f.Train); err != nil {
		return err
	}
	switch uses := f.weights != ""; {
	case changed("answer") && (f.Train || uses):
		return usagef("--answer judges a number of parameters and does not go with --train or --weights")
	case changed("answer"):
		return a.judgeCount(cmd, f.answer)
	case !uses && !f.Train && !f.Params:
		return usagef("say --params, --train or both, or --weights; see 'hw4 lenet --help'")
	case !f.Train && f.Checkpoint.File != "":
		return usagef("--checkpoint wants --train")
	case uses && !changed("arch"):
		f.arch = "" // the weights tell
	default:
		arch, err := lenet5.Named(f.arch)
		if err != nil {
			return err
		}
		f.preset(lenet5.Defaults(arch), changed)
	}
	if err := checkTraining(f.Training.Options); err != nil {
		return err
	}
	a.prepare(&f.Training.Options)
	return a.answer(cmd, func(ctx context.Context, p progress.Progress) (*report.Report, error) {
		if f.weights != "" {
			return lenet5.Weights{
				File: f.weights, Arch: f.arch, Data: f.Data, Params: f.Params, Eval: f.eval, Predict: f.predict, ONNX: f.onnx,
			}.Solve(ctx)
		}
		f.ONNX, f.Progress = f.onnx, p
		return f.Options.Solve(ctx)
	})
}

// preset gives the settings whose flags have not been changed the defaults of the
// network that is to be trained.
func (f *lenetFlags) preset(t lenet5.Training, changed func(flag string) bool) {
	f.Arch = t.Arch
	if !changed("epochs") {
		f.Epochs = t.Epochs
	}
	if !changed("batch") {
		f.Batch = t.Batch
	}
	if !changed("lr") {
		f.LR = t.LR
	}
}

// judgeCount judges a number of parameters, such as 60806 or 60,806.
func (a *app) judgeCount(cmd *cobra.Command, number string) error {
	n, err := strconv.Atoi(strings.NewReplacer(",", "", "_", "", " ", "").Replace(number))
	if err != nil || n < 0 {
		return usagef("--answer %q: want a number of parameters, such as 60806", number)
	}
	return a.write(cmd, lenet5.Problem().Judged(": your number", lenet5.Judge(n)))
}
