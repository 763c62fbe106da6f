package homework

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"hw4/internal/report"
	"hw4/tensor"
)

// answer builds the report of one problem.
type answer struct{ r report.Report }

func newAnswer(problem int) *answer {
	return &answer{report.Report{Problem: problem, Title: Problems()[problem-1].Title}}
}

func (a *answer) report() (*report.Report, error) { return &a.r, nil }

func (a *answer) add(item report.Item) { a.r.Items = append(a.r.Items, item) }

func (a *answer) text(format string, args ...any)   { a.add(report.Text(fmt.Sprintf(format, args...))) }
func (a *answer) block(text string)                 { a.add(report.Block(text)) }
func (a *answer) matrix(name string, m [][]float64) { a.add(report.Matrix{Name: name, Rows: m}) }
func (a *answer) table(header []string, rows [][]any) {
	a.add(report.Table{Header: header, Rows: rows})
}

// check adds a claim with what was measured.
func (a *answer) check(name string, ok bool, format string, args ...any) {
	a.r.Checks = append(a.r.Checks, report.Check{Name: name, OK: ok, Detail: fmt.Sprintf(format, args...)})
}

// A linearClaim says that two maps of images are equal.
type linearClaim struct {
	name                    string // put before the checks' names
	left, right             imageMap
	definition              string // what right is
	channels, height, width int
}

// linearTol is the largest difference of two maps on images with elements of
// the order of 1: rounding in sums of a few terms.
const linearTol = 1e-14

// checkLinearMap proves a linearClaim on the basis and tries it on random images.
// It returns the context's error if that ends it.
func (a *answer) checkLinearMap(ctx context.Context, progress Progress, rng *rand.Rand, c linearClaim) error {
	const images = 20
	basis, err := onBasis(ctx, progress, c)
	if err != nil {
		return err
	}
	a.check(c.name+"equal on the basis", basis.agree(linearTol),
		"on all %d basis images of %dx%dx%d the convolution and %s %s; both are linear, so they are equal on every image of this size",
		basis.inputs, c.channels, c.height, c.width, c.definition, basis.verdict())
	linear := math.Max(isLinear(rng, c.left, 3, c.channels, c.height, c.width), isLinear(rng, c.right, 3, c.channels, c.height, c.width))
	a.check(c.name+"both are linear", linear <= 1e-12, "f(aX + Y) and a f(X) + f(Y) differ by at most %.2g on random images", linear)
	random := onRandom(rng, c.left, c.right, images, c.channels, c.height, c.width)
	a.check(c.name+"equal on random images", random.agree(10*linearTol), "on %d random images they %s", random.inputs, random.verdict())
	return nil
}

// verdict says in words how a comparison came out.
func (c *comparison) verdict() string {
	switch {
	case c.shapes != nil:
		return "have " + c.shapes.Error()
	case c.worst == 0:
		return "agree exactly"
	}
	return fmt.Sprintf("differ by at most %.2g (%s)", c.worst, c.where)
}

// planeOf returns one plane of a tensor (N, C, H, W) as rows.
func planeOf(x *tensor.Tensor[float64], n, c int) [][]float64 {
	_, channels, h, w := x.Dims4("plane")
	rows := make([][]float64, h)
	for i := range rows {
		rows[i] = x.Data()[((n*channels+c)*h+i)*w:][:w]
	}
	return rows
}

// closeTo reports whether two numbers are equal but for rounding.
func closeTo(a, b float64) bool { return math.Abs(a-b) <= 1e-15*math.Max(1, math.Abs(b)) }

func percent(fraction float64) string { return report.Format(report.Percent(fraction)) }
