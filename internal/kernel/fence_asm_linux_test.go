//go:build (amd64 || arm64) && !purego

package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// eachVector runs a test with the kernels of every instruction set.
func eachVector(t *testing.T, f func(t *testing.T, k *vectorKernels)) {
	for _, s := range available() {
		if s.vector != nil {
			t.Run(s.name, func(t *testing.T) { f(t, s.vector) })
		}
	}
}

// same fails unless got(i) is want(i) for all i below n.
func same(t *testing.T, n int, got, want func(i int) float32, format string, args ...any) {
	t.Helper()
	for i := range n {
		if got(i) != want(i) {
			t.Fatalf("%s: element %d is %v, want %v", fmt.Sprintf(format, args...), i, got(i), want(i))
		}
	}
}

// Transpositions to and from lanes: every number of rows, every length from 1 to
// 70, rows next to each other or not.
func TestFencedLanes(t *testing.T) {
	f := newFences(t, 4, 100*40)
	eachVector(t, func(t *testing.T, k *vectorKernels) {
		rng := rand.New(rand.NewPCG(1, 3))
		for rows := 1; rows <= k.lanes; rows++ {
			for n := 1; n <= 70; n++ {
				f.next()
				lds, ldd := n+rng.IntN(3), k.lanes+rng.IntN(3)
				src, dst := f.ints(rng, (rows-1)*lds+n), f.get((n-1)*ldd+k.lanes)
				fenced(t, func() { k.toLanes(rows, n, &dst[0], ldd, &src[0], lds) }, "%d rows of %d to lanes", rows, n)
				same(t, len(dst), func(at int) float32 { return dst[at] }, func(at int) float32 {
					switch i, j := at%ldd, at/ldd; {
					case i >= k.lanes:
						return guard // between the rows
					case i >= rows:
						return 0
					default:
						return src[i*lds+j]
					}
				}, "%d rows of %d to lanes", rows, n)

				whole := (n + k.lanes - 1) / k.lanes * k.lanes
				apart := k.lanes + rng.IntN(3)
				lanes, back := f.ints(rng, (whole-1)*apart+k.lanes), f.get((rows-1)*lds+n)
				fenced(t, func() {
					k.fromLanes(rows, n, &back[0], lds, &lanes[0], apart)
				}, "%d rows of %d from lanes", rows, n)
				same(t, len(back), func(at int) float32 { return back[at] }, func(at int) float32 {
					if at%lds >= n {
						return guard
					}
					return lanes[at%lds*apart+at/lds]
				}, "%d rows of %d from lanes", rows, n)
			}
		}
	})
}

// Copies of rows and sums of rows, of every length from 1 to 70.
func TestFencedRows(t *testing.T) {
	f := newFences(t, 4, 3*8*80)
	eachVector(t, func(t *testing.T, k *vectorKernels) {
		rng := rand.New(rand.NewPCG(2, 3))
		for n := 1; n <= 70; n++ {
			for rows := 1; rows <= 8; rows++ {
				f.next()
				planes, srow, drow := 1+rng.IntN(3), n+rng.IntN(3), n+rng.IntN(5)
				splane, dplane := rows*srow+rng.IntN(3), rows*drow+rng.IntN(3)
				src := f.ints(rng, (planes-1)*splane+(rows-1)*srow+n)
				dst := f.get((planes-1)*dplane + (rows-1)*drow + n)
				fenced(t, func() {
					k.copyRows(planes, rows, n, &dst[0], dplane, drow, &src[0], splane, srow)
				}, "copy of %d rows of %d", rows, n)
				same(t, len(dst), func(at int) float32 { return dst[at] }, func(at int) float32 {
					p, i, j := at/dplane, at%dplane/drow, at%dplane%drow
					if i >= rows || j >= n {
						return guard
					}
					return src[p*splane+i*srow+j]
				}, "copy of %d rows of %d", rows, n)

				step := rows*n + rng.IntN(3)
				x, sums := f.ints(rng, (planes-1)*step+rows*n), f.get(rows)
				fenced(t, func() { rowDots(k, sums, x, planes, n, step) }, "sums of %d rows of %d", rows, n)
				got := func(i int) float32 { return sums[i] }
				want := func(i int) float32 {
					sum := 0.0
					for p := range planes {
						sum += Sum(x[p*step+i*n:][:n])
					}
					return guard + float32(sum)
				}
				same(t, rows, got, want, "sums of %d rows of %d", rows, n)
			}
		}
	})
}

// Dot products by every kernel, of every length from 1 to 70.
func TestFencedDots(t *testing.T) {
	f := newFences(t, 3, 8*80)
	eachVector(t, func(t *testing.T, k *vectorKernels) {
		rng := rand.New(rand.NewPCG(3, 3))
		for rows := 1; rows < len(k.dot); rows++ {
			for cols := 1; cols < len(k.dot[rows]); cols++ {
				for n := 1; n <= 70; n++ {
					f.next()
					pieces, accumulate := 1+rng.IntN(3), n%3 == 0
					lda, ldb, stepA, stepB, ldc := rng.IntN(n+3), rng.IntN(n+3), rng.IntN(n+3), rng.IntN(n+3),
						cols+rng.IntN(3)
					a, b := f.ints(rng, (rows-1)*lda+(pieces-1)*stepA+n), f.ints(rng, (cols-1)*ldb+(pieces-1)*stepB+n)
					c := f.get((rows-1)*ldc + cols)
					what := fmt.Sprintf("%d x %d dot products of %d pieces of %d, accumulate %v", rows, cols, pieces, n,
						accumulate)
					fenced(t, func() {
						k.dot[rows][cols](pieces, n, &a[0], lda, stepA, &b[0], ldb, stepB, &c[0], ldc, accumulate)
					}, "%s", what)
					same(t, len(c), func(at int) float32 { return c[at] }, func(at int) float32 {
						i, j := at/ldc, at%ldc
						if j >= cols {
							return guard
						}
						sum := float32(0)
						if accumulate {
							sum = guard
						}
						for p := range pieces * n {
							sum += a[i*lda+p/n*stepA+p%n] * b[j*ldb+p/n*stepB+p%n]
						}
						return sum
					}, "%s", what)
				}
			}
		}
	})
}

// Rows of the kernel that slide and spread, by every kernel.
func TestFencedSlides(t *testing.T) {
	f := newFences(t, 4, 5*18*16+40)
	eachVector(t, func(t *testing.T, k *vectorKernels) {
		rng := rand.New(rand.NewPCG(4, 3))
		for spreads, table := range [][][]slideKernel{k.slide, k.spread} {
			for columns, kernels := range table {
				for vectors, do := range kernels {
					if do == nil {
						continue
					}
					pixels, before := vectors+columns-1, 0
					if spreads > 0 {
						pixels, before = vectors-columns+1, columns-1
					}
					for _, groups := range []int{1, 3} {
						f.next()
						pitch, rowy := pixels*k.lanes, vectors*k.lanes
						x, w := f.ints(rng, (groups+1)*pitch), f.ints(rng, 2*columns)
						taps := []tap{{0, 0}, {uint32(pitch), uint32(columns)}}
						y, bias := f.get(groups*rowy), f.ints(rng, 1)
						fenced(t, func() {
							do(2, &taps[0], &x[0], pitch, &w[0], 1, &y[0], rowy, groups, &bias[0])
						}, "%d vectors, %d columns", vectors, columns)
						same(t, len(y), func(at int) float32 { return y[at] }, func(at int) float32 {
							sum, i, j := bias[0], at/rowy, at%rowy/k.lanes
							for tap := range taps {
								for b := range columns {
									if p := j + b - before; p >= 0 && p < pixels {
										sum += w[tap*columns+b] * x[(i+tap)*pitch+p*k.lanes+at%k.lanes]
									}
								}
							}
							return sum
						}, "%d vectors, %d columns, spreads: %d", vectors, columns, spreads)
					}
				}
			}
		}
	})
}
