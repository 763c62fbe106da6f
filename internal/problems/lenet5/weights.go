package lenet5

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"hw4/data"
	"hw4/internal/pretrained"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/tensor/nn"
)

// Weights says what to do with the weights of a LeNet-5 from a file.
type Weights struct {
	File    string // empty: those that the program brings along
	Arch    string // what they must be the weights of; empty: they tell
	Data    data.Source
	Params  bool     // count the parameters, too
	Eval    bool     // measure their accuracy on the test set
	Predict []string // pictures of digits to read
	ONNX    string   // file for the network; empty: none
}

// Solve does it.
func (o Weights) Solve(ctx context.Context) (*report.Report, error) {
	r := Problem().Report("")
	if o.Params {
		parameters(&r.Body)
	}
	if err := o.use(&r.Body); err != nil {
		return nil, err
	}
	return r, ctx.Err()
}

func (o Weights) use(b *report.Body) error {
	w, err := o.read()
	if err != nil {
		return err
	}
	arch, network, err := NetworkOf(w, o.Arch)
	if err != nil {
		return err
	}
	count := nn.Count(network.Params())
	if o.File != "" {
		b.Answerf("%s holds the weights of the %s LeNet-5 (%d parameters)%s.", o.File, arch, count, w.Matched())
	}
	byHand := lenet.Total(lenet.Ledger(arch, network)).ByHand
	b.Check("the weights are complete", count == byHand,
		"%d parameters with the names and shapes of the %s LeNet-5, which has %d by hand", count, arch, byHand)
	if o.ONNX != "" {
		if err := errors.Join(checkExport(o.ONNX, arch), training.CheckWritable(o.ONNX)); err != nil {
			return err
		}
		if err := export(b, o.ONNX, arch, network); err != nil {
			return err
		}
	}
	if o.Eval {
		if err := o.evaluate(b, arch, network, w); err != nil {
			return err
		}
	}
	if len(o.Predict) > 0 {
		return predict(b, o.Predict, network)
	}
	return nil
}

func (o Weights) read() (*training.Weights, error) {
	if o.File == "" {
		return pretrained.LeNet()
	}
	return training.ReadWeights(o.File)
}

// NetworkOf returns the network that weights belong to, with these weights: the
// variant whose names and shapes they have, which must be the named one if a name
// is given. Weights of no variant are compared with that to which they are closest. The
// error is a *problem.InputError.
func NetworkOf(w *training.Weights, name string) (arch lenet.Arch, network nn.Sequential[float32], err error) {
	closest := -1.0
	for _, candidate := range lenet.Archs() {
		n := lenet.New[float32](rand.New(rand.NewPCG(0, 72)), candidate)
		if shared := w.Closeness(n); shared > closest {
			arch, network, closest = candidate, n, shared
		}
	}
	if name != "" && name != arch.String() {
		if arch, err = Named(name); err != nil {
			return 0, nil, err
		}
		network = lenet.New[float32](rand.New(rand.NewPCG(0, 72)), arch)
	}
	return arch, network, w.Into(network, fmt.Sprintf("the %s LeNet-5", arch))
}

// evaluate reports the accuracy on the test set, and the mistakes.
func (o Weights) evaluate(b *report.Body, arch lenet.Arch, network nn.Sequential[float32], w *training.Weights) error {
	mnist, err := load(o.Data)
	if err != nil {
		return err
	}
	f := Defaults(arch).Fit(mnist)
	f.Network = network
	accuracy := training.Evaluation(b, f, w)
	checkAccuracy(b, accuracy, o.Data, f.Test)
	showMistakes(b, f, accuracy)
	return nil
}

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
