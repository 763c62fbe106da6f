package lenet_test

import (
	"math"
	"slices"
	"testing"

	"hw4/lenet"
	"hw4/pool"
	"hw4/tensor"
	"hw4/tensor/gradcheck"
	"hw4/tensor/nn"
)

type tensor64 = tensor.Tensor[float64]

func TestSquash(t *testing.T) {
	x := tensor.FromSlice([]float64{-30, -2, -1, -0.3, 0, 0.5, 1, 4})
	for i, y := range lenet.Squash(x).Data() {
		if want := 1.7159 * math.Tanh(2*x.Data()[i]/3); math.Abs(y-want) > 1e-15 {
			t.Errorf("f(%v) = %v, want %v", x.Data()[i], y, want)
		}
	}
	// The paper: f(1) = 1 and f(-1) = -1, with an absolute error of 3e-5 at most
	// that the four digits of A leave.
	for _, s := range []float64{1, -1} {
		if y := lenet.Squash(tensor.Scalar(s)).Item(); math.Abs(y-s) > 3e-5 {
			t.Errorf("f(%v) = %v", s, y)
		}
	}
	err := gradcheck.Check("squash", func(in []*tensor64) *tensor64 { return lenet.Squash(in[0]) }, x)
	if err != nil {
		t.Error(err)
	}
}

// By element, and as four times average pooling.
func TestSubsampleIsItsFormula(t *testing.T) {
	x := tensor.Normal[float64](seed(1), 0, 1, 3, 5, 4, 6)
	w, b := tensor.Normal[float64](seed(2), 0, 1, 5), tensor.Normal[float64](seed(3), 0, 1, 5)
	y := lenet.Subsample(x, w, b)
	if !slices.Equal(y.Shape(), []int{3, 5, 2, 3}) {
		t.Fatalf("shape %v", y.Shape())
	}
	means := pool.AvgPool2d(x, pool.Options{Kernel: [2]int{2, 2}})
	for n := range 3 {
		for c := range 5 {
			for i := range 2 {
				for j := range 3 {
					sum := x.At(n, c, 2*i, 2*j) + x.At(n, c, 2*i, 2*j+1) + x.At(n, c, 2*i+1, 2*j) +
						x.At(n, c, 2*i+1, 2*j+1)
					want := w.At(c)*sum + b.At(c)
					if got := y.At(n, c, i, j); math.Abs(got-want) > 1e-14 {
						t.Errorf("element %v is %v, want %v", []int{n, c, i, j}, got, want)
					}
					if pooled := w.At(c)*4*means.At(n, c, i, j) + b.At(c); math.Abs(pooled-want) > 1e-14 {
						t.Errorf("element %v is %v by average pooling, want %v", []int{n, c, i, j}, pooled, want)
					}
				}
			}
		}
	}
}

func TestSubsampleGradients(t *testing.T) {
	for _, shape := range [][]int{{1, 1, 2, 2}, {2, 3, 4, 6}, {3, 2, 2, 8}} {
		maps := shape[1]
		err := gradcheck.Check("subsample", func(in []*tensor64) *tensor64 {
			return lenet.Subsample(in[0], in[1], in[2])
		},
			tensor.Normal[float64](seed(4), 0, 1, shape...), tensor.Normal[float64](seed(5), 0, 1, maps),
			tensor.Normal[float64](seed(6), 0, 1, maps))
		if err != nil {
			t.Errorf("shape %v: %v", shape, err)
		}
	}
	layer := &lenet.SubsampleLayer[float64]{}
	err := gradcheck.Check("subsampling layer", func(in []*tensor64) *tensor64 {
		layer.Coefficient, layer.Bias = in[1], in[2]
		return layer.Forward(in[0])
	}, tensor.Normal[float64](seed(7), 0, 1, 2, 2, 4, 4), tensor.Normal[float64](seed(8), 0, 1, 2),
		tensor.Normal[float64](seed(9), 0, 1, 2))
	if err != nil {
		t.Error(err)
	}
	if p := layer.Params(); len(p) != 2 || p[0].Name != "coefficient" || p[1].Name != "bias" || nn.Count(p) != 4 {
		t.Errorf("parameters %v", p)
	}
}

func TestEmptyBatch(t *testing.T) {
	network := lenet.New[float32](seed(0), lenet.LeCun1998)
	if z := network.Forward(tensor.Zeros[float32](0, 1, 28, 28)); !slices.Equal(z.Shape(), []int{0, 10}) {
		t.Errorf("shape %v", z.Shape())
	}
}

func TestShapesThatDoNotFit(t *testing.T) {
	zeros := tensor.Zeros[float64]
	for name, f := range map[string]func(){
		"an odd height":        func() { lenet.Subsample(zeros(1, 2, 3, 4), zeros(2), zeros(2)) },
		"an odd width":         func() { lenet.Subsample(zeros(1, 2, 4, 3), zeros(2), zeros(2)) },
		"too few coefficients": func() { lenet.Subsample(zeros(1, 2, 4, 4), zeros(1), zeros(2)) },
		"too many biases":      func() { lenet.Subsample(zeros(1, 2, 4, 4), zeros(2), zeros(3)) },
		"a matrix for maps":    func() { lenet.Subsample(zeros(4, 4), zeros(4), zeros(4)) },
		"features of the RBF":  func() { lenet.RBF(zeros(2, 84), zeros(10, 83)) },
		"a vector for the RBF": func() { lenet.RBF(zeros(84), zeros(10, 84)) },
		"an image too high":    func() { lenet.Retina(zeros(1, 1, 33, 28)) },
		"an image too wide":    func() { lenet.Retina(zeros(1, 1, 28, 33)) },
	} {
		func() {
			defer func() {
				if _, ok := recover().(*tensor.ShapeError); !ok {
					t.Errorf("%s is not refused with a ShapeError", name)
				}
			}()
			f()
		}()
	}
}
