package kernel

import (
	"cmp"
	"unsafe"
)

// Float is the set of element types.
type Float interface{ float32 | float64 }

// Overlap reports whether two slices have elements in common.
func Overlap[T Float](a, b []T) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	return address(&a[0]) <= address(&b[len(b)-1]) && address(&b[0]) <= address(&a[len(a)-1])
}

// Order compares where two slices, neither of which is empty, begin in memory.
func Order[T Float](a, b []T) int { return cmp.Compare(address(&a[0]), address(&b[0])) }

func address[T Float](x *T) uintptr { return uintptr(unsafe.Pointer(x)) }
