package plot

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"

	"hw4/internal/report"
)

// ticks places about five ticks at multiples of 1, 2 or 5 times a power of ten.
type ticks struct {
	whole bool // whether only whole numbers get a tick
}

// Ticks returns the ticks of an axis from lo to hi.
func (t ticks) Ticks(lo, hi float64) []plot.Tick {
	step := roundStep((hi - lo) / 5)
	if t.whole {
		step = math.Max(step, 1)
	}
	first := math.Ceil(lo/step - 1e-9)
	var all []plot.Tick
	const most = 7 // no more multiples of the step fit
	for i := range most {
		v := (first + float64(i)) * step
		if v <= hi+1e-9*step {
			all = append(all, plot.Tick{Value: v, Label: tickLabel(v, step)})
		}
	}
	return all
}

// roundStep returns the least of 1, 2 and 5 times a power of ten that is at least
// the step; 1 if that is not positive.
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

// tickLabel returns a multiple of the step with the decimals that the step has.
func tickLabel(v, step float64) string {
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	if decimals > 6 || math.Abs(v) >= 1e6 {
		return report.Minus(strconv.FormatFloat(v, 'g', 3, 64))
	}
	return report.Minus(strconv.FormatFloat(v, 'f', decimals, 64))
}
