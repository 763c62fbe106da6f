package commute

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"hw4/internal/draw"
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
		c, found := Smallest(f)
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

// Ties and NaN are no counterexamples; a function that is NaN for some numbers alone has
// one, since the maximum of a window with NaN is NaN.
func TestNoCounterexamples(t *testing.T) {
	for name, c := range map[string]struct {
		f    func(x float64) float64
		want [2]float64 // 0, 0: there is none
	}{
		"constant":    {func(float64) float64 { return 3 }, [2]float64{}},
		"floor":       {math.Floor, [2]float64{}},
		"never":       {func(float64) float64 { return math.NaN() }, [2]float64{}},
		"infinite":    {func(float64) float64 { return math.Inf(1) }, [2]float64{}},
		"root":        {math.Sqrt, [2]float64{-1, 0}},
		"falls at 19": {func(x float64) float64 { return -max(x, 19) }, [2]float64{0, 20}},
		"falls at 20": {func(x float64) float64 { return -max(x, 20) }, [2]float64{}},
	} {
		found, ok := Smallest(tensor.Activation{Name: name, F: c.f})
		if found.X != c.want || ok != (c.want != [2]float64{}) {
			t.Errorf("%s: %v %v, want %v", name, ok, found, c.want)
		}
	}
}

func TestSolve(t *testing.T) {
	r, err := (Options{Seed: 3}).Solve(t.Context())
	if err != nil || !r.OK() || len(r.Answer) != 3 {
		t.Fatalf("%v, %+v", err, r)
	}
	for i, f := range tensor.Activations() {
		c := r.Checks[i]
		say := "bit for bit on 14274 windows and 6 random tensors, in float32 and float64" // 3 (75 + 4683)
		if !f.Nondecreasing {
			say = "X = ["
		}
		if !strings.HasPrefix(c.Name, f.Name+" ") || !strings.HasPrefix(c.Detail, say) {
			t.Errorf("%s: %+v", f.Name, c)
		}
	}
	if len(r.Items) != 4 || r.Items[2].(report.Table).Rows == nil || !strings.HasPrefix(string(r.Items[0].(report.Text)),
		"Both sides depend only on the order") || !strings.HasPrefix(string(r.Items[1].(report.Text)), "The smallest") {
		t.Errorf("items %v", r.Items)
	}
	if last := string(r.Answer[2].(report.Text)); !strings.HasSuffix(last, "sigma(x) = x^2 and X = [-1 0] give "+
		"sigma(rho(X)) "+
		"= 0 and rho(sigma(X)) = 1.") {
		t.Error(last)
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
	x := tensor.FromSlice([]float64{-2, 1, 0, -1, 0, -1, -2, -3, 3, 1, -1, 2, 2, -2, 1, 0}, 4, 4)
	if want := draw.Map(x, draw.Diverging, draw.Range{Lo: -3, Hi: 3}); !reflect.DeepEqual(p.Panels[0].Image, want) {
		t.Error("X is another picture")
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
