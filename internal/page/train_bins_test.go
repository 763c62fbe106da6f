package page

import (
	"math"
	"testing"
)

// Logits far outside are counted at their end, and a training that diverges is still
// answered in JSON.
func TestBins(t *testing.T) {
	for z, want := range map[float64]int{-8: 0, -7.99: 0, 0: 24, 7.99: 47, 8: 47, 1e30: 47, math.Inf(1): 47, -1e30: 0} {
		if got := binOf(z); got != want {
			t.Errorf("%g is in bin %d, want %d", z, got, want)
		}
	}
	if got := binOf(math.NaN()); got != 0 {
		t.Errorf("NaN is in bin %d", got)
	}
	if cell(math.NaN()) != nil || cell(math.Inf(-1)) != nil || cell(0.5) != 0.5 {
		t.Error("a cell that is no number is not nil")
	}
}
