// Package kernel holds the inner loops of the library: slices in, slices out,
// no shapes, no tensors and no allocation. Everything that is tuned to a
// machine lives behind the functions of this package, and every function takes
// float32 and float64 alike.
//
// Lengths are the caller's business: packages tensor, conv and pool check
// shapes and say what is wrong in their own terms, so a slice that is too short
// here is a bug of theirs and panics with an index out of range.
//
// # Arithmetic
//
// The kernels of all instruction sets give the same bits. For float32, with fma(x, y, z)
// for x y + z rounded once, there are these ways to add up:
//
//   - A chain is s = fma(x, y, s) for one term after the other.
//   - A dot product has 16 such sums, to which terms go by their index modulo 16. Then
//     neighbours are added, then neighbours of those, until one is left. Where a piece
//     has no more terms, products of zeros fill it up to a multiple of 16.
//
// Which of them computes what, and in which order, follows from shapes, and not from how
// wide a vector is: docs/arithmetic.md has the list. The portable bodies in Go round
// every product and every sum, and so give other bits, the same ones on all machines.
// For that they write T(x*y) + z: without the conversion some processors fuse.
//
// All NaNs count as one number. Their bits may differ.
package kernel
