package commute

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hw4/internal/report"
	"hw4/tensor"
)

func TestWeakOrderings(t *testing.T) {
	// The Fubini numbers, OEIS A000670.
	for n, want := range map[int]int{1: 1, 2: 3, 3: 13, 4: 75, 5: 541, 6: 4683} {
		all := weakOrderings(n)
		if len(all) != n*want {
			t.Errorf("%d elements: %d orderings, want %d", n, len(all)/n, want)
		}
		seen := make(map[string]bool)
		for w := range slices.Chunk(all, n) {
			var b strings.Builder
			for _, r := range w {
				b.WriteByte(byte('0' + r))
			}
			seen[b.String()] = true
		}
		if len(seen) != want {
			t.Errorf("%d elements: %d different orderings, want %d", n, len(seen), want)
		}
	}
}

// An activation that claims to be nondecreasing and is not is found out.
func TestFalseClaimOfMonotony(t *testing.T) {
	var b report.Body
	checkCommutes(&b, rand.New(rand.NewPCG(1, 0)), tensor.Activation{
		Name: "bump", Nondecreasing: true,
		F:  func(x float64) float64 { return math.Max(-math.Abs(x-1), -10) },
		DF: func(x, y float64) float64 { return 0 },
	})
	if b.OK() || !strings.Contains(b.Checks[0].Detail, "not on X = ") {
		t.Errorf("check %+v", b.Checks[0])
	}
}

// Every activation has a counterexample if and only if it does not claim to be
// nondecreasing.
func TestSmallestCounterexamples(t *testing.T) {
	smallest := map[string][2]float64{"square": {-1, 0}, "silu": {-2, -1}, "abs": {-1, 0}}
	for _, f := range tensor.Activations() {
		c, found := SmallestCounterexample(f)
		if found == f.Nondecreasing {
			t.Errorf("%s: counterexample %v", f.Name, c)
		}
		if want, known := smallest[f.Name]; known && c.X != want {
			t.Errorf("%s: %v, want %v", f.Name, c.X, want)
		}
		if found && c.PooledFirst == c.PooledLast {
			t.Errorf("%s: %v is none", f.Name, c)
		}
	}
}

func TestSolve(t *testing.T) {
	r, err := (Options{Seed: 3}).Solve(t.Context())
	if err != nil || !r.OK() || len(r.Answer) != 3 {
		t.Fatalf("%v, %+v", err, r)
	}
	if len(r.Checks) != len(tensor.Activations()) {
		t.Errorf("%d checks for %d activations", len(r.Checks), len(tensor.Activations()))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (Options{}).Solve(ctx); err != context.Canceled {
		t.Errorf("error %v", err)
	}
}

// Both ways around the square end at the same picture, as the caption says.
func TestSquare(t *testing.T) {
	p := square()
	if len(p.Panels) != 5 || !strings.Contains(p.Alt, "with 0.762 in its first row and column") { // tanh(1)
		t.Fatalf("%d panels: %s", len(p.Panels), p.Alt)
	}
	first, last := p.Panels[3], p.Panels[4]
	for y := range 2 {
		for x := range 2 {
			if first.Image.At(x, y) != last.Image.At(x, y) {
				t.Errorf("the ways end differently at (%d,%d)", x, y)
			}
		}
	}
}
