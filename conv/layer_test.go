package conv_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hw4/conv"
	"hw4/tensor"
	"hw4/tensor/nn"
)

var _ nn.Module[float32] = (*conv.Conv2dLayer[float32])(nil)

// Weights and biases fill U(-1/sqrt(k), 1/sqrt(k)), k = in/groups KH KW, and are
// drawn weights first.
func TestLayerInit(t *testing.T) {
	l := conv.NewConv2d[float64](rand.New(rand.NewPCG(1, 0)), 6, 1000, [2]int{5, 3},
		conv.Options{Groups: 2})
	if want := []int{1000, 3, 5, 3}; !slices.Equal(l.Weight.Shape(), want) || l.Bias.Len() != 1000 {
		t.Fatalf("weight %v, want %v; bias %v", l.Weight.Shape(), want, l.Bias.Shape())
	}
	bound := 1 / math.Sqrt(3*5*3)
	for _, p := range l.Params() {
		var sum, squares, most float64
		for _, v := range p.Value.Data() {
			sum, squares, most = sum+v, squares+v*v, max(most, math.Abs(v))
		}
		n := float64(p.Value.Len())
		sigma := bound / math.Sqrt(3) // of the uniform distribution
		if most > bound || most < 0.99*bound || math.Abs(sum/n) > 5*sigma/math.Sqrt(n) ||
			math.Abs(math.Sqrt(squares/n)/sigma-1) > 0.1 {
			t.Errorf("%s: largest %g of %g, mean %g, deviation %g, want %g", p.Name, most, bound, sum/n,
				math.Sqrt(squares/n), sigma)
		}
		if !p.Value.RequiresGrad() {
			t.Errorf("%s requires no gradient", p.Name)
		}
	}
	first := rand.New(rand.NewPCG(1, 0)).Float64()
	if want := float64(2*bound*first) - bound; math.Abs(l.Weight.Data()[0]-want) > 1e-15 {
		t.Errorf("the first weight is %g, not the first number drawn %g", l.Weight.Data()[0], want)
	}
}

func TestLayerForward(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 0))
	x := tensor.Normal[float64](rng, 0, 1, 2, 3, 7, 7)
	opt := conv.Options{Stride: [2]int{2, 1}, Padding: [2]int{1, 0}}
	l := conv.NewConv2d[float64](rng, 3, 4, [2]int{3, 3}, opt)
	sameAs(t, "y", l.Forward(x), conv.Conv2d(x, l.Weight, l.Bias, opt))

	without := opt
	without.Bias = nn.WithoutBias
	bare := conv.NewConv2d[float64](rng, 3, 4, [2]int{3, 3}, without)
	sameAs(t, "y", bare.Forward(x), conv.Conv2d(x, bare.Weight, nil, opt))
	for _, c := range []struct {
		layer *conv.Conv2dLayer[float64]
		want  []string
	}{{l, []string{"weight", "bias"}}, {bare, []string{"weight"}}} {
		var names []string
		for _, p := range c.layer.Params() {
			names = append(names, p.Name)
		}
		if !slices.Equal(names, c.want) {
			t.Errorf("parameters %v, want %v", names, c.want)
		}
	}
}

func TestLayerErrors(t *testing.T) {
	for _, c := range []struct {
		in, out int
		kernel  [2]int
		groups  int
		want    string
	}{
		{0, 4, [2]int{3, 3}, 1, "conv2d: a layer from 0 to 4 channels with kernel (3,3): all must be positive"},
		{4, 4, [2]int{3, 0}, 1, "conv2d: a layer from 4 to 4 channels with kernel (3,0): all must be positive"},
		{4, 3, [2]int{3, 3}, 2, "conv2d: a layer from 4 to 3 channels: 2 groups do not divide both"},
		{4, 4, [2]int{3, 3}, -1, "conv2d: groups -1 is negative"},
	} {
		got := message(t, func() {
			conv.NewConv2d[float64](rand.New(rand.NewPCG(3, 0)), c.in, c.out, c.kernel,
				conv.Options{Groups: c.groups})
		})
		if got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
