package mlp_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"hw4/mlp"
	"hw4/tensor"
	"hw4/tensor/nn"
)

func activation(t *testing.T, name string) tensor.Activation {
	t.Helper()
	f, ok := tensor.ActivationNamed(name)
	if !ok {
		t.Fatalf("no activation %q", name)
	}
	return f
}

func maxDiff(a, b []*mat.Dense) float64 {
	worst := 0.0
	for l := range a {
		ra, ca := a[l].Dims()
		if rb, cb := b[l].Dims(); ra != rb || ca != cb {
			return math.Inf(1)
		}
		var d mat.Dense
		d.Sub(a[l], b[l])
		worst = math.Max(worst, mat.Norm(&d, math.Inf(1)))
	}
	return worst
}

func TestThreeWaysAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 0))
	for _, a := range tensor.Activations() {
		for _, sizes := range [][]int{{5, 4, 3, 1}, {1, 1}, {3, 1}, {1, 7, 1}, {2, 3, 5, 4, 1}} {
			m := mlp.New[float64](rng, a, sizes...)
			x := tensor.Normal[float64](rng, 0, 1, sizes[0]).Data()
			closed, auto, diff := mlp.Closed(m, x), mlp.Autograd(m, x), mlp.FiniteDifferences(m, x)
			for _, c := range []struct {
				what              string
				closed, auto, num []*mat.Dense
			}{
				{"dy_l/db_l", closed.DyDb, auto.DyDb, diff.DyDb},
				{"dy_l/dy_l-1", closed.DyDy, auto.DyDy, diff.DyDy},
				{"dy_L/dy_l", closed.DyLDy, auto.DyLDy, diff.DyLDy},
				{"dy_L/dA_l", closed.DyLDA, auto.DyLDA, diff.DyLDA},
			} {
				if d := maxDiff(c.closed, c.auto); !(d <= 1e-13) {
					t.Errorf("%s %v: %s: formula and autograd differ by %g", a.Name, sizes, c.what, d)
				}
				if d := maxDiff(c.closed, c.num); !(d <= 1e-7) {
					t.Errorf("%s %v: %s: formula and finite differences differ by %g", a.Name, sizes, c.what, d)
				}
			}
		}
	}
}

func TestFiniteDifferencesLeaveTheModelAlone(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	m := mlp.New[float64](rng, activation(t, "tanh"), 3, 4, 1)
	before := nn.StateDict[float64](m)
	mlp.FiniteDifferences(m, []float64{1, 2, 3})
	for _, p := range m.Params() {
		for i, v := range p.Value.Data() {
			if v != before[p.Name].Data()[i] {
				t.Fatalf("%s changed", p.Name)
			}
		}
	}
}

func TestForwardOfBatchIsForwardOfRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 0))
	m := mlp.New[float64](rng, activation(t, "tanh"), 3, 4, 2)
	x := tensor.Normal[float64](rng, 0, 1, 5, 3)
	batch := m.Forward(x)
	for i := range 5 {
		row := m.Forward(tensor.IndexSelect(x, 0, []int{i}))
		for k := range 2 {
			if row.At(0, k) != batch.At(i, k) {
				t.Errorf("row %d: %v alone, %v in the batch", i, row.At(0, k), batch.At(i, k))
			}
		}
	}
}

func TestParamNamesArePyTorchs(t *testing.T) {
	m := mlp.New[float32](rand.New(rand.NewPCG(0, 0)), activation(t, "tanh"), 2, 3, 1)
	want := []string{"0.weight", "0.bias", "2.weight", "2.bias"}
	for i, p := range m.Params() {
		if p.Name != want[i] {
			t.Errorf("parameter %d is %q, want %q", i, p.Name, want[i])
		}
	}
}

func TestShapeErrors(t *testing.T) {
	rng := rand.New(rand.NewPCG(0, 0))
	tanh := activation(t, "tanh")
	for name, f := range map[string]func(){
		"mlp: 1 sizes (3,): want the input's and at least one layer's": func() { mlp.New[float64](rng, tanh, 3) },
		"mlp: sizes (3,0,1): every size must be positive": func() {
			mlp.New[float64](rng, tanh, 3, 0, 1)
		},
		"mlp: input of 2 elements, A_1 (4,3) wants 3": func() {
			mlp.Closed(mlp.New[float64](rng, tanh, 3, 4, 1), make([]float64, 2))
		},
		"mlp: 2 outputs; the Jacobians are those of one": func() {
			mlp.Autograd(mlp.New[float64](rng, tanh, 3, 2), make([]float64, 3))
		},
	} {
		func() {
			defer func() {
				if e, ok := recover().(*tensor.ShapeError); !ok || e.Error() != name {
					t.Errorf("panic %v, want %s", e, name)
				}
			}()
			f()
		}()
	}
}

func ExampleClosed() {
	// y = 2 tanh(3x + 1) + 4 at x = 0.
	tanh, _ := tensor.ActivationNamed("tanh")
	m := &mlp.MLP[float64]{
		A: []*tensor.Tensor[float64]{tensor.FromSlice([]float64{3}, 1, 1),
			tensor.FromSlice([]float64{2}, 1, 1)},
		B:          []*tensor.Tensor[float64]{tensor.FromSlice([]float64{1}), tensor.FromSlice([]float64{4})},
		Activation: tanh,
	}
	j := mlp.Closed(m, []float64{0})
	fmt.Printf("%s: dy2/dy1 = %.0f, dy1/db1 = %.4f\n", m.Activation.Name, j.DyDy[1].At(0, 0), j.DyDb[0].At(0, 0))
	// Output: tanh: dy2/dy1 = 2, dy1/db1 = 0.4200
}
