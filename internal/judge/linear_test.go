package judge

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hw4/internal/report"
	"hw4/tensor"
)

func rng() *rand.Rand { return rand.New(rand.NewPCG(1, 0)) }

func same(x *tensor.Tensor[float64]) *tensor.Tensor[float64] { return x }

// each returns the map that changes every pixel by itself, given its place: channel,
// row and column.
func each(change func(at [3]int, v float64) float64) Map {
	return func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		_, c, h, w := x.Dims4("test")
		y := tensor.Zeros[float64](x.Shape()...)
		for i, v := range x.Data() {
			y.Data()[i] = change(unravel(i%(c*h*w), h, w), v)
		}
		return y
	}
}

func TestRandomImages(t *testing.T) {
	n := 0
	for at, x := range normal(rng(), 3, 2, 50, 60) {
		mean, square := tensor.Mean(x).Item(), tensor.Mean(tensor.Square(x)).Item()
		if at != n || !slices.Equal(x.Shape(), []int{1, 2, 50, 60}) || math.Abs(mean) > 0.05 || math.Abs(square-1) > 0.1 {
			t.Errorf("image %d of shape %v: mean %g, mean square %g", at, x.Shape(), mean, square)
		}
		n++
	}
	if n != 3 {
		t.Errorf("%d images, want 3", n)
	}
}

// Pairs of small basis images are all tried, unless there are too many, and then 20
// random pairs.
func TestPairsTried(t *testing.T) {
	for _, c := range []struct{ least, channels, h, w, pairs int }{
		{1, 1, 1, 1, 2},
		{1, 1, 2, 2, 2 + 8 + 8},
		{1, 1, 2, 1, 2 + 8},
		{1, 1, 1, 2, 2 + 8},
		{2, 1, 4, 3, 32 + 128},
		{1, 3, 9, 9, 18 + 72 + 72},
		{1, 40, 1, 1, 3200},
		{1, 41, 1, 1, 1 << 17 / 41},
		{1, 1<<17 + 1, 1, 1, 1},
	} {
		if found, tried := nonlinear(rng(), same, c.least, c.channels, c.h, c.w); found != nil || tried != c.pairs+20 {
			t.Errorf("%+v: tried %d pairs, want %d and 20", c, tried, c.pairs)
		}
	}
}

// A map that is not linear is found out by the pair that shows it, and no other.
func TestNonlinear(t *testing.T) {
	for _, c := range []struct {
		name  string
		f     Map
		tried int // 0: by a random pair
		say   string
	}{
		{"abs", each(func(_ [3]int, v float64) float64 { return math.Abs(v) }), 3,
			"f(X + Y) has 0 where f(X) + f(Y) has 2, in channel 1, row 1, column 1"},
		{"one more", each(func(_ [3]int, v float64) float64 { return v + 1 }), 1, "f(X + Y) has 3 where f(X) + f(Y) has 4"},
		{"one pixel squared", each(func(at [3]int, v float64) float64 {
			if at == [3]int{1, 1, 0} {
				return v * v
			}
			return v
		}), 8 + 32 + 28, "f(X + Y) has 4 where f(X) + f(Y) has 2, in channel 2, row 2, column 1"},
		{"clipped", each(func(_ [3]int, v float64) float64 { return max(-2, min(v, 2)) }), 0, "f(X + Y) has"},
		{"NaN for 1", each(func(at [3]int, v float64) float64 {
			if v == 1 && at == [3]int{} {
				return math.NaN()
			}
			return v
		}), 1, "f(X + Y) has 2 where f(X) + f(Y) has NaN, in channel 1, row 1, column 1"},
	} {
		found, tried := nonlinear(rng(), c.f, 1, 2, 2, 2)
		if found == nil || !strings.HasPrefix(found.describe(), c.say) {
			t.Errorf("%s: %+v after %d pairs, want one that says %q", c.name, found, tried, c.say)
			continue
		}
		if random := tried > 8+32+32; random != (c.tried == 0) || !random && tried != c.tried {
			t.Errorf("%s: found with pair %d, want %d", c.name, tried, c.tried)
		}
	}
}

// The channel of the witness is shown, or the first if the input has not so many, and
// nothing of large pictures.
func TestItemsOfAWitness(t *testing.T) {
	shown := func(f Map, c, side int) (names []string, items []report.Item) {
		x, y := basisImage(c*side*side-1, c, side, side), basisImage(c*side*side-1, c, side, side)
		items = combine(f, 1, x, y).items()
		for _, item := range items {
			names = append(names, item.(report.Matrix).Name)
		}
		return names, items
	}
	squared := each(func(_ [3]int, v float64) float64 { return v * v })
	names, items := shown(squared, 2, 16)
	if !slices.Equal(names, []string{"X[2]", "Y[2]", "f(X + Y)[2]", "f(X) + f(Y)[2]"}) {
		t.Errorf("shown %q", names)
	} else if items[2].(report.Matrix).Rows[15][15] != 4 || items[3].(report.Matrix).Rows[15][15] != 2 {
		t.Errorf("shown %v", items)
	}
	later := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return tensor.Concat(1, tensor.Scale(x, 0), squared(x))
	}
	if names, _ = shown(later, 1, 2); !slices.Equal(names, []string{"X", "Y", "f(X + Y)[2]", "f(X) + f(Y)[2]"}) {
		t.Errorf("shown %q", names)
	}
	if names, _ = shown(squared, 1, 17); names != nil {
		t.Errorf("17x17: shown %q", names)
	}
}

// The difference is measured in units of the largest element that goes in, or of 1.
func TestCombine(t *testing.T) {
	more := each(func(_ [3]int, v float64) float64 { return v + 6 })
	at := func(v float64) *tensor.Tensor[float64] { return tensor.Full(v, 1, 1, 1, 1) }
	for _, c := range []struct{ a, x, y, worst float64 }{
		{1, 0.5, 0.5, 6}, {1, 3, 0, 2}, {1, 0, -3, 2}, {2, 3, 1, 2}, {0, 0.5, 0, 0},
	} {
		w := combine(more, c.a, at(c.x), at(c.y))
		if w.worst != c.worst || w.refutes() != (c.worst > 0) {
			t.Errorf("%+v: differ by %g, refuted: %v", c, w.worst, w.refutes())
		}
	}
}
