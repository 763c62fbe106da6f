package stats_test

import (
	"encoding/json"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"

	"hw4/internal/stats"
)

// reference is scipy.json, which testdata/generate.py writes.
type reference struct {
	Student []struct {
		X, Levels, Low, High []float64
		Mean                 float64
	}
	EvenOdds []struct {
		A, B int
		P    float64
	} `json:"even_odds"`
	SignedRank []struct {
		Name    string
		D       []float64
		Plus, P float64
	} `json:"signed_rank"`
}

func scipy(t *testing.T) reference {
	t.Helper()
	file, err := os.ReadFile("testdata/scipy.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(file, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Student) == 0 || len(r.EvenOdds) == 0 || len(r.SignedRank) == 0 {
		t.Fatal("scipy.json is empty")
	}
	return r
}

// near reports whether two numbers agree to a relative 1e-9.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }

// The committed values are what SciPy computes.
func TestReferenceIsCurrent(t *testing.T) {
	if exec.Command("/usr/bin/python3", "-c", "import scipy").Run() != nil {
		t.Skip("needs Python with SciPy: apt-get install python3-scipy")
	}
	if out, err := exec.Command("/usr/bin/python3", "testdata/generate.py", "--check").CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// gonum's quantiles of Student's t are good to a relative 3e-9.
func TestStudentAgainstSciPy(t *testing.T) {
	for _, c := range scipy(t).Student {
		for i, level := range c.Levels {
			tol := 1e-8 * (c.High[i] - c.Low[i])
			if s := stats.Student(c.X, level); !near(s.Mean, c.Mean) || math.Abs(s.Low-c.Low[i]) > tol ||
				math.Abs(s.High-c.High[i]) > tol {
				t.Errorf("%d numbers, level %v: %+v, want %v in [%v, %v]", len(c.X), level, s, c.Mean, c.Low[i], c.High[i])
			}
		}
	}
}

// Of one number there is no interval, of equal numbers one without width.
func TestStudentOfLittle(t *testing.T) {
	if s := stats.Student([]float64{3}, 0.95); s.Mean != 3 || !math.IsNaN(s.Low) || !math.IsNaN(s.High) {
		t.Errorf("one number: %+v", s)
	}
	if s := stats.Student([]float64{3, 3, 3}, 0.95); s != (stats.Interval{Mean: 3, Low: 3, High: 3}) || s.Excludes(3) ||
		!s.Excludes(3.1) {
		t.Errorf("equal numbers: %+v", s)
	}
}

// A 95 % interval holds the true mean of normal numbers 95 times in 100.
func TestStudentCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const trials = 20_000
	covered := 0
	for range trials {
		x := make([]float64, 5)
		for i := range x {
			x[i] = 7 + 3*rng.NormFloat64()
		}
		if !stats.Student(x, 0.95).Excludes(7) {
			covered++
		}
	}
	if share := float64(covered) / trials; math.Abs(share-0.95) > 4*math.Sqrt(0.95*0.05/trials) {
		t.Errorf("covered in %.4f of the trials, want 0.95", share)
	}
}

func TestMcNemarAgainstSciPy(t *testing.T) {
	for _, c := range scipy(t).EvenOdds {
		if p := stats.McNemar(c.A, c.B); !near(p, c.P) {
			t.Errorf("%d against %d: p = %v, want %v", c.A, c.B, p, c.P)
		}
	}
}

// The binomial tail, added up in whole numbers.
func TestMcNemarExactly(t *testing.T) {
	for n := range 60 {
		for b := 0; b <= n; b++ {
			sum := new(big.Int)
			for k := 0; k <= min(b, n-b); k++ {
				sum.Add(sum, new(big.Int).Binomial(int64(n), int64(k)))
			}
			tail, _ := new(big.Rat).SetFrac(sum.Lsh(sum, 1), new(big.Int).Lsh(big.NewInt(1), uint(n))).Float64()
			if p := stats.McNemar(b, n-b); math.Abs(p-math.Min(1, tail)) > 1e-12 {
				t.Errorf("%d against %d: p = %v, want %v", b, n-b, p, tail)
			}
		}
	}
}

func TestSign(t *testing.T) {
	s := stats.Sign([]float64{1, 2, -1, 0, 3, 4, 0, 5})
	if s.Plus != 5 || s.Minus != 1 || s.Zeros != 2 || !near(s.P, 0.21875) { // 2 (1 + 6) / 2^6
		t.Errorf("%+v", s)
	}
	if s := stats.Sign([]float64{0, 0}); s.P != 1 || s.Zeros != 2 {
		t.Errorf("only zeros: %+v", s)
	}
}

func TestSignedRankAgainstSciPy(t *testing.T) {
	for _, c := range scipy(t).SignedRank {
		if r := stats.SignedRank(c.D); r.Plus != c.Plus || !near(r.P, c.P) {
			t.Errorf("%s: %+v, want %v above and p = %v", c.Name, r, c.Plus, c.P)
		}
	}
}

// Both rank sums make up 1 + ... + n, and the test does not care which method
// comes first, nor about scale.
func TestSignedRankSymmetry(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		d := make([]float64, rng.IntN(30))
		flipped, scaled := make([]float64, len(d)), make([]float64, len(d))
		for i := range d {
			d[i] = float64(rng.IntN(9) - 4)
			flipped[i], scaled[i] = -d[i], 8*d[i]
		}
		a, b := stats.SignedRank(d), stats.SignedRank(flipped)
		if a.Plus != b.Minus || a.Minus != b.Plus || a.P != b.P || a != stats.SignedRank(scaled) {
			t.Errorf("%v: %+v and %+v", d, a, b)
		}
		if a.Plus+a.Minus != float64(a.N*(a.N+1))/2 || a.P <= 0 || a.P > 1 {
			t.Errorf("%v: %+v", d, a)
		}
	}
	if r := stats.SignedRank([]float64{0, 0}); r.P != 1 || r.N != 0 {
		t.Errorf("only zeros: %+v", r)
	}
}

// Drawn signs agree with the exact distribution where no enumeration could: at
// 200 differences with many ties.
func TestFlipSigns(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const draws = 20_000
	for _, shift := range []int{-1, 0, 1} {
		d := make([]float64, 200)
		for i := range d {
			d[i] = float64(rng.IntN(15) - 7)
			if i%8 == 0 {
				d[i] += float64(shift)
			}
		}
		p := stats.SignedRank(d).P
		if drawn := stats.FlipSigns(d, draws, rng); math.Abs(drawn-p) > 4*math.Sqrt(p*(1-p)/draws) {
			t.Errorf("shift %d: drawn p = %v, exact %v", shift, drawn, p)
		}
	}
	if p := stats.FlipSigns([]float64{0}, 10, rng); p != 1 {
		t.Errorf("only zeros: p = %v", p)
	}
}

// By hand: the sorted 0.01, 0.02, 0.03, 0.04, 0.05 times 5, 4, 3, 2, 1 are 0.05,
// 0.08, 0.09, 0.08, 0.05, of which none may be less than one before.
func TestHolm(t *testing.T) {
	got := stats.Holm([]float64{0.03, 0.05, 0.01, 0.04, 0.02})
	for i, want := range []float64{0.09, 0.09, 0.05, 0.09, 0.08} {
		if !near(got[i], want) {
			t.Errorf("adjusted %v, want 0.09, 0.09, 0.05, 0.09, 0.08", got)
			break
		}
	}
	if p := stats.Holm([]float64{0.7, 0.9}); p[0] != 1 || p[1] != 1 {
		t.Errorf("adjusted %v, want 1 and 1", p)
	}
	if p := stats.Holm(nil); len(p) != 0 {
		t.Errorf("of nothing: %v", p)
	}
}
