package torchref_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"hw4/internal/torchref"
	"hw4/loss"
	"hw4/mlp"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/optim"
)

type tensor64 = tensor.Tensor[float64]

// The network of Problem 6 and its gradients are PyTorch's, and so are the
// sheet's closed forms.
func TestPerceptronIsPyTorchs(t *testing.T) {
	cases, err := torchref.Load("mlp")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		f, ok := tensor.ActivationNamed(c.Op)
		if !ok {
			t.Fatalf("no activation %q", c.Op)
		}
		m := mlp.New[float64](rand.New(rand.NewPCG(0, 0)), f, c.Ints("sizes")...)
		leaves := map[string]*tensor64{"x": c.Leaf("x")}
		for l := range m.A {
			m.A[l], m.B[l] = c.Leaf(fmt.Sprint("A", l+1)), c.Leaf(fmt.Sprint("b", l+1))
			leaves[fmt.Sprint("A", l+1)], leaves[fmt.Sprint("b", l+1)] = m.A[l], m.B[l]
		}
		if err := c.Check(m.Forward(leaves["x"]), leaves); err != nil {
			t.Error(err)
		}
		closed := mlp.Closed(m, leaves["x"].Data())
		for l := range m.A {
			var db, dx mat.Dense
			db.Mul(closed.DyLDy[l], closed.DyDb[l])
			dx.Mul(closed.DyLDy[l], closed.DyDy[l])
			formulas := map[string]*mat.Dense{fmt.Sprint("A", l+1): closed.DyLDA[l], fmt.Sprint("b", l+1): &db}
			if l == 0 {
				formulas["x"] = &dx
			}
			for name, formula := range formulas {
				want := c.Grads[name]
				got := tensor.FromSlice(formula.RawMatrix().Data, want.Shape...)
				if err := torchref.Compare(got, want); err != nil {
					t.Errorf("%s: formula of the gradient by %s: %v", c.Name, name, err)
				}
			}
		}
	}
}

// Three steps of training the model of Problem 5: logits, losses and weights are
// PyTorch's.
func TestLogisticTrainingIsPyTorchs(t *testing.T) {
	cases, err := torchref.Load("linear")
	if err != nil {
		t.Fatal(err)
	}
	losses := map[string]func(z, y *tensor64, r loss.Reduction) *tensor64{
		"mse": loss.SumOfSquares[float64], "kl": loss.SoftMargin[float64],
	}
	for _, c := range cases {
		model := nn.NewLinear[float64](rand.New(rand.NewPCG(0, 0)), 784, 1, nn.LinearOptions{})
		for i, p := range model.Params() {
			copy(p.Value.Data(), torchref.Sequence(uint64(i+1), p.Value.Len(), 1./32))
		}
		x := tensor.Add(tensor.FromSlice(torchref.Sequence(1000, 8*784, 0.5), 8, 784), tensor.Scalar(0.5))
		y := c.Inputs["labels"].Tensor()
		if err := torchref.Compare(model.Forward(x), c.Inputs["logits"]); err != nil {
			t.Errorf("%s: logits: %v", c.Name, err)
		}
		sgd := optim.NewSGD(nn.Values(model.Params()), optim.SGDOptions{LR: c.Float("lr")})
		var values []float64
		for range c.Output.Data {
			sgd.ZeroGrad()
			l := losses[c.Op](model.Forward(x), y, loss.Mean)
			l.Backward(nil)
			sgd.Step()
			values = append(values, l.Item())
		}
		if err := torchref.Compare(tensor.FromSlice(values), c.Output); err != nil {
			t.Errorf("%s: losses: %v", c.Name, err)
		}
		for _, p := range model.Params() {
			if err := torchref.Compare(summary(p.Value), c.Grads[p.Name]); err != nil {
				t.Errorf("%s: %s after three steps: %v", c.Name, p.Name, err)
			}
		}
	}
}

// summary returns the sum, the sum of squares and the first five elements.
func summary(x *tensor64) *tensor64 {
	s := []float64{0, 0}
	for _, v := range x.Data() {
		s[0] += v
		s[1] += v * v
	}
	return tensor.FromSlice(append(s, x.Data()[:min(5, x.Len())]...))
}
