package homework

import (
	"fmt"
	"math/rand/v2"

	"hw4/data"
	"hw4/lenet"
	"hw4/tensor/nn"
)

// useWeights answers what the settings ask of a LeNet-5 whose weights are in a
// file: its accuracy on the test set, what it sees in a picture, an ONNX model.
func (a *answer) useWeights(cfg Config) error {
	w, err := readWeights(cfg.Weights)
	if err != nil {
		return err
	}
	arch, network, err := lenetOf(w, cfg.Arch)
	if err != nil {
		return err
	}
	count := nn.Count(network.Params())
	a.text("%s holds the weights of the %s LeNet-5 (%d parameters).", cfg.Weights, arch, count)
	byHand := lenet.Total(lenet.Ledger(arch, network)).ByHand
	a.check("the weights are complete", count == byHand, "%d parameters with the names and shapes of the %s LeNet-5, which has %d by hand", count, arch, byHand)
	if cfg.ONNX != "" {
		if err := checkExport(cfg.ONNX, arch); err != nil {
			return err
		}
		if err := a.export(cfg, lenetModel(arch, network)); err != nil {
			return err
		}
	}
	if cfg.Eval {
		if err := a.evaluateLeNet(cfg, arch, network, w); err != nil {
			return err
		}
	}
	if cfg.Predict != "" {
		return a.predict(cfg.Predict, network)
	}
	return nil
}

// lenetOf returns the network that weights belong to, with these weights: the
// variant whose names and shapes they have, which must be the named one if a name
// is given. Weights of no variant are compared with that to which they are closest.
func lenetOf(w *weights, name string) (arch lenet.Arch, network nn.Sequential[float32], err error) {
	closest := -1
	for _, candidate := range lenet.Archs() {
		n := lenet.New[float32](rand.New(rand.NewPCG(0, 72)), candidate)
		if shared := w.closeness(n); shared > closest {
			arch, network, closest = candidate, n, shared
		}
	}
	what := fmt.Sprintf("the %s LeNet-5", arch)
	if name == "" || name == arch.String() {
		return arch, network, w.into(network, what)
	}
	wanted, err := archNamed(name)
	if err != nil {
		return 0, nil, err
	}
	if w.into(network, what) == nil {
		what = fmt.Sprintf("the %s LeNet-5, but those of the %s one", wanted, arch)
	} else {
		what = fmt.Sprintf("the %s LeNet-5", wanted)
	}
	network = lenet.New[float32](rand.New(rand.NewPCG(0, 72)), wanted)
	return wanted, network, w.into(network, what)
}

// evaluateLeNet reports the accuracy on the test set, and the mistakes.
func (a *answer) evaluateLeNet(cfg Config, arch lenet.Arch, network nn.Sequential[float32], w *weights) error {
	mnist, err := loadLeNetData(cfg.Data)
	if err != nil {
		return err
	}
	f := lenetFit(cfg, arch, mnist)
	f.network = network
	accuracy := a.evaluation(f, w, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	counts, mistakes := confusion(f.test, f.outputs(f.test))
	a.confusionPicture(f, counts, epoch{TestAcc: accuracy})
	a.mistakesPicture("the network", f.test, mistakes)
	return nil
}

// loadLeNetData reads a data set whose images LeNet-5 takes.
func loadLeNetData(source data.Source) (*data.MNIST, error) {
	mnist, err := data.Load(source)
	if err != nil {
		return nil, &InputError{Err: err}
	}
	if mnist.Train.Rows != 28 || mnist.Train.Cols != 28 {
		return nil, &InputError{Err: fmt.Errorf("the images are %dx%d; LeNet-5 takes 28x28", mnist.Train.Rows, mnist.Train.Cols)}
	}
	return mnist, nil
}
