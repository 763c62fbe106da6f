package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"unsafe"
)

// What the kernels of all instruction sets compute, to the bit. These are the
// definitions of docs/arithmetic.md, one operation after the other.

// fma returns x y + z with one rounding. For float32, the product is exact in float64.
// The sum is rounded there to a number whose last bit is odd if anything was lost, which
// keeps the second rounding from going wrong (Boldo and Melquiond 2008).
func fma[T Float](x, y, z T) T {
	if _, ok := any(x).(float64); ok {
		return T(math.FMA(float64(x), float64(y), float64(z)))
	}
	p, c := float64(x)*float64(y), float64(z)
	s := p + c
	back := s - p
	lost := (p - (s - back)) + (c - back)
	if bits := math.Float64bits(s); lost != 0 && lost == lost && bits&1 == 0 {
		if (lost > 0) == (s > 0) {
			bits++
		} else {
			bits--
		}
		s = math.Float64frombits(bits)
	}
	return T(s)
}

// dotSum holds the sums of a dot product, by index modulo 16.
type dotSum [dotLanes]float32

// add adds the products of the pieces x and y, which are filled up with zeros.
func (s *dotSum) add(n int, x, y func(i int) float32) {
	for i := range roundUp(n, dotLanes) {
		if i < n {
			s[i%dotLanes] = fma(x(i), y(i), s[i%dotLanes])
		} else {
			s[i%dotLanes] += 0
		}
	}
}

// total adds neighbours, then neighbours of those, and so on.
func (s dotSum) total() float32 {
	for n := len(s) / 2; n > 0; n /= 2 {
		for i := range n {
			s[i] = s[2*i] + s[2*i+1]
		}
	}
	return s[0]
}

// productOf is Gemm for matrices without gaps.
func productOf[T Float](form Form, m, n, k int, a, b, c []T, accumulate bool) {
	for i := range m {
		for j := range n {
			x := func(p int) T { return a[i*k+p] }
			y := func(p int) T { return b[p*n+j] }
			switch form {
			case NT:
				y = func(p int) T { return b[j*k+p] }
			case TN:
				x = func(p int) T { return a[p*m+i] }
			}
			c[i*n+j] = elementOf(form == NT && m <= dotRows, k, x, y, c[i*n+j], accumulate)
		}
	}
}

// elementOf returns an element of a product with k terms, or adds it to c.
func elementOf[T Float](dots bool, k int, x, y func(p int) T, c T, accumulate bool) T {
	plus := func(sum T) {
		if accumulate {
			sum = c + sum
		}
		c, accumulate = sum, true
	}
	if _, ok := any(c).(float32); ok && dots && k >= dotLength {
		var s dotSum
		s.add(k, func(i int) float32 { return float32(x(i)) }, func(i int) float32 { return float32(y(i)) })
		plus(T(s.total()))
		return c
	}
	for p := 0; p < k; p += blockK {
		var sum T
		for q := p; q < min(p+blockK, k); q++ {
			sum = fma(x(q), y(q), sum)
		}
		plus(sum)
	}
	return c
}

// convolver has the definitions of the convolution and its gradients.
type convolver struct {
	*Conv
	in, out int // channels of a group
}

// from returns the channels of its group that feed an output channel.
func (c *convolver) from(o int) []int {
	if c.Links != nil {
		return c.Links.From[o]
	}
	all := make([]int, c.in)
	for i := range all {
		all[i] = i
	}
	return all
}

func (c *convolver) weight(w []float32, o, ch, a, b int) float32 {
	return w[((o*c.in+ch)*c.KernelH+a)*c.KernelW+b]
}

// pixel returns the input under a tap of the window at (i, j), 0 on padding.
func (c *convolver) pixel(x []float32, n, ch, i, j, a, b int) float32 {
	i, j = i*c.StrideH+a*c.DilationH-c.PadH, j*c.StrideW+b*c.DilationW-c.PadW
	return inside(x[(n*c.Channels+ch)*c.Height*c.Width:], c.Height, c.Width, i, j)
}

func inside(plane []float32, height, width, i, j int) float32 {
	if i < 0 || i >= height || j < 0 || j >= width {
		return 0
	}
	return plane[i*width+j]
}

// each visits the elements of maps of a batch.
func each(batch, maps, height, width int, visit func(n, m, i, j int)) {
	for at := range batch * maps * height * width {
		visit(at/width/height/maps, at/width/height%maps, at/width%height, at%width)
	}
}

// forward: one chain, from the bias, by row of the kernel, channel and column.
func (c *convolver) forward(y, x, w, bias []float32) {
	at := 0
	each(c.Batch, c.Out, c.OutH, c.OutW, func(n, o, i, j int) {
		sum, first := bias[o], o/c.out*c.in
		for a := range c.KernelH {
			for _, ch := range c.from(o) {
				for b := range c.KernelW {
					sum = fma(c.weight(w, o, ch, a, b), c.pixel(x, n, first+ch, i, j, a, b), sum)
				}
			}
		}
		y[at] = sum + 0
		at++
	})
}

// inputGrad: one chain, by row of the kernel from the last, channel and column from
// the last.
func (c *convolver) inputGrad(dx, dy, w []float32) {
	at := 0
	each(c.Batch, c.Channels, c.Height, c.Width, func(n, m, i, j int) {
		var sum float32
		first := m / c.in * c.out
		for a := c.KernelH - 1; a >= 0; a-- {
			for o := first; o < first+c.out; o++ {
				if !slices.Contains(c.from(o), m%c.in) {
					continue
				}
				for b := c.KernelW - 1; b >= 0; b-- {
					d := inside(dy[(n*c.Out+o)*c.Cols():], c.OutH, c.OutW, i+c.PadH-a*c.DilationH, j+c.PadW-b*c.DilationW)
					sum = fma(c.weight(w, o, m%c.in, a, b), d, sum)
				}
			}
		}
		dx[at] = sum + 0
		at++
	})
}

// weightGrad: one chain by image and pixel, or for every image a dot product of rows.
func (c *convolver) weightGrad(dw, dy, x []float32) {
	chain := filled(c.out, dotLanes) >= filled(c.OutW, dotLanes)
	at := 0
	each(c.Out, c.in, c.KernelH, c.KernelW, func(o, ch, a, b int) {
		var sum float32
		for n := range c.Batch {
			d := dy[(n*c.Out+o)*c.Cols():]
			var s dotSum
			for i := range c.OutH {
				pixel := func(j int) float32 { return c.pixel(x, n, o/c.out*c.in+ch, i, j, a, b) }
				if !chain {
					s.add(c.OutW, func(j int) float32 { return d[i*c.OutW+j] }, pixel)
					continue
				}
				for j := range c.OutW {
					sum = fma(d[i*c.OutW+j], pixel(j), sum)
				}
			}
			sum += s.total()
		}
		if dw[at] = sum + 0; !slices.Contains(c.from(o), ch) {
			dw[at] = 0
		}
		at++
	})
}

// biasGrad: one dot product with ones, over all images.
func (c *convolver) biasGrad(db, dy []float32) {
	for o := range db {
		var s dotSum
		for n := range c.Batch {
			s.add(c.Cols(), func(i int) float32 { return dy[(n*c.Out+o)*c.Cols()+i] }, func(int) float32 { return 1 })
		}
		db[o] = 0 + s.total()
	}
}

// expOf is e^x: 2^n (1 + p) with p = e^r - 1 for r = x - n ln 2.
func expOf(x float32) float32 {
	x = max(min(x, 89), -105)
	n := float32(math.RoundToEven(float64(x * math.Log2E)))
	const high = 0.693145751953125 // 15 bits of ln 2
	r := fma(n, float32(-(math.Ln2 - high)), fma(n, -high, x))
	p := float32(1.0 / 5040)
	for _, c := range []float32{1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5} {
		p = fma(p, r, c)
	}
	p = fma(p, float32(r*r), r)
	return float32(math.Ldexp(float64(1+p), int(n)))
}

// tanhOf is h / (1 + h) with h = (e^(-2|x|) - 1) / 2 and the sign of x.
func tanhOf(x float32) float32 {
	const large = 1.5*(1<<23) + 127
	const high = 0.693145751953125 / 2
	r := max(-float32(math.Abs(float64(x))), -10)
	n := fma(2*math.Log2E, r, large) - large
	r = fma(n, float32(-(math.Ln2/2 - high)), fma(n, -high, r))
	p := float32(0.04442403092980385)
	for _, c := range []float32{0.13386528193950653, 0.33333760499954224, 0.6666617393493652, 0.9999999403953552} {
		p = fma(p, r, c)
	}
	p = fma(p, float32(r*r), r)
	scale := float32(math.Ldexp(1, int(n)))
	h := fma(scale, p, fma(scale, 0.5, -0.5))
	return float32(math.Copysign(float64(h/(1+h)), float64(x)))
}

// sigmoidOf is 1 / (1 + e^-x), and e^x below -18.
func sigmoidOf(x float32) float32 {
	if x < -18 {
		return expOf(x)
	}
	return 1 / (1 + expOf(-x))
}

// allSets are the instruction sets under test.
type allSets []*set

// give fails unless do sets its argument, which holds start or zeros at first, to the
// numbers want with every instruction set. All NaNs are one number.
func give[T Float](t *testing.T, sets allSets, want, start []T, do func(y []T), format string, args ...any) {
	t.Helper()
	defer func(old *set) { selected = old }(selected)
	for _, selected = range sets {
		got := make([]T, len(want))
		copy(got, start)
		do(got)
		for i, v := range got {
			w := want[i]
			if (v != w || math.Signbit(float64(v)) != math.Signbit(float64(w))) && (v == v || w == w) {
				t.Fatalf("%s, %s: element %d is %v, want %v", ISA(), fmt.Sprintf(format, args...), i, v, w)
			}
		}
	}
}

// rough returns n numbers of which sums are rounded: some so small that products
// vanish, and zeros of both signs.
func rough[T Float](rng *rand.Rand, n int) []T {
	x := make([]T, n)
	for i := range x {
		switch rng.IntN(12) {
		case 0:
			x[i] = T(math.Copysign(0, rng.Float64()-0.5))
		case 1:
			x[i] = T(math.Ldexp(rng.Float64()-0.5, rng.IntN(200)-150))
		default:
			x[i] = T(rng.NormFloat64())
		}
	}
	return x
}

// tiny returns n numbers like rough's, or now and then such that many products are too
// small for a number: sums of them are zeros of either sign.
func tiny(rng *rand.Rand, n int) []float32 {
	x := rough[float32](rng, n)
	if rng.IntN(3) == 0 {
		for i := range x {
			x[i] *= 1e-30
		}
	}
	return x
}

func checkProducts[T Float](t *testing.T, rng *rand.Rand, sets allSets) {
	t.Helper()
	for i := range 400 {
		m, n, k := 1+rng.IntN(20), 1+rng.IntN(60), 1+rng.IntN(80)
		switch {
		case i%40 == 0:
			m, n, k = 1+rng.IntN(8), 1+rng.IntN(8), 500+rng.IntN(600)
		case i%133 == 0:
			m, n, k = 49+rng.IntN(100), 70, 513+rng.IntN(100)
		case i < 40:
			m, n = 1+i/10, 1+i%10
		}
		form := Form(i % 3)
		a, b, c := rough[T](rng, m*k), rough[T](rng, k*n), rough[T](rng, m*n)
		lda, ldb := k, n
		switch form {
		case NT:
			ldb = k
		case TN:
			lda = m
		}
		for _, accumulate := range []bool{false, true} {
			want := slices.Clone(c)
			productOf(form, m, n, k, a, b, want, accumulate)
			give(t, sets, want, c, func(y []T) { Gemm(form, m, n, k, a, lda, b, ldb, y, n, accumulate) },
				"form %d, %dx%dx%d, accumulate %v", form, m, n, k, accumulate)
		}
	}
}

func checkConvolutions(t *testing.T, rng *rand.Rand, sets allSets) {
	t.Helper()
	defer func(old *set) { selected = old }(selected)
	selected = sets[0]
	for tried := 0; tried < 400; {
		c := convolver{Conv: randomConv(rng)}
		if c.Batch*c.output()*c.terms() > 1<<17 || c.pointwise() {
			continue
		}
		tried++
		c.check(t, rng, sets)
	}
	for i := range 12 { // as large as the image
		c := convolver{Conv: &Conv{Window{1 + i, 5, 4, 5, 4, 1, 1, 0, 0, 1, 1, 1, 1}, 1 + rng.IntN(140), 1 + i, 1, nil}}
		c.check(t, rng, sets)
	}
	for maps := range 6 { // on rows of more than three vectors
		c := convolver{Conv: &Conv{Window{1, 2, 60, 2, 2, 1, 1, 1, 1, 1, 1, 3, 61}, 1, 1 + maps, 1, nil}}
		c.check(t, rng, sets)
	}
	for vectors := 1; vectors <= 14; vectors++ { // of one map, on more, the last of which is not always full
		for _, lanes := range []int{4, 8, 16} {
			cols := vectors*lanes - rng.IntN(4)
			c := convolver{Conv: &Conv{Window{2, 2, cols, 2, 3, 1, 1, 1, 1, 1, 1, 3, cols}, 1, 1, 1, nil}}
			c.check(t, rng, sets)
		}
	}
	for _, columns := range []int{3, 5} { // on as many images as vectors have lanes, and more
		for _, width := range []int{7, 8, 9, 10, 11, 12, 13, 14, 15, 29} {
			for maps := 1; maps <= 3; maps++ {
				checkSlides(t, rng, sets, maps, width, columns)
			}
		}
	}
	for _, lanes := range []int{4, 8, 16} { // on rows of up to four full vectors
		for vectors := 1; vectors <= 4; vectors++ {
			for rows := 1; rows <= 8/vectors; rows++ {
				for maps := range 6 {
					cols := vectors * lanes
					c := convolver{Conv: &Conv{Window{1, rows, cols + 1, 1, 2, 1, 1, 0, 0, 1, 1, rows, cols}, 1, 1 + maps, 1, nil}}
					c.check(t, rng, sets)
				}
			}
		}
	}
}

// checkSlides checks convolutions with rows of an output, or of the gradient by an input,
// of a width, and with many channels on the other side. Of three maps one lacks a channel.
func checkSlides(t *testing.T, rng *rand.Rand, sets allSets, maps, width, columns int) {
	t.Helper()
	many := 36/columns + 1
	lack := func(out, in int) *Links {
		if maps < 3 {
			return nil
		}
		from := make([][]int, out)
		for o := range from {
			for ch := range in {
				if o+ch > 0 {
					from[o] = append(from[o], ch)
				}
			}
		}
		return NewLinks(in, from)
	}
	forward := Window{many, 3, width + columns - 1, 2, columns, 1, 1, 0, 0, 1, 1, 2, width}
	back := Window{maps, 3, width, 2, columns, 1, 1, 0, 0, 1, 1, 2, width - columns + 1}
	for _, c := range []Conv{{forward, 18, maps, 1, lack(maps, many)}, {back, 18, many, 1, lack(many, maps)}} {
		v := convolver{Conv: &c}
		v.check(t, rng, sets)
	}
}

func (c *convolver) check(t *testing.T, rng *rand.Rand, sets allSets) {
	t.Helper()
	c.in, c.out = c.Channels/c.Groups, c.Out/c.Groups
	x, w := tiny(rng, c.Batch*c.image()), tiny(rng, c.Out*c.terms())
	dy, bias := tiny(rng, c.Batch*c.output()), tiny(rng, c.Out)
	if c.Links != nil { // what is not connected is not read
		connected := slices.Repeat([]float32{1}, len(w))
		ClearOthers(c.Links, connected)
		for i, v := range connected {
			if v == 0 {
				w[i] = float32(math.NaN())
			}
		}
	}
	compare := func(what string, n int, define, do func(y []float32)) {
		t.Helper()
		want := make([]float32, n)
		define(want)
		give(t, sets, want, nil, do, "%s of %+v", what, *c.Conv)
	}
	if c.whole() {
		c.checkWhole(x, w, bias, dy, compare)
		return
	}
	d, _ := directConv[float32](c.Conv)
	if d.canForward() {
		compare("output", len(dy), func(y []float32) { c.forward(y, x, w, bias) },
			func(y []float32) { ConvForward(y, x, w, bias, c.Conv) })
		compare("output without bias", len(dy), func(y []float32) { c.forward(y, x, w, make([]float32, c.Out)) },
			func(y []float32) { ConvForward(y, x, w, nil, c.Conv) })
	}
	if d.canInputGrad() {
		compare("gradient by the input", len(x), func(dx []float32) { c.inputGrad(dx, dy, w) },
			func(dx []float32) { ConvInputGrad(dx, dy, w, c.Conv) })
	}
	if d.canWeightGrad() {
		compare("gradient by the weights", len(w), func(dw []float32) { c.weightGrad(dw, dy, x) },
			func(dw []float32) { ConvWeightGrad(dw, dy, x, c.Conv) })
	}
	compare("gradient by the bias", len(bias), func(db []float32) { c.biasGrad(db, dy) },
		func(db []float32) { ConvBiasGrad(db, dy, c.Conv) })
}

// checkWhole compares a convolution whose kernel is as large as the image with the products
// that it is.
func (c *convolver) checkWhole(x, w, bias, dy []float32,
	compare func(what string, n int, define, do func(y []float32))) {
	terms := c.terms()
	compare("output", len(dy), func(y []float32) {
		FillRows(y, bias)
		productOf(NT, c.Batch, c.Out, terms, x, w, y, true)
	}, func(y []float32) { ConvForward(y, x, w, bias, c.Conv) })
	compare("output without bias", len(dy), func(y []float32) {
		productOf(NT, c.Batch, c.Out, terms, x, w, y, false)
	}, func(y []float32) { ConvForward(y, x, w, nil, c.Conv) })
	compare("gradient by the input", len(x), func(dx []float32) {
		productOf(NN, c.Batch, terms, c.Out, dy, w, dx, false)
	}, func(dx []float32) { ConvInputGrad(dx, dy, w, c.Conv) })
	compare("gradient by the weights", len(w), func(dw []float32) {
		productOf(TN, c.Out, terms, c.Batch, dy, x, dw, false)
	}, func(dw []float32) { ConvWeightGrad(dw, dy, x, c.Conv) })
}

// definitions of the functions with kernels, and of their gradients by y.
var definitions = []struct {
	fn Function
	f  func(x float32) float32
	df func(dy, y float32) float32
}{
	{Exp, expOf, nil},
	{Tanh, tanhOf, func(dy, y float32) float32 { return dy * fma(-y, y, 1) }},
	{Sigmoid, sigmoidOf, func(dy, y float32) float32 { return dy * float32(y*(1-y)) }},
	{ReLU, func(x float32) float32 { return map[bool]float32{true: 0, false: x}[x < 0] },
		func(dy, y float32) float32 { return map[bool]float32{true: 0, false: dy}[y <= 0] }},
}

func checkFunctions(t *testing.T, rng *rand.Rand, sets allSets) {
	t.Helper()
	for n := range 200 {
		x, dy := rough[float32](rng, n), tiny(rng, n)
		for i := range x {
			x[i] *= float32(rng.IntN(30))
			if rng.IntN(20) == 0 {
				x[i] = special[rng.IntN(len(special))]
			}
		}
		for _, d := range definitions {
			want := make([]float32, n)
			for i, v := range x {
				want[i] = d.f(v)
			}
			give(t, sets, want, nil, func(y []float32) { Map(d.fn, y, x, nil) }, "function %d of %v", d.fn, x)
			if d.df == nil {
				continue
			}
			for i, v := range x {
				want[i] = d.df(dy[i], v)
			}
			give(t, sets, want, nil, func(dx []float32) { MapGrad(d.fn, dx, dy, x, x, nil) }, "gradient of function %d", d.fn)
		}
	}
}

func checkVectors(t *testing.T, rng *rand.Rand, sets allSets) {
	t.Helper()
	for n := 1; n < 100; n++ {
		a, b, c, d := tiny(rng, n), tiny(rng, n), tiny(rng, n), tiny(rng, n)
		compare := func(what string, n int, define func(i int) float32, do func(y []float32)) {
			t.Helper()
			want := make([]float32, n)
			for i := range want {
				want[i] = define(i)
			}
			give(t, sets, want, b, do, "%s, %d elements", what, n)
		}
		compare("a + b", n, func(i int) float32 { return a[i] + b[i] }, func(y []float32) { Add(y, a, b) })
		compare("a - b", n, func(i int) float32 { return a[i] - b[i] }, func(y []float32) { Sub(y, a, b) })
		compare("a b", n, func(i int) float32 { return a[i] * b[i] }, func(y []float32) { Mul(y, a, b) })
		compare("a/3", n, func(i int) float32 { return a[i] * float32(1.0/3) }, func(y []float32) { Scale(y, 1.0/3, a) })
		compare("b + a/3", n, func(i int) float32 { return fma(1.0/3, a[i], b[i]) },
			func(y []float32) { Axpy(1.0/3, a, y) })
		compare("a + b + c + d", n, func(i int) float32 { return a[i] + b[i] + c[i] + d[i] },
			func(y []float32) { AddAll(y, a, b, c, d) })

		planeDot := func(m int, y func(at int) float32) float32 { // of two maps, in two images of n pixels
			var s dotSum
			for image := range 2 {
				from := slices.Concat(a, b, c, d)[(2*image+m)*n:]
				s.add(n, func(i int) float32 { return from[i] }, func(i int) float32 { return y((2*image+m)*n + i) })
			}
			return s.total()
		}
		both := [2][]float32{slices.Concat(a, b, c, d), slices.Concat(d, c, b, a)}
		compare("products of maps", 2, func(m int) float32 { return planeDot(m, func(at int) float32 { return both[1][at] }) },
			func(y []float32) { PlaneDots(y, both[0], both[1], 2) })
		compare("sums of maps", 2, func(m int) float32 { return 0 + planeDot(m, func(int) float32 { return 1 }) },
			func(y []float32) { PlaneDots(y, both[0], nil, 2) })

		w := Window{1, 2, 2 * n, 2, 2, 2, 2, 0, 0, 1, 1, 1, n}
		x := slices.Concat(a, b, c, d)
		compare("means", n, func(i int) float32 { return (x[2*i] + x[2*i+1] + x[2*n+2*i] + x[2*n+2*i+1]) / 4 },
			func(y []float32) { AvgPool(y, x, &w, false) })
		compare("gradient of means", 4*n, func(i int) float32 { return a[i%(2*n)/2] / 4 },
			func(dx []float32) { AvgPoolGrad(dx, a, &w, false) })
	}
}

func checkBytes(t *testing.T, rng *rand.Rand, sets allSets) {
	t.Helper()
	for count := 1; count <= 40; count++ {
		size := dotLanes * (1 + rng.IntN(20))
		set, indices := make([]byte, 10*size), make([]int, count)
		for i := range set {
			set[i] = byte(rng.Uint32())
		}
		for i := range indices {
			indices[i] = rng.IntN(10)
		}
		pixel := func(i, j int) float32 { return float32(set[indices[i]*size+j]) }
		w, a := rough[float32](rng, size), rough[float32](rng, count)
		dots, sums, units := make([]float32, count), make([]float32, size), make([]float32, count*size)
		for i := range dots {
			var s dotSum
			s.add(size, func(j int) float32 { return pixel(i, j) }, func(j int) float32 { return w[j] })
			dots[i] = s.total() / 255
			for j := range sums {
				sums[j] = fma(pixel(i, j), a[i], sums[j])
				units[i*size+j] = pixel(i, j) / 255
			}
		}
		for j := range sums {
			sums[j] /= 255
		}
		what := fmt.Sprintf("%d images of %d bytes", count, size)
		give(t, sets, dots, nil, func(y []float32) { ByteDots(y, set, indices, w) }, "dot products with %s", what)
		give(t, sets, sums, nil, func(y []float32) { ByteCombine(y, a, set, indices) }, "combination of %s", what)
		give(t, sets, units, nil, func(y []float32) { Unit(y, set, size, indices) }, "%s", what)
	}
}

// watched returns a set whose kernels are those of s, and a function that returns the
// places in it of kernels that were not called.
func watched(s *set) (w *set, unused func() []string) {
	calls := make(map[string]int)
	var watch func(name string, v reflect.Value)
	watch = func(name string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Func:
			if !v.IsNil() {
				do := reflect.ValueOf(v.Interface())
				calls[name] = 0
				v.Set(reflect.MakeFunc(v.Type(), func(args []reflect.Value) []reflect.Value {
					calls[name]++
					return do.Call(args)
				}))
			}
		case reflect.Slice:
			own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(own, v)
			v.Set(own)
			fallthrough
		case reflect.Array:
			for i := range v.Len() {
				watch(fmt.Sprintf("%s[%d]", name, i), v.Index(i))
			}
		case reflect.Pointer:
			own := reflect.New(v.Type().Elem())
			own.Elem().Set(v.Elem())
			v.Set(own)
			watch(name, own.Elem())
		case reflect.Struct:
			for i := range v.NumField() {
				f := v.Field(i)
				watch(name+"."+v.Type().Field(i).Name, reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem())
			}
		}
	}
	own := *s
	own.peak = peakLoop{} // which computes nothing
	watch(s.name, reflect.ValueOf(&own).Elem())
	return &own, func() (names []string) {
		for name, n := range calls {
			if n == 0 {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		return names
	}
}

// Every kernel of every instruction set gives the bits of the definition.
func TestArithmetic(t *testing.T) {
	var sets allSets
	var unused []func() []string
	for _, s := range available()[1:] {
		w, u := watched(s)
		sets, unused = append(sets, w), append(unused, u)
	}
	if sets == nil {
		t.Skip("no kernels but those in Go")
	}
	rng := rand.New(rand.NewPCG(1, 5))
	checkProducts[float32](t, rng, sets)
	checkProducts[float64](t, rng, sets)
	checkConvolutions(t, rng, sets)
	checkFunctions(t, rng, sets)
	checkVectors(t, rng, sets)
	checkBytes(t, rng, sets)
	checkNorms(t, rng, sets)
	for _, names := range unused {
		if n := names(); n != nil {
			t.Errorf("never called: %v", n)
		}
	}
}

// A weight that is NaN or infinite makes NaN of the zeros on the padding, on all paths.
// The gradient by the input has no terms on the padding: it is the sum of what is there.
// All other numbers are small and whole, so that rounding is no excuse.
func TestInfiniteWeightsOnPadding(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 5))
	same := func(got, want []float32) bool {
		return slices.EqualFunc(got, want, func(a, b float32) bool { return a == b || a != a && b != b })
	}
	for range 200 {
		c := convolver{Conv: randomConv(rng)}
		if c.Batch*c.output()*c.terms() > 1<<17 {
			continue
		}
		c.in, c.out = c.Channels/c.Groups, c.Out/c.Groups
		x, w, bias := randomInts(rng, c.Batch*c.image()), randomInts(rng, c.Out*c.terms()), randomInts(rng, c.Out)
		w[rng.IntN(len(w))] = []float32{float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN())}[rng.IntN(3)]
		dy := randomInts(rng, c.Batch*c.output())
		want, wantGrad := make([]float32, len(dy)), make([]float32, len(x))
		c.forward(want, x, w, bias)
		c.realInputGrad(wantGrad, dy, w)
		for _, isa := range ISAs() {
			restore := Use(isa)
			y, dx := make([]float32, len(dy)), make([]float32, len(x))
			ConvForward(y, x, w, bias, c.Conv)
			ConvInputGrad(dx, dy, w, c.Conv)
			if !same(y, want) || !same(dx, wantGrad) {
				t.Fatalf("%s, %+v: not the sums that define it", isa, *c.Conv)
			}
			restore()
		}
	}
}

// realInputGrad is the gradient by the input without terms of outputs that do not exist.
func (c *convolver) realInputGrad(dx, dy, w []float32) {
	at := 0
	each(c.Batch, c.Out, c.OutH, c.OutW, func(n, o, i, j int) {
		for term := range c.terms() {
			ch, a, b := term/c.KernelW/c.KernelH, term/c.KernelW%c.KernelH, term%c.KernelW
			r, s := i*c.StrideH+a*c.DilationH-c.PadH, j*c.StrideW+b*c.DilationW-c.PadW
			if slices.Contains(c.from(o), ch) && r >= 0 && r < c.Height && s >= 0 && s < c.Width {
				dx[((n*c.Channels+o/c.out*c.in+ch)*c.Height+r)*c.Width+s] += c.weight(w, o, ch, a, b) * dy[at]
			}
		}
		at++
	})
}
