package tensor_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hw4/tensor"
)

// custom records an operation on a and b whose result is f of their elements and
// whose rule is the given one.
func custom(a, b *tensor64, f func(a, b float64) float64, rule func(dout *tensor64) []*tensor64) *tensor64 {
	out := tensor.Out(a.Shape(), a, b)
	for i := range out.Data() {
		out.Data()[i] = f(a.Data()[i], b.Data()[i])
	}
	return tensor.Record("custom", out, []*tensor64{a, b}, rule)
}

func plus(a, b float64) float64 { return a + b }

// links are operations on vectors of one length whose rules do what rules may do
// with the storage of their gradients.
var links = []func(a, b *tensor64) *tensor64{
	tensor.Add[float64], // returns dout twice
	tensor.Mul[float64],
	func(a, _ *tensor64) *tensor64 { return tensor.Tanh(a) }, // may overwrite dout
	func(a, _ *tensor64) *tensor64 { return tensor.Scale(a, 1.5) },
	func(a, b *tensor64) *tensor64 { // returns dout in another shape
		n := a.Len()
		return tensor.Reshape(tensor.Sigmoid(tensor.Reshape(tensor.Add(a, b), 2, n/2)), n)
	},
	func(a, b *tensor64) *tensor64 { // tensors of its own over dout
		return custom(a, b, plus, func(dout *tensor64) []*tensor64 {
			return []*tensor64{tensor.FromSlice(dout.Data()), dout}
		})
	},
	func(a, b *tensor64) *tensor64 { // parts of dout
		half := a.Len() / 2
		low, high := make([]int, half), make([]int, half)
		for i := range half {
			low[i], high[i] = i, half+i
		}
		p, q := tensor.IndexSelect(a, 0, low), tensor.IndexSelect(b, 0, high)
		out := tensor.Out(a.Shape(), p, q)
		copy(out.Data()[copy(out.Data(), p.Data()):], q.Data())
		return tensor.Record("join", out, []*tensor64{p, q}, func(dout *tensor64) []*tensor64 {
			return []*tensor64{tensor.FromSlice(dout.Data()[:half]), tensor.FromSlice(dout.Data()[half:])}
		})
	},
	func(a, b *tensor64) *tensor64 { // parts of one piece of storage
		return custom(a, b, plus, func(dout *tensor64) []*tensor64 {
			n := dout.Len()
			both := tensor.Out([]int{2 * n}, dout)
			copy(both.Data()[copy(both.Data(), dout.Data()):], dout.Data())
			return []*tensor64{tensor.FromSlice(both.Data()[:n]), tensor.FromSlice(both.Data()[n:])}
		})
	},
	func(a, b *tensor64) *tensor64 { // a tensor of its own over another gradient
		return custom(a, b, plus, func(dout *tensor64) []*tensor64 {
			dx := tensor.Out(dout.Shape(), dout)
			copy(dx.Data(), dout.Data())
			return []*tensor64{dx, tensor.FromSlice(dx.Data())}
		})
	},
	func(a, b *tensor64) *tensor64 { // over dout's elements, twice
		return custom(a, b, func(a, b float64) float64 { return 2*a + 3*b }, func(dout *tensor64) []*tensor64 {
			da, db := tensor.OutOver(dout), tensor.OutOver(dout)
			for i, v := range dout.Data() {
				da.Data()[i], db.Data()[i] = 2*v, 3*v
			}
			return []*tensor64{da, db}
		})
	},
	func(a, b *tensor64) *tensor64 { // nil, and storage that it throws away
		return custom(a, b, func(a, _ float64) float64 { return 2 * a }, func(dout *tensor64) []*tensor64 {
			scratch := tensor.OutZero(dout.Shape(), dout)
			dx := tensor.Out(dout.Shape(), dout, scratch)
			for i, v := range dout.Data() {
				dx.Data()[i] = 2 * v
			}
			return []*tensor64{dx, nil}
		})
	},
	func(a, b *tensor64) *tensor64 { // a rule that walks a graph of its own
		return custom(a, b, func(a, b float64) float64 { return a * a * b }, func(dout *tensor64) []*tensor64 {
			x, y := a.Detach().RequireGrad(), b.Detach().RequireGrad()
			return tensor.Gradients(tensor.Mul(tensor.Square(x), y), dout, x, y)
		})
	},
	func(a, b *tensor64) *tensor64 { // and one that walks two from one gradient of its own
		return custom(a, b, func(a, b float64) float64 { return a*a + math.Tanh(b) }, func(dout *tensor64) []*tensor64 {
			x, y := a.Detach().RequireGrad(), b.Detach().RequireGrad()
			up := tensor.Scale(dout, 1)
			dx := tensor.Gradients(tensor.Tanh(tensor.Square(x)), up, x)[0]
			return []*tensor64{dx, tensor.Gradients(tensor.Scale(tensor.Tanh(y), 2), up, y)[0]}
		})
	},
}

// randomGraph returns gradients of a random graph, and of its second walk.
func randomGraph(seed uint64, scope *tensor.Scope[float64]) (grads [][]float64) {
	const n = 20
	rng := rand.New(rand.NewPCG(seed, 5))
	var nodes []*tensor64
	for range 3 {
		x := tensor.Uniform[float64](rng, -1, 1, n)
		if scope != nil {
			x = scope.Enter(x)
		}
		nodes = append(nodes, x.RequireGrad())
	}
	for range 1 + rng.IntN(12) {
		a, b := nodes[rng.IntN(len(nodes))], nodes[max(0, len(nodes)-1-rng.IntN(3))]
		nodes = append(nodes, links[rng.IntN(len(links))](a, b))
	}
	y := tensor.Sum(tensor.Square(nodes[len(nodes)-1]))
	wanted := slices.Clone(nodes[:3])
	for range rng.IntN(3) {
		wanted = append(wanted, nodes[rng.IntN(len(nodes))])
	}
	for range 2 {
		for _, g := range tensor.Gradients(y, nil, wanted...) {
			var elements []float64
			if g != nil {
				elements = slices.Clone(g.Data())
			}
			grads = append(grads, elements)
		}
	}
	return grads
}

// Storage that is used again changes no bit of any gradient.
func TestStorageOfRandomGraphs(t *testing.T) {
	var scope tensor.Scope[float64]
	for seed := range uint64(3000) {
		want := randomGraph(seed, nil)
		scope.Reset()
		got := randomGraph(seed, &scope)
		for i := range want {
			if !slices.Equal(got[i], want[i]) {
				t.Fatalf("graph %d, gradient %d is\n%v with a scope,\n%v without", seed, i, got[i], want[i])
			}
		}
	}
}
