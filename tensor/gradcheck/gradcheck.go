// Package gradcheck compares the gradients of an operation with finite
// differences. It is for tests: of this module's operations and of the
// operations its users add.
//
//	err := gradcheck.Check("swish", func(in []*tensor.Tensor[float64]) *tensor.Tensor[float64] {
//		return swish(in[0])
//	}, x)
package gradcheck

import (
	"fmt"
	"math"

	"hw4/tensor"
)

// A Func is the computation under test. It must be a pure function of its
// inputs, smooth within two steps of them.
type Func = func(in []*tensor.Tensor[float64]) *tensor.Tensor[float64]

// A Checker holds the settings of a check. The zero value is what Check uses.
type Checker struct {
	// Step is the distance h of the finite differences, relative to max(1, |x|);
	// 0 means 1e-4, which keeps both the truncation error, of order h^4, and the
	// rounding error, of order 1e-16/h, below 1e-11.
	Step float64
	// Tol is the largest relative error that passes; 0 means 1e-7.
	Tol float64
}

// An Error is a gradient that finite differences contradict: the worst entry of
// all inputs.
type Error struct {
	Op        string
	Input     int   // which of the inputs
	Index     []int // which entry of it
	Backward  float64
	Numerical float64
	Relative  float64 // |Backward - Numerical| / max(1, |Backward|, |Numerical|)
	Tol       float64
}

// Error names the operation, the entry, both values and their relative error.
func (e *Error) Error() string {
	return fmt.Sprintf("gradcheck: %s: gradient by input %d at %s is %.12g by the backward rule and %.12g by finite "+
		"differences: relative error %.3g exceeds %.3g",
		e.Op, e.Input, tensor.Tuple(e.Index), e.Backward, e.Numerical, e.Relative, e.Tol)
}

// Check is Checker.Check with the default settings.
func Check(op string, f Func, inputs ...*tensor.Tensor[float64]) error {
	return Checker{}.Check(op, f, inputs...)
}

// Check compares the gradient of L = sum(c * f(inputs)), for fixed numbers c
// between 1/2 and 3/2 that differ from entry to entry, with the central
// differences of fourth order
//
//	(8 (L(x+h) - L(x-h)) - (L(x+2h) - L(x-2h))) / (12 h)
//
// at every entry x of every input. It returns an *Error for the worst entry if
// its relative error exceeds the tolerance or is not a number, and nil
// otherwise. The inputs are left as they were. The gradients are formed in a scope, where
// a rule may overwrite what it is given (see tensor.OutOver), as it may in a training.
func (c Checker) Check(op string, f Func, inputs ...*tensor.Tensor[float64]) error {
	if c.Step == 0 {
		c.Step = 1e-4
	}
	if c.Tol == 0 {
		c.Tol = 1e-7
	}
	scope := new(tensor.Scope[float64])
	leaves := make([]*tensor.Tensor[float64], len(inputs))
	for i, x := range inputs {
		leaves[i] = scope.Enter(x.Clone()).RequireGrad()
	}
	y := f(leaves)
	if !y.RequiresGrad() {
		return fmt.Errorf("gradcheck: %s: the result does not require a gradient, so nothing was recorded", op)
	}
	dout := tensor.Zeros[float64](y.Shape()...)
	for i := range dout.Data() {
		dout.Data()[i] = 0.5 + math.Mod(float64(i+1)*math.Phi, 1)
	}
	worst := &Error{Op: op, Tol: c.Tol}
	last := tensor.Scale(y, 1) // whose gradient nobody else reads, so that the next rule may overwrite it
	for i, g := range tensor.Gradients(last, scope.Enter(dout), leaves...) {
		if g == nil {
			g = tensor.Zeros[float64](inputs[i].Shape()...)
		}
		c.checkInput(worst, f, inputs, i, g, dout)
		if math.IsNaN(worst.Relative) {
			break // nothing is worse
		}
	}
	if worst.Relative <= c.Tol {
		return nil
	}
	return worst
}

// checkInput replaces worst if an entry of input i is worse.
func (c Checker) checkInput(worst *Error, f Func, inputs []*tensor.Tensor[float64], i int,
	grad, dout *tensor.Tensor[float64]) {
	moved := make([]*tensor.Tensor[float64], len(inputs))
	copy(moved, inputs)
	moved[i] = inputs[i].Clone()
	entries := moved[i].Data()
	at := func(p int, x float64) *tensor.Tensor[float64] {
		old := entries[p]
		entries[p] = x
		y := f(moved).Clone() // which may share the entry
		entries[p] = old
		return y
	}
	for p, x := range entries {
		h := c.Step * math.Max(1, math.Abs(x))
		near := difference(dout, at(p, x+h), at(p, x-h))
		far := difference(dout, at(p, x+2*h), at(p, x-2*h))
		numerical := (8*near - far) / (12 * h)
		backward := grad.Data()[p]
		relative := math.Abs(backward-numerical) / math.Max(1, math.Max(math.Abs(backward), math.Abs(numerical)))
		if !(relative <= worst.Relative) {
			worst.Input, worst.Index = i, index(inputs[i].Shape(), p)
			worst.Backward, worst.Numerical, worst.Relative = backward, numerical, relative
		}
		if math.IsNaN(worst.Relative) {
			return
		}
	}
}

// difference returns sum(c * (a - b)). Entries that do not depend on the input
// that moved cancel exactly and add no rounding error.
func difference(c, a, b *tensor.Tensor[float64]) float64 {
	var s float64
	for i, v := range c.Data() {
		s += v * (a.Data()[i] - b.Data()[i])
	}
	return s
}

// index turns an offset into one index an axis.
func index(shape []int, offset int) []int {
	at := make([]int, len(shape))
	for i := len(shape) - 1; i >= 0; i-- {
		at[i] = offset % shape[i]
		offset /= shape[i]
	}
	return at
}
