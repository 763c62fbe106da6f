package cli

import (
	"math"

	"github.com/spf13/cobra"

	"hw4/internal/training"
)

// trainingFlags adds the flags that the training commands share.
func trainingFlags(cmd *cobra.Command, o *training.Options) {
	f := cmd.Flags()
	f.IntVar(&o.Epochs, "epochs", o.Epochs, "passes over the training set")
	f.IntVar(&o.Batch, "batch", o.Batch, "images in a batch")
	f.Float64Var(&o.LR, "lr", o.LR, "learning rate")
	f.Uint64Var(&o.Seed, "seed", 0, "seed of the initial weights and of the order of the images")
	c := &o.Checkpoint
	f.StringVar(&c.File, "checkpoint", "",
		"keep the state of the training in this file, so that it can be resumed")
	f.IntVar(&c.Every, "every", 0, "also write the checkpoint after every N steps; 0 means no")
	f.BoolVar(&c.Resume, "resume", false, "continue from the checkpoint")
	f.StringVar(&o.Save, "save", "", "write the trained weights to this file, .safetensors or .npz")
}

// weightsFlags are the flags of files of weights.
type weightsFlags struct {
	onnx    string
	eval    bool
	weights string
	predict []string // pictures
}

// add adds the flags that the training commands share.
func (w *weightsFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&w.onnx, "onnx", "",
		"write the network to this .onnx file, after training or with --weights")
	f.BoolVar(&w.eval, "eval", false, "measure the accuracy of --weights")
	f.StringVar(&w.weights, "weights", "",
		"read weights from this file, .safetensors, .npz, .pt or another; FILE::name for some of it")
}

// check checks the flags of files of weights. trains says whether the command is to
// train.
func (w *weightsFlags) check(cmd *cobra.Command, o *training.Options, trains bool) error {
	if err := training.CheckWeightsName(o.Save); err != nil {
		return usagef("--save %v", err)
	}
	if err := training.CheckEnding(w.onnx, ".onnx"); err != nil {
		return usagef("--onnx %v", err)
	}
	reads := w.eval || len(w.predict) > 0
	uses := reads || w.onnx != "" && w.weights != ""
	switch {
	case w.eval && w.weights == "":
		return usagef("--eval needs --weights FILE")
	case reads && w.weights == "" && (trains || o.Save != ""):
		return usagef("--predict reads pictures with trained weights; leave out --train and --save")
	case w.weights != "" && !uses:
		return usagef("--weights is for --eval, --predict and --onnx")
	case uses && (trains || o.Save != ""):
		return usagef("--weights cannot be trained further; leave out --train and --save")
	case o.Save != "" && !trains:
		return usagef("--save is for --train")
	case w.onnx != "" && !trains && w.weights == "":
		return usagef("--onnx needs --train or --weights FILE")
	}
	for _, flag := range []string{"loss", "no-bias", "epochs", "batch", "lr", "seed", "seeds", "checkpoint", "every",
		"resume"} {
		if uses && cmd.Flags().Changed(flag) {
			return usagef("--%s is for training; leave it out with weights that are trained", flag)
		}
	}
	return nil
}

// checkTraining checks the flags that the training commands share.
func checkTraining(o training.Options) error {
	c := o.Checkpoint
	switch {
	case o.Epochs < 1 || o.Epochs > maxEpochs:
		return usagef("--epochs %d: want 1 to %d", o.Epochs, maxEpochs)
	case o.Batch < 1 || o.Batch > maxBatch:
		return usagef("--batch %d: want 1 to %d", o.Batch, maxBatch)
	case !(o.LR > 0) || math.IsInf(o.LR, 0):
		return usagef("--lr %v: want a positive number", o.LR)
	case c.File == "" && c.Resume:
		return usagef("--resume needs --checkpoint FILE")
	case c.File == "" && c.Every != 0:
		return usagef("--every needs --checkpoint FILE")
	case c.Every < 0:
		return usagef("--every %d: want a number of steps", c.Every)
	}
	return nil
}

// prepare gives a training its data set and somebody to tell where it goes on.
func (a *app) prepare(o *training.Options) {
	o.Data = a.source()
	o.Checkpoint.Notice = func(line string) { a.say("%s", line) }
}
