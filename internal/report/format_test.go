package report

import (
	"math"
	"testing"
)

// Different numbers look different.
func TestApart(t *testing.T) {
	for _, c := range []struct {
		a, b float64
		s, t string
	}{
		{1.0 / 3, 0.5, "0.333333", "0.5"},
		{100.0001, 100.0002, "100.0001", "100.0002"},
		{1, math.Nextafter(1, 2), "1", "1.0000000000000002"},
	} {
		if s, u := Apart(c.a, c.b); s != c.s || u != c.t {
			t.Errorf("%v and %v are %s and %s, want %s and %s", c.a, c.b, s, u, c.s, c.t)
		}
	}
}

func TestFinite(t *testing.T) {
	for v, want := range map[float64]bool{0: true, -1e308: true, math.Inf(1): false, math.Inf(-1): false} {
		if Finite(v) != want {
			t.Errorf("%v: finite is %v", v, !want)
		}
	}
	if Finite(math.NaN()) {
		t.Error("NaN is finite")
	}
}
