package plot

import (
	"math"
	"slices"
	"testing"
)

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		t      ticks
		lo, hi float64
		want   []string
	}{
		{ticks{}, 0, 1, []string{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{ticks{}, -0.3, 0.52, []string{"−0.2", "0.0", "0.2", "0.4"}},
		{ticks{}, 4.1, 49, []string{"10", "20", "30", "40"}},
		{ticks{}, 0.091, 0.0953, []string{"0.091", "0.092", "0.093", "0.094", "0.095"}},
		{ticks{}, 0, 4e6, []string{"0", "1e+06", "2e+06", "3e+06", "4e+06"}},
		{ticks{}, 0, 5e-8, []string{"0", "1e-08", "2e-08", "3e-08", "4e-08", "5e-08"}},
		{ticks{whole: true}, 0, 1, []string{"0", "1"}},
		{ticks{whole: true}, 0, 3, []string{"0", "1", "2", "3"}},
		{ticks{whole: true}, 0, 20, []string{"0", "5", "10", "15", "20"}},
		{ticks{}, 2, 2, []string{"2"}},
	} {
		var got []string
		for _, tick := range c.t.Ticks(c.lo, c.hi) {
			got = append(got, tick.Label)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v from %g to %g: %q, want %q", c.t, c.lo, c.hi, got, c.want)
		}
	}
}

// Ticks ends, and stays within the axis, whatever the axis.
func TestTicksOfAnyAxis(t *testing.T) {
	for _, lo := range []float64{-1e300, -1e9, -1, 0, 1, 1e9, 1e17} {
		for _, length := range []float64{0, 1e-320, 1e-9, 0.3, 1, 7, 1e10, 1e300} {
			for _, tick := range (ticks{}).Ticks(lo, lo+length) {
				if slack := 1e-6*length + 1e-9*math.Abs(lo); tick.Value < lo-slack || tick.Value > lo+length+slack {
					t.Errorf("from %g to %g: a tick at %g", lo, lo+length, tick.Value)
				}
			}
		}
	}
}
