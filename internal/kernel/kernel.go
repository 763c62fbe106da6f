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
