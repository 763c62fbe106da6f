package cli

import (
	"github.com/spf13/cobra"

	"hw4/internal/homework"
)

// weightsFlags adds the flags of files of weights.
func weightsFlags(cmd *cobra.Command, cfg *homework.Config) {
	f := cmd.Flags()
	f.StringVar(&cfg.Save, "save", "", "file for the trained weights, .safetensors or .npz")
	f.StringVar(&cfg.ONNX, "onnx", "", "file for the network as an ONNX model, .onnx: trained, or with the weights of --weights")
	f.BoolVar(&cfg.Eval, "eval", false, "measure the accuracy of the weights of --weights")
	f.StringVar(&cfg.Weights, "weights", "", "file with weights, .safetensors or .npz, with PyTorch's names")
}

// checkWeights checks the flags of files of weights. training says whether the
// command is to train.
func checkWeights(cfg homework.Config, training bool) error {
	for _, file := range []struct{ flag, path string }{{"save", cfg.Save}, {"weights", cfg.Weights}} {
		if file.path == "" {
			continue
		}
		if err := homework.CheckWeightsName(file.path); err != nil {
			return usagef("--%s %v", file.flag, err)
		}
	}
	if cfg.ONNX != "" {
		if err := homework.CheckONNXName(cfg.ONNX); err != nil {
			return usagef("--onnx %v", err)
		}
	}
	reads := cfg.Eval || cfg.Predict != ""
	uses := reads || cfg.ONNX != "" && cfg.Weights != ""
	switch {
	case reads && cfg.Weights == "":
		return usagef("--eval and --predict need --weights FILE")
	case cfg.Weights != "" && !uses:
		return usagef("--weights is for --eval, --predict and --onnx")
	case uses && cfg.Checkpoint.File != "":
		return usagef("--checkpoint is for training, not for weights of --weights")
	case uses && (training || cfg.Save != ""):
		return usagef("--weights is not for training: weights are trained and saved, or read and used")
	case cfg.Save != "" && !training:
		return usagef("--save is for --train")
	case cfg.ONNX != "" && !training && cfg.Weights == "":
		return usagef("--onnx wants --train or --weights FILE")
	}
	return nil
}
