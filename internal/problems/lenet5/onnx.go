package lenet5

import (
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/tensor/nn"
)

// checkExport returns what would keep a LeNet-5 from being exported, so that it is
// known before the training.
func checkExport(path string, arch lenet.Arch) error {
	if path != "" && arch == lenet.LeCun1998 {
		return problem.Settingf("onnx", "is for the original and the modern LeNet-5, not for %s", arch)
	}
	return nil
}

// export writes the original or the modern LeNet-5 as an ONNX model, unless the path is
// empty.
func export(b *report.Body, path string, arch lenet.Arch, network nn.Module[float32]) error {
	return training.Export(b, path, "lenet5_"+arch.String(), network, 1, lenet.Side, lenet.Side)
}
