// Package axis says what the axes of a report's plot are: their ends, and the ticks
// with their labels. Whoever draws a plot, in points or in characters, asks it.
package axis

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"hw4/internal/report"
)

// An Axis is a range of numbers, Lo < Hi, with ticks.
type Axis struct {
	Lo, Hi float64
	Log    bool // whether equal distances are equal factors
	Ticks  []Tick
}

// A Tick is a number that is marked on an axis.
type Tick struct {
	Value float64
	Label string
}

// Of returns the axes of a plot, which hold all its finite points. It returns an error
// if a series has not as many x as y, or if a logarithmic axis is to show an x that is
// not positive.
func Of(p report.Plot) (x, y Axis, err error) {
	whole := true
	var xs, ys []float64
	for _, s := range p.Series {
		if len(s.X) != len(s.Y) {
			return x, y, fmt.Errorf("plot %q: the curve %q has %d x and %d y", p.Title, s.Name, len(s.X), len(s.Y))
		}
		for i, v := range s.X {
			if p.LogX && !(v > 0) {
				return x, y, fmt.Errorf("plot %q: the curve %q has x = %v on a logarithmic axis", p.Title, s.Name, v)
			}
			if report.Finite(s.Y[i]) {
				xs, ys = append(xs, v), append(ys, s.Y[i])
			}
			whole = whole && v == math.Trunc(v)
		}
	}
	x, y = around(xs), around(ys)
	y.Ticks = linear(y.Lo, y.Hi, false)
	if x.Log = p.LogX; x.Log {
		x.Ticks = logarithmic(x.Lo, x.Hi)
	} else {
		x.Ticks = linear(x.Lo, x.Hi, whole)
	}
	return x, y, nil
}

// around returns the range of numbers, widened if it is a point.
func around(vs []float64) Axis {
	if len(vs) == 0 {
		return Axis{Lo: 1, Hi: 2} // any will do, and this one is also logarithmic
	}
	a := Axis{Lo: slices.Min(vs), Hi: slices.Max(vs)}
	if a.Lo == a.Hi {
		wide := cmp.Or(math.Abs(a.Lo)/2, 1)
		a.Lo, a.Hi = a.Lo-wide, a.Hi+wide
	}
	return a
}

// At returns where a number lies on the axis: 0 at Lo, 1 at Hi.
func (a Axis) At(v float64) float64 {
	if a.Log {
		return math.Log(v/a.Lo) / math.Log(a.Hi/a.Lo)
	}
	return (v - a.Lo) / (a.Hi - a.Lo)
}

// linear returns about five ticks at multiples of 1, 2 or 5 times a power of ten, only
// at whole numbers if so wanted.
func linear(lo, hi float64, whole bool) []Tick {
	step := roundStep((hi - lo) / 5)
	if whole {
		step = math.Max(step, 1)
	}
	first := math.Ceil(lo/step - 1e-9)
	var all []Tick
	const most = 7 // no more multiples of the step fit
	for i := range most {
		v := (first + float64(i)) * step
		if v <= hi+1e-9*step {
			all = append(all, Tick{v, label(v, step)})
		}
	}
	return all
}

// logarithmic returns ticks at the powers of ten, and at 2 and 5 times them if there
// are few; where not two of them lie, linear ones.
func logarithmic(lo, hi float64) []Tick {
	factors := []float64{1, 2, 5}
	if hi/lo > 999 {
		factors = factors[:1]
	}
	var all []Tick
	for k := math.Floor(math.Log10(lo)); k <= math.Log10(hi); k++ {
		for _, f := range factors {
			if v := f * math.Pow(10, k); v >= lo*(1-1e-9) && v <= hi*(1+1e-9) {
				all = append(all, Tick{v, strconv.FormatFloat(v, 'g', 3, 64)})
			}
		}
	}
	if len(all) < 2 {
		return linear(lo, hi, false)
	}
	return all
}

// roundStep returns the least of 1, 2 and 5 times a power of ten that is at least the
// step; 1 if that is not positive.
func roundStep(step float64) float64 {
	if !(step > 0) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= step*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// label returns a multiple of the step with the decimals that the step has.
func label(v, step float64) string {
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	if decimals > 6 || math.Abs(v) >= 1e6 {
		return report.Minus(strconv.FormatFloat(v, 'g', 3, 64))
	}
	return report.Minus(strconv.FormatFloat(v, 'f', decimals, 64))
}
