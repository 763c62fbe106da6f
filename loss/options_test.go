package loss_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"hw4/internal/torchref"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/gradcheck"
)

func TestCrossEntropysOptionsArePyTorchs(t *testing.T) {
	cases, err := torchref.Load("crossentropy")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		x := c.Leaf("x")
		var labels []int
		for _, l := range c.Inputs["labels"].Data {
			labels = append(labels, int(l))
		}
		opt := loss.CrossEntropyOptions{Reduction: loss.Reduction(c.Ints("sum")[0]), LabelSmoothing: c.Float("smoothing")}
		if i := c.Ints("ignore")[0]; i != -100 {
			opt.Ignore = []int{i}
		}
		if err := c.Check(loss.CrossEntropy(x, labels, opt), map[string]*tensor.Tensor[float64]{"x": x}); err != nil {
			t.Error(err)
		}
	}
}

func TestGradientsWithOptions(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 0))
	for _, r := range []loss.Reduction{loss.Mean, loss.Sum} {
		for _, smoothing := range []float64{0, 0.1, 1} {
			labels := []int{1, -100, 3, 0, 3}
			opt := loss.CrossEntropyOptions{Reduction: r, LabelSmoothing: smoothing, Ignore: []int{-100, 3}}
			err := gradcheck.Check("cross entropy", func(in []*tensor64) *tensor64 {
				return loss.CrossEntropy(in[0], labels, opt)
			}, tensor.Normal[float64](rng, 0, 2, 5, 4))
			if err != nil {
				t.Errorf("reduction %d, smoothing %v: %v", r, smoothing, err)
			}
		}
	}
}

// What does not count is not looked at, and the mean of nothing is NaN as in PyTorch.
func TestIgnoredRows(t *testing.T) {
	z := tensor.FromSlice([]float64{math.NaN(), 1, 0, 0}, 2, 2).RequireGrad()
	l := loss.CrossEntropy(z, []int{-100, 1}, loss.CrossEntropyOptions{})
	dz := tensor.Gradients(l, nil, z)[0]
	if math.Abs(l.Item()-math.Ln2) > 1e-15 || fmt.Sprint(dz.Data()) != "[0 0 0.5 -0.5]" {
		t.Errorf("loss %v with gradient %v", l, dz)
	}
	for want, opt := range map[string]loss.CrossEntropyOptions{
		"NaN": {Ignore: []int{0, 1}}, "0": {Ignore: []int{0, 1}, Reduction: loss.Sum},
	} {
		if got := fmt.Sprint(loss.CrossEntropy(z, []int{0, 1}, opt).Item()); got != want {
			t.Errorf("of no rows, reduction %d: %s, want %s", opt.Reduction, got, want)
		}
	}
}

func TestRefusedOptions(t *testing.T) {
	z := tensor.Zeros[float64](1, 2)
	for want, f := range map[string]func(){
		"cross entropy: label -100 of row 0 is not one of 2 classes": func() {
			loss.CrossEntropy(z, []int{-100}, loss.CrossEntropyOptions{Ignore: []int{}})
		},
		"cross entropy: label smoothing 1.5, want 0 to 1": func() {
			loss.CrossEntropy(z, []int{0}, loss.CrossEntropyOptions{LabelSmoothing: 1.5})
		},
		"cross entropy: label smoothing NaN, want 0 to 1": func() {
			loss.CrossEntropy(z, []int{0}, loss.CrossEntropyOptions{LabelSmoothing: math.NaN()})
		},
		"map: label -100 of row 0 is not one of 2 classes": func() { loss.MAP(z, []int{-100}, 1, loss.Mean) },
	} {
		func() {
			defer func() {
				if e, ok := recover().(*tensor.ShapeError); !ok || e.Error() != want {
					t.Errorf("panic %v, want %q", e, want)
				}
			}()
			f()
		}()
	}
}

func ExampleCrossEntropyOptions() {
	logits := tensor.FromSlice([]float64{2, 0, 0, 0, 0, 5}, 2, 3)
	labels := []int{0, -100} // the second row has no label
	fmt.Printf("%.4f\n", loss.CrossEntropy(logits, labels, loss.CrossEntropyOptions{LabelSmoothing: 0.1}).Item())
	// Output: 0.3729
}
