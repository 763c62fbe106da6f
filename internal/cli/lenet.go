package cli

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"hw4/internal/problems/lenet5"
	"hw4/internal/problems/lenet5/params"
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
		Use:   "lenet --params | --train | --weights FILE | --predict PICTURE...",
		Short: "Problem 7: LeNet-5's original C3 layer",
		Long: fmt.Sprintf(`--params counts the trainable parameters of LeNet-5, by hand and from its tensors. There
are three networks: original (C3 connected as in Table I), modern (C3 connected
completely) and lecun1998 (as published in 1998). --train trains one of them on MNIST.
The first two use the settings of the course. lecun1998 uses the loss of the paper and
its own settings: %d epochs, batches of %d, a learning rate that starts at %g.
--weights reads weights that this program or PyTorch has saved, for --eval, --predict
or --onnx. --predict reads the digit in each picture that is named. Without --weights it
uses a trained network that the program brings along.`, old.Epochs, old.Batch, old.LR),
		Example: "  hw4 lenet --params\n  hw4 lenet --answer 60570\n" +
			"  hw4 lenet --train --arch original --epochs 10 --save w.safetensors\n" +
			"  hw4 lenet --eval --weights w.safetensors\n  hw4 lenet --predict seven.png\n" +
			"  hw4 lenet --predict *.png --weights w.safetensors",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(f.predict) > 0 { // a shell makes several names of *.png
				return nil
			}
			return noArgs(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			f.predict = append(f.predict, args...)
			return a.lenet(cmd, &f)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.Params, "params", false, "count the parameters")
	flags.StringVar(&f.answer, "answer", "", "judge your own number of parameters, with --arch as that of one network")
	flags.BoolVar(&f.Train, "train", false, "train a network")
	flags.StringVar(&f.arch, "arch", f.Arch.String(),
		"network to train, or that --weights or --answer must belong to: original, modern or lecun1998")
	trainingFlags(cmd, &f.Training.Options)
	f.weightsFlags.add(cmd)
	cmd.ValidArgsFunction = oneOfFiles(flagFiles()["lenet predict"])
	flags.StringArrayVar(&f.predict, "predict", nil,
		"read the digit in these `pictures`, also photographs: as for conv --image, or .npy, with light or dark ink")
	flags.Lookup("predict").DefValue = "" // not "[]", which help would show
	return cmd
}

// lenet counts, trains, judges a number or uses weights, as the flags say.
func (a *app) lenet(cmd *cobra.Command, f *lenetFlags) error {
	changed := cmd.Flags().Changed
	if err := f.weightsFlags.check(cmd, &f.Training.Options, f.Train); err != nil {
		return err
	}
	trained := []string{"epochs", "batch", "lr", "seed", "checkpoint", "every", "resume"}
	switch uses := f.weights != "" || len(f.predict) > 0; {
	case slices.Contains(f.predict, ""):
		return usagef("--predict: the name of a picture is empty")
	case changed("answer") && (f.Train || uses):
		return usagef("--answer judges a number of parameters; leave out --train, --weights and --predict")
	case !changed("answer") && !uses && !f.Train && !f.Params:
		return usagef("want --params, --train, --weights or --predict; see 'hw4 lenet --help'")
	case !f.Train && slices.ContainsFunc(trained, changed):
		return usagef("--epochs, --batch, --lr, --seed and --checkpoint need --train")
	case changed("answer"):
		return a.judgeCount(cmd, f)
	case uses && !changed("arch"):
		f.arch = "" // the weights tell
	default:
		arch, err := lenet5.Named(f.arch)
		if err != nil {
			return err
		}
		if f.Params && !f.Train && !uses && changed("arch") {
			return usagef("--params counts all networks; --arch goes with --train, --weights, --predict or --answer")
		}
		f.preset(lenet5.Defaults(arch), changed)
	}
	if err := checkTraining(f.Training.Options); err != nil {
		return err
	}
	a.prepare(&f.Training.Options)
	return a.answer(cmd, func(ctx context.Context, p progress.Progress) (*report.Report, error) {
		if f.weights != "" || len(f.predict) > 0 {
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

// judgeCount judges a number of parameters, such as 60806 or 60,806; of one network, if
// that is named.
func (a *app) judgeCount(cmd *cobra.Command, f *lenetFlags) error {
	number := strings.TrimSpace(f.answer)
	grouped := regexp.MustCompile(`^[0-9]+$|^[0-9]{1,3}([, _][0-9]{3})+$`).MatchString(number)
	n, err := strconv.Atoi(strings.NewReplacer(",", "", "_", "", " ", "").Replace(number))
	if err != nil || !grouped {
		return usagef("--answer %q: want a number of parameters, such as 60806", f.answer)
	}
	if !cmd.Flags().Changed("arch") {
		return a.write(cmd, lenet5.Problem().Judged(": your number", params.Judge(n)))
	}
	arch, err := lenet5.Named(f.arch)
	if err != nil {
		return err
	}
	return a.write(cmd, lenet5.Problem().Judged(": your number", params.JudgeFor(arch, n)))
}
