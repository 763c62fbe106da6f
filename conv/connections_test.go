package conv_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hw4/conv"
	"hw4/internal/kernel"
	"hw4/tensor"
	"hw4/tensor/gradcheck"
)

// subsets returns for each of some output channels some of the input channels.
func subsets(rng *rand.Rand, in, out int) [][]int {
	from := make([][]int, out)
	for o := range from {
		for ch := range in {
			if rng.IntN(3) > 0 {
				from[o] = append(from[o], ch)
			}
		}
	}
	return from
}

// masked returns w with zeros where channels are not connected.
func masked(w *tensor.Tensor[float64], from [][]int) *tensor.Tensor[float64] {
	m := tensor.Zeros[float64](w.Shape()...)
	for o, channels := range from {
		for _, ch := range channels {
			for p := range w.Dim(2) {
				for q := range w.Dim(3) {
					m.Set(w.At(o, ch, p, q), o, ch, p, q)
				}
			}
		}
	}
	return m
}

// checkConnected compares a convolution with connections, exactly, with the seven loops
// over weights that are 0 where there are none. Those of its own are NaN there.
func checkConnected[T tensor.Float](t *testing.T, g geometry, rng *rand.Rand) {
	t.Helper()
	from := subsets(rng, g.c, g.o)
	g.opt.Connections = conv.NewConnections(g.c, from)
	x, all, b := g.tensors(integers(rng))
	w := masked(all, from)
	want := sevenLoops(g, x, w, b, func(at int) float64 { return float64(at%7 - 3) })
	want.dw = masked(want.dw, from)
	tx, tw, tb := to[T](x).RequireGrad(), to[T](w), to[T](b).RequireGrad()
	ones := masked(tensor.Ones[float64](w.Shape()...), from)
	for i, v := range ones.Data() {
		if v == 0 {
			tw.Data()[i] = T(math.NaN())
		}
	}
	y := conv.Conv2d(tx, tw.RequireGrad(), tb, g.opt)
	dout := tensor.Zeros[T](y.Shape()...)
	for i := range dout.Data() {
		dout.Data()[i] = T(i%7 - 3)
	}
	grads := tensor.Gradients(y, dout, tx, tw, tb)
	sameAs(t, "y", y, want.y)
	sameAs(t, "dx", grads[0], want.dx)
	sameAs(t, "dw", grads[1], want.dw)
	sameAs(t, "db", grads[2], want.db)
	if t.Failed() {
		t.Fatalf("%s: %v, connections %v", kernel.ISA(), g, from)
	}
}

// eachISA runs a test on every path of this machine.
func eachISA(t *testing.T, f func(t *testing.T)) {
	for _, isa := range kernel.ISAs() {
		t.Run(isa, func(t *testing.T) {
			defer kernel.Use(isa)()
			f(t)
		})
	}
}

func TestConnections(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(6, 7))
		for range 60 {
			g := randomGeometry(rng)
			g.n, g.c, g.opt.Groups = pick(rng, 0, 1, 5, 17), pick(rng, 1, 3, 6), 1
			checkConnected[float64](t, g, rng)
			checkConnected[float32](t, g, rng)
		}
		wide := geometry{n: 17, c: 6, h: 6, w: 14, o: 5, kh: 5, kw: 5} // images fill vectors best, but for one
		checkConnected[float32](t, wide, rng)
		row := geometry{n: 16, c: 3, h: 3, w: 40, o: 2, kh: 3, kw: 3} // whose pixels fill vectors best
		checkConnected[float32](t, row, rng)
	})
}

func TestConnectionsGradcheck(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	from := [][]int{{0, 2}, {}, {1}, {0, 1, 2}}
	opt := conv.Options{Padding: [2]int{1, 0}, Connections: conv.NewConnections(3, from)}
	w := masked(tensor.Normal[float64](rng, 0, 1, 4, 3, 2, 3), from)
	err := gradcheck.Check("conv2d", func(in []*tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return conv.Conv2d(in[0], in[1], in[2], opt)
	}, tensor.Normal[float64](rng, 0, 1, 2, 3, 4, 5), w, tensor.Normal[float64](rng, 0, 1, 4))
	if err != nil {
		t.Error(err)
	}
}

// hasNaN reports which planes of a batch of them hold a NaN, by channel.
func hasNaN(x *tensor.Tensor[float32]) []bool {
	found := make([]bool, x.Dim(1))
	size := x.Len() / (x.Dim(0) * x.Dim(1))
	for i, v := range x.Data() {
		if v != v {
			found[i/size%x.Dim(1)] = true
		}
	}
	return found
}

// What is no number in a channel, its weights or its gradient reaches what is connected
// to it, and nothing else.
func TestConnectionsIsolate(t *testing.T) {
	from := [][]int{{0, 1}, {1, 2}, {0, 2}, {2}}
	fed := [][]int{{0, 2}, {0, 1}, {1, 2, 3}}
	opt := conv.Options{Connections: conv.NewConnections(3, from)}
	rng := rand.New(rand.NewPCG(8, 7))
	normal := func(shape ...int) *tensor.Tensor[float32] {
		return tensor.Normal[float32](rng, 0, 1, shape...).RequireGrad()
	}
	check := func(t *testing.T, what string, got []bool, want []int) {
		t.Helper()
		for i, v := range got {
			if v != slices.Contains(want, i) {
				t.Errorf("%s: NaN in %v, want it in %v", what, got, want)
				return
			}
		}
	}
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		eachISA(t, func(t *testing.T) {
			for _, n := range []int{1, 4, 16, 19} { // alone, and side by side in vectors
				for ch := range 3 {
					x, w := normal(n, 3, 9, 9), normal(4, 3, 5, 5)
					for i := range n * 81 {
						x.Data()[(i/81*3+ch)*81+i%81] = bad
						if i%2 == 0 { // infinities of both signs, so that all sums are NaN
							x.Data()[(i/81*3+ch)*81+i%81] = -bad
						}
					}
					y := conv.Conv2d(x, w, nil, opt)
					check(t, "output", hasNaN(tensor.Mul(y, tensor.Scale(y, 0))), fed[ch])
					dw := tensor.Gradients(y, tensor.Ones[float32](y.Shape()...), w)[0]
					for o := range 4 {
						kernel := tensor.IndexSelect(dw, 0, []int{o})
						want := []int{}
						if slices.Contains(from[o], ch) {
							want = []int{ch}
						}
						check(t, "gradient by the weights", hasNaN(tensor.Scale(kernel, 0)), want)
					}
				}
				for o := range 4 {
					x, w := normal(n, 3, 9, 9), normal(4, 3, 5, 5)
					y := conv.Conv2d(x, w, nil, opt)
					dout := tensor.Ones[float32](y.Shape()...)
					for i := range n * 25 {
						dout.Data()[(i/25*4+o)*25+i%25] = bad
					}
					dx := tensor.Gradients(y, dout, x)[0]
					check(t, "gradient by the input", hasNaN(tensor.Scale(dx, 0)), from[o])
					for i := range 25 {
						w.Data()[(o*3+from[o][0])*25+i] = bad
					}
					y = conv.Conv2d(x, w, nil, opt)
					check(t, "output with a weight", hasNaN(tensor.Scale(y, 0)), []int{o})
				}
			}
		})
	}
}

func TestConnectionsErrors(t *testing.T) {
	for _, c := range []struct {
		f    func()
		want string
	}{
		{func() { conv.NewConnections(0, [][]int{{}}) }, "conv2d: connections from 0 to 1 channels: both must be positive"},
		{func() { conv.NewConnections(2, nil) }, "conv2d: connections from 2 to 0 channels: both must be positive"},
		{func() { conv.NewConnections(3, [][]int{{0}, {2, 1}}) },
			"conv2d: connections of output channel 1 are (2,1): want channels from 0 to 2 in increasing order"},
		{func() { conv.NewConnections(3, [][]int{{1, 1}}) },
			"conv2d: connections of output channel 0 are (1,1): want channels from 0 to 2 in increasing order"},
		{func() { conv.NewConnections(3, [][]int{{3}}) },
			"conv2d: connections of output channel 0 are (3,): want channels from 0 to 2 in increasing order"},
		{func() { conv.NewConnections(3, [][]int{{-1}}) },
			"conv2d: connections of output channel 0 are (-1,): want channels from 0 to 2 in increasing order"},
		{func() {
			conv.Conv2d(tensor.Zeros[float32](1, 2, 3, 3), tensor.Zeros[float32](4, 2, 3, 3), nil,
				conv.Options{Connections: conv.NewConnections(2, [][]int{{0}})})
		}, "conv2d: connections from 2 to 1 channels do not fit a convolution from 2 to 4"},
		{func() {
			conv.Conv2d(tensor.Zeros[float32](1, 2, 3, 3), tensor.Zeros[float32](4, 1, 3, 3), nil,
				conv.Options{Groups: 2, Connections: conv.NewConnections(2, [][]int{{0}, {0}, {1}, {1}})})
		}, "conv2d: connections and 2 groups: want one of the two"},
	} {
		if got := message(t, c.f); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// A layer with connections has weights of 0 for what is not connected, and is its Dense
// for finite inputs.
func TestConnectedLayer(t *testing.T) {
	from := [][]int{{0, 2}, {1}, {}}
	rng := func() *rand.Rand { return rand.New(rand.NewPCG(9, 7)) }
	all := conv.NewConv2d[float64](rng(), 3, 3, [2]int{2, 2}, conv.Options{})
	l := conv.NewConv2d[float64](rng(), 3, 3, [2]int{2, 2}, conv.Options{Connections: conv.NewConnections(3, from)})
	sameAs(t, "weight", l.Weight, masked(all.Weight, from))
	sameAs(t, "bias", l.Bias, all.Bias)
	l.Weight.Set(math.NaN(), 0, 1, 0, 0)
	d := l.Dense()
	sameAs(t, "dense weight", d.Weight, masked(all.Weight, from))
	if d.Options.Connections != nil || !math.IsNaN(l.Weight.At(0, 1, 0, 0)) {
		t.Errorf("Dense has connections, or changed the layer")
	}
	x := tensor.Normal[float64](rng(), 0, 1, 2, 3, 4, 4)
	for i, v := range d.Forward(x).Data() {
		if math.Abs(v-l.Forward(x).Data()[i]) > 1e-14 {
			t.Fatalf("element %d is %v, that of Dense %v", i, l.Forward(x).Data()[i], v)
		}
	}
	l.Bias = nil
	if l.Dense().Bias != nil {
		t.Errorf("Dense has a bias")
	}
	if !slices.EqualFunc(l.Options.Connections.From(), from, slices.Equal) {
		t.Errorf("connections %v", l.Options.Connections.From())
	}
}
