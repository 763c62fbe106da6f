package lenet5

import (
	"math/rand/v2"
	"slices"

	"hw4/data"
	"hw4/internal/report"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// A Jury judges trained weights by the test images of a data set.
type Jury struct{ mnist *data.MNIST }

// NewJury reads the images. The error is a *problem.InputError.
func NewJury(source data.Source) (*Jury, error) {
	mnist, err := load(source)
	return &Jury{mnist}, err
}

// Judge judges weights as those of the original LeNet-5: its C3 must be connected by
// Table I, and so large a share of the test images as floor must be classified correctly.
// The error is a *problem.InputError for weights of no LeNet-5.
func (j *Jury) Judge(w *training.Weights, floor float64) (report.Verdict, error) {
	arch, network, err := anyNetworkOf(w)
	if err != nil {
		return report.Verdict{}, err
	}
	var v report.Verdict
	unwired := arch == lenet.Original || arch == lenet.Modern && !extraKernels(network)
	switch {
	case arch == lenet.LeCun1998:
		v.Code = "network-of-1998"
	case !unwired:
		v.Code = "connected-fully"
	}
	v.Check("C3 is connected by Table I", unwired, "the weights are those of the %s LeNet-5%s", arch, w.Matched())
	f := Defaults(arch).Fit(j.mnist)
	f.Network = network
	_, accuracy := f.Evaluate(j.mnist.Test)
	able := accuracy >= floor
	v.Check("accuracy", able, "%s of the %d test images are classified correctly; at least %s are wanted",
		report.Percent(accuracy), j.mnist.Test.Len(), report.Percent(floor))
	if chance := training.Chance(j.mnist.Test); !able {
		v.Code = map[bool]string{true: "nothing-learned", false: "below-the-floor"}[accuracy <= 1.5*chance]
	}
	v.AnswerChecks()
	if !able {
		v.Answerf("The weights are run in the network of the sheet: pixels from 0 to 1, 2 x 2 average pooling, " +
			"tanh after each layer but the last, also after the pooling. They do not fit if they were trained in another one.")
	}
	return v, nil
}

// WeightCodes returns the words for what is wrong with weights.
func WeightCodes() []string {
	return []string{"network-of-1998", "connected-fully", "nothing-learned", "below-the-floor"}
}

// anyNetworkOf is NetworkOf for weights that may also be in an order of their own.
func anyNetworkOf(w *training.Weights) (lenet.Arch, nn.Sequential[float32], error) {
	arch, network, err := NetworkOf(w, "")
	if err == nil {
		return arch, network, nil
	}
	for _, candidate := range lenet.Archs() {
		n := lenet.New[float32](rand.New(rand.NewPCG(0, 72)), candidate)
		if w.IntoByOrder(n) {
			return candidate, n, nil
		}
	}
	return arch, network, err
}

// extraKernels reports whether the complete C3 of a network has weights other than zero
// where Table I has no connection.
func extraKernels(network nn.Sequential[float32]) bool {
	for _, p := range network.Params() {
		if p.Value.Rank() != 4 || p.Value.Dim(0) != len(lenet.Connections()) {
			continue
		}
		for out, from := range lenet.Connections() {
			for in := range p.Value.Dim(1) {
				if !slices.Contains(from, in) && hasWeight(p.Value, out, in) {
					return true
				}
			}
		}
	}
	return false
}

// hasWeight reports whether a kernel of a weight (O, C, K, K) has an element that is not 0.
func hasWeight(w *tensor.Tensor[float32], out, in int) bool {
	n := w.Dim(2) * w.Dim(3)
	return slices.ContainsFunc(w.Data()[(out*w.Dim(1)+in)*n:][:n], func(v float32) bool { return v != 0 })
}
