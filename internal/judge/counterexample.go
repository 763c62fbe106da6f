package judge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hw4/internal/report"
	"hw4/tensor"
)

// A failure is a picture with a single 1 on which a filter does not do what it
// should.
type failure struct {
	x         *tensor.Tensor[float64] // (1, C, H, W)
	at        [3]int                  // channel, row and column of the 1
	want, got *tensor.Tensor[float64] // the outputs, (1, O, OH, OW)
	pixel     [3]int                  // the first that is wrong: channel, row and column
	shapes    bool                    // the outputs differ in shape, so that no pixel is compared
}

// smallest returns the picture with the fewest pixels on which f fails, or one of
// h x w if it fails on no smaller one. There must be one.
func (t *Task) smallest(f Filter, h, w int) failure {
	c := t.Right.W.Dim(1)
	for _, s := range append(t.smallSizes(h, w), [2]int{h, w}) {
		if !f.fits(s[0], s[1]) {
			continue
		}
		if d := Compare(f.Apply, t.Definition, Basis(c, s[0], s[1]), weights); d.Differ {
			return t.failure(f, d.First, c, s[0], s[1])
		}
	}
	panic("judge: no failure among the basis images")
}

// smallSizes returns the heights and widths up to those of the window and a step
// more, by the number of pixels.
func (t *Task) smallSizes(h, w int) [][2]int {
	_, _, kh, kw := t.Right.W.Dims4("judge")
	var sizes [][2]int
	for i := t.Step; i <= min(h, kh+t.Step); i += t.Step {
		for j := t.Step; j <= min(w, kw+t.Step); j += t.Step {
			sizes = append(sizes, [2]int{i, j})
		}
	}
	slices.SortStableFunc(sizes, func(a, b [2]int) int { return cmp.Compare(a[0]*a[1], b[0]*b[1]) })
	return sizes
}

// failure returns what f and the definition do with basis image n.
func (t *Task) failure(f Filter, n, c, h, w int) failure {
	x := basisImage(n, c, h, w)
	e := failure{x: x, at: unravel(n, h, w), want: t.Definition(x), got: f.Apply(x)}
	if !slices.Equal(e.want.Shape(), e.got.Shape()) {
		e.shapes = true
		return e
	}
	_, _, oh, ow := e.want.Dims4("judge")
	for i, want := range e.want.Data() {
		if !weights.Equal(e.got.Data()[i], want) {
			e.pixel = unravel(i, oh, ow)
			break
		}
	}
	return e
}

// unravel returns the channel, row and column of element n of planes of h x w.
func unravel(n, h, w int) [3]int { return [3]int{n / (h * w), n / w % h, n % w} }

// picture says what X is.
func (e failure) picture() string {
	_, c, h, w := e.x.Dims4("judge")
	if c == 1 {
		return fmt.Sprintf("the picture of %d x %d with a single 1, in row %d, column %d", h, w, e.at[1]+1, e.at[2]+1)
	}
	return fmt.Sprintf("the picture of %d channels of %d x %d with a single 1, in channel %d, row %d, column %d",
		c, h, w, e.at[0]+1, e.at[1]+1, e.at[2]+1)
}

// fault says what is wrong with the output.
func (e failure) fault() string {
	if e.shapes {
		return fmt.Sprintf("the output should have shape %s and has %s",
			tensor.Tuple(e.want.Shape()[1:]), tensor.Tuple(e.got.Shape()[1:]))
	}
	o, i, j := e.pixel[0], e.pixel[1], e.pixel[2]
	name := fmt.Sprintf("Y[%d,%d,%d]", o+1, i+1, j+1)
	if e.want.Dim(1) == 1 {
		name = fmt.Sprintf("Y[%d,%d]", i+1, j+1)
	}
	want, got := report.Apart(e.want.At(0, o, i, j), e.got.At(0, o, i, j))
	return fmt.Sprintf("the first wrong output is %s: expected %s, got %s", name, want, got)
}

// counterexample returns the planes of the picture and of the outputs that matter.
func (e failure) counterexample() *report.Counterexample {
	c := &report.Counterexample{Text: e.picture() + ": " + e.fault(), Input: plane("X", e.x, e.at[0])}
	if !e.shapes {
		c.Expected, c.Got = plane("expected Y", e.want, e.pixel[0]), plane("your Y", e.got, e.pixel[0])
	}
	return c
}

// show adds the planes that matter to the evidence, and to the answer what is wrong: the
// planes on one line, if they are small, or else the first wrong output.
func (e failure) show(b *report.Body) {
	const small = 6 // numbers on a line
	const said = "Your filter is wrong. The smallest example is %s"
	c := e.counterexample()
	b.Add(c.Input)
	if e.shapes {
		b.Answerf(said+".", c.Text)
		return
	}
	b.Add(c.Expected, c.Got)
	want, got := inline(c.Expected), inline(c.Got)
	if want == got || max(e.x.Len(), e.want.Len(), e.got.Len()) > small {
		b.Answerf(said+".", c.Text)
		return
	}
	b.Answerf(said+":", e.picture())
	b.Answerf("%s = %s should give %s = %s, and yours gives %s.", c.Input.Name, inline(c.Input),
		strings.TrimPrefix(c.Expected.Name, "expected "), want, got)
}

// inline writes a matrix on one line, with its rows separated by semicolons.
func inline(m report.Matrix) string {
	cells := report.EachCell(m.Rows, func(v float64) string { return report.Format(v) })
	rows := report.Each(cells, func(row []string) string { return strings.Join(row, " ") })
	return "[" + strings.Join(rows, "; ") + "]"
}

// plane returns channel c of a tensor (1, C, H, W) under a name, with the number of
// the channel unless it is the only one.
func plane(name string, x *tensor.Tensor[float64], c int) report.Matrix {
	if x.Dim(1) > 1 {
		name = fmt.Sprintf("%s[%d]", name, c+1)
	}
	return report.Matrix{Name: name, Rows: Plane(x, 0, c)}
}

// Plane returns channel c of image n of a tensor (N, C, H, W) as rows.
func Plane(x *tensor.Tensor[float64], n, c int) [][]float64 {
	_, channels, h, w := x.Dims4("plane")
	rows := make([][]float64, h)
	for i := range rows {
		rows[i] = x.Data()[((n*channels+c)*h+i)*w:][:w]
	}
	return rows
}
