// Package kernel holds the inner loops of the library: slices in, slices out,
// no shapes, no tensors and no allocation. Everything that is tuned to a
// machine lives behind the functions of this package, and every function takes
// float32 and float64 alike.
//
// Lengths are the caller's business: packages tensor, conv and pool check
// shapes and say what is wrong in their own terms, so a slice that is too short
// here is a bug of theirs and panics with an index out of range.
package kernel

import "unsafe"

// Float is the set of element types.
type Float interface{ float32 | float64 }

// Overlap reports whether two slices have elements in common.
func Overlap[T Float](a, b []T) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	address := func(x *T) uintptr { return uintptr(unsafe.Pointer(x)) }
	return address(&a[0]) <= address(&b[len(b)-1]) && address(&b[0]) <= address(&a[len(a)-1])
}
