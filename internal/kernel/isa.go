package kernel

import (
	"fmt"
	"os"
	"strings"
)

// The instruction sets that kernels are written for. Every kernel has a portable
// body in Go. The others are faster, give the same bits as each other, and agree with
// it except for rounding: they fuse x y + z, and some add up in another order.
const (
	Generic = "generic" // Go
	AVX2    = "avx2"    // x86 with AVX2 and FMA
	AVX512  = "avx512"  // x86 with AVX-512 F, BW, DQ and VL
	NEON    = "neon"    // arm64
)

// A set holds the kernels of an instruction set. What is nil is done in Go.
type set struct {
	name   string
	gemm32 *tiles[float32]
	gemm64 *tiles[float64]
	vector *vectorKernels
	peak   peakLoop
}

// A vectorKernels holds the kernels of float32 except the matrix product. What each
// computes stands at the functions themselves, in the generated files: grid2x3F32AVX2,
// for one, is grid[2][3].
//
// How wide the vectors are must show in no bit: what is computed, and in which order
// it is added up, follows from shapes and from dotLanes alone.
type vectorKernels struct {
	lanes int // elements in a vector

	// Convolution. A table holds a kernel for each size of a piece of work, up to what
	// the registers hold; sizes count from 1.
	grid [][][]gridKernel // by vectors of maps, and rows and columns of pixels
	rows [][][]rowKernel  // by maps, vectors, and rows in a group

	slide, spread [][]slideKernel // by columns of the kernel and vectors of output

	dot [][]dotKernel // by rows and columns of the result

	toLanes   func(rows, n int, dst *float32, ldd int, src *float32, lds int)
	fromLanes func(rows, n int, dst *float32, ldd int, src *float32, lds int)
	copyRows  func(planes, rows, n int, dst *float32, dplane, drow int, src *float32, splane, srow int)

	// Pooling.
	avgPool2x2, avgPool2x2Grad func(rows, n int, dst *float32, ldd int, src *float32, lds int)

	// Element by element.
	add, sub, mul func(n int, dst, x, y *float32)
	sum4          func(n int, dst, a, b, c, d *float32)
	combine4      func(n int, y, a, x *float32, ldx int)
	axpy, scale   func(n int, alpha float32, x, y *float32)
	functions     [functionCount]func(n int, dst, x *float32)
	gradients     [functionCount]func(n int, dst, dy, y *float32)

	// Batch normalisation and dropout.
	moments func(n int, x *float32, mean float32, to *float64)
	against func(n int, dy, x *float32, mean float32, to *float64)
	affine  func(n int, dst, x *float32, a, c float32)
	affine2 func(n int, dst, x, y *float32, a, b, c float32)
	dropout func(n int, dst, x *float32, at, k0, k1, threshold uint32, scale float32)

	// Images of bytes.
	unit        func(blocks int, dst *float32, src, next *uint8)
	byteDots    func(count int, y *float32, images *uint8, size int, indices *int, w *float32)
	byteCombine func(count int, y *float32, images *uint8, size int, indices *int, a *float32)
}

// dotLanes is the number of sums that a dot product is made of, and so what a choice
// between two ways of adding up takes for the length of a vector.
const dotLanes = 16

type (
	gridKernel func(k int, taps *tap, x *float32, pitch int, w *float32, y *float32, ldy int, bias *float32)
	rowKernel  func(k int, taps *tap, x *float32, pitch int, w *float32,
		y *float32, ldy, rowy int, groups, tail int, bias *float32)
	slideKernel func(k int, taps *tap, x *float32, pitch int, w *float32, stepw int,
		y *float32, rowy, groups int, bias *float32)
	dotKernel func(pieces, n int, a *float32, lda, stepa int, b *float32, ldb, stepb int,
		c *float32, ldc int, accumulate bool)
)

// selected is the instruction set in use: the best that the machine has, or the
// one that the environment variable HW4_ISA names. environment is what is wrong with
// that name.
var selected, environment = fromEnvironment(os.Getenv("HW4_ISA"), available())

// fromEnvironment returns the instruction set of the given name. If it is empty, or with
// an error not available, that is the last of those available.
func fromEnvironment(name string, sets []*set) (*set, error) {
	best := sets[len(sets)-1]
	if name == "" {
		name = best.name
	}
	if s := named(name, sets); s != nil {
		return s, nil
	}
	return best, fmt.Errorf("HW4_ISA=%q: this program on this machine has %s", name, strings.Join(names(sets), ", "))
}

// named returns the instruction set of a name, nil if it is not available.
func named(name string, sets []*set) *set {
	for _, s := range sets {
		if s.name == name {
			return s
		}
	}
	return nil
}

// CheckEnvironment returns an error if the environment variable HW4_ISA names an
// instruction set that is not available. Then the best one is in use: a program that
// imports the library has no place to report this, and its results are right with
// every set. The command refuses to run.
func CheckEnvironment() error { return environment }

// ISA returns the instruction set in use.
func ISA() string { return selected.name }

// ISAs returns the instruction sets that can be used on this machine, from the
// slowest to the fastest.
func ISAs() []string { return names(available()) }

func names(sets []*set) []string {
	names := make([]string, len(sets))
	for i, s := range sets {
		names[i] = s.name
	}
	return names
}

// Use switches to another instruction set and returns a function that switches
// back. It is for tests, which must not run in parallel meanwhile. It panics if
// the instruction set is not available.
func Use(isa string) (restore func()) {
	old := selected
	if selected = named(isa, available()); selected == nil {
		selected = old
		panic(fmt.Sprintf("kernel: this machine has %v, not %q", ISAs(), isa))
	}
	return func() { selected = old }
}

// tilesOf returns the micro-kernels of the matrix product, or nil if there are
// none.
func tilesOf[T Float]() *tiles[T] {
	if t, ok := any(selected.gemm32).(*tiles[T]); ok {
		return t
	}
	t, _ := any(selected.gemm64).(*tiles[T])
	return t
}
