// Package tensor provides dense n-dimensional arrays of float32 or float64 with
// reverse-mode automatic differentiation. The tour of the library is docs/tour.md in
// the source.
//
// # Tensors
//
// A Tensor is a shape and its elements in row-major order, always contiguous:
// operations that reorder elements copy them, and only [Reshape],
// [Tensor.Detach], [Tensor.NoGrad] and [Scope.Enter] share storage with their argument. Images are in NCHW layout:
// batch, channel, row, column. A tensor of rank 0 holds one element.
//
// Operations are functions that return a new tensor, so that a formula reads as
// one expression:
//
//	p := tensor.Sigmoid(tensor.Add(tensor.MatMul(x, a), b))
//
// # Gradients
//
// [Tensor.RequireGrad] marks a tensor as a leaf whose gradient is wanted. Whatever is
// computed from a leaf remembers how, and [Tensor.Backward] on the result applies the
// chain rule from there back to the leaves, whose [Tensor.Grad] it adds to:
//
//	w := tensor.FromSlice([]float64{3}).RequireGrad()
//	tensor.Square(w).Backward(nil)
//	w.Grad() // [6]
//
// Gradients accumulate over calls until [Tensor.ZeroGrad], as in PyTorch. [Gradients]
// returns them instead, touching nothing but the graph it walks, which is how
// several goroutines differentiate through the same leaves at once.
//
// A graph is kept as long as its result is reachable, and may be walked again: a
// second Backward computes the same gradients once more and adds them. The walk
// is iterative, so a graph may be as deep as memory allows. Two walks through
// the same graph must not run at the same time.
//
// Nothing is recorded for results that depend on no leaf, nor for anything
// computed from a tensor under NoGrad, which is the way to run a model for
// inference.
//
// # Adding an operation
//
// An operation computes its result into [Out] and passes it to [Record] together
// with its inputs and its backward rule. Every operation of this module is made
// that way, those of this package included; there is no registry. [Need] refuses nil,
// [Tensor.Dims2] and [Tensor.Dims4] also check a rank and name the axes, [Size] counts
// elements, [Shapef] makes the error to panic with, [OutZero] and [OutOver] are other storage for a result.
// Package gradcheck checks the rule.
//
// # Errors
//
// Shapes that do not fit, nil and zero Tensors are mistakes of the calling code and
// panic with a [*ShapeError]; misuse of the graph panics with a [*GraphError]. [InLayer]
// puts the place in a network before either. Nothing here returns an error.
package tensor
