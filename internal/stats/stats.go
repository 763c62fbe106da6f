// Package stats holds the tests of significance and intervals that compare two
// methods on paired measurements. The distributions are gonum's; what is exact
// is said to be, and what has ties is treated as the textbooks do.
package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// An Interval is a mean and the confidence interval around it.
type Interval struct{ Mean, Low, High float64 }

// Excludes reports whether a value lies outside the interval.
func (i Interval) Excludes(v float64) bool { return v < i.Low || v > i.High }

// Scale returns the interval of the quantity times a positive factor.
func (i Interval) Scale(factor float64) Interval {
	return Interval{factor * i.Mean, factor * i.Low, factor * i.High}
}

// Within returns the part of the interval from low to high, between which the quantity always
// is. Ends that are NaN stay so.
func (i Interval) Within(low, high float64) Interval {
	return Interval{i.Mean, math.Max(i.Low, low), math.Min(i.High, high)}
}

// Student returns the mean of independent measurements and its confidence
// interval at a level in (0, 1) by Student's t distribution,
//
//	mean ± t s / sqrt(n),
//
// with s the standard deviation with n - 1 in the denominator and t the
// (1 + level)/2 quantile at n - 1 degrees of freedom. Of fewer than two
// measurements there is no spread to speak of, and the ends are NaN.
func Student(x []float64, level float64) Interval {
	n := float64(len(x))
	mean, s := stat.MeanStdDev(x, nil)
	if len(x) < 2 {
		return Interval{mean, math.NaN(), math.NaN()}
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile((1 + level) / 2)
	half := t * s / math.Sqrt(n)
	return Interval{mean, mean - half, mean + half}
}

// SignTest is the exact sign test of paired differences.
type SignTest struct {
	Plus, Minus, Zeros int     // differences above, below and equal to 0
	P                  float64 // two-sided; zeros are left out
}

// Sign tests whether differences are as often above as below 0. Under that
// hypothesis the number above 0, of those that are not 0, is binomial with
// probability 1/2 (Dixon and Mood 1946). P is 1 if all are 0.
func Sign(d []float64) SignTest {
	var t SignTest
	for _, v := range d {
		switch {
		case v > 0:
			t.Plus++
		case v < 0:
			t.Minus++
		default:
			t.Zeros++
		}
	}
	t.P = evenOdds(t.Plus, t.Minus)
	return t
}

// McNemar returns the two-sided p-value of McNemar's test in its exact form: of
// the cases on which exactly one of two classifiers is right, b for the first
// and c for the second, either is as likely. P is 1 if there is no such case.
func McNemar(b, c int) float64 { return evenOdds(b, c) }

// evenOdds returns the probability that a fair coin, thrown a + b times, divides
// the throws at least as unevenly as into a and b: twice the binomial tail,
// which is symmetric, and at most 1.
func evenOdds(a, b int) float64 {
	if a == b { // also covers no throw at all, which gonum's binomial does not
		return 1
	}
	coin := distuv.Binomial{N: float64(a + b), P: 0.5}
	return math.Min(1, 2*coin.CDF(float64(min(a, b))))
}

// Holm returns the p-values of several tests adjusted by Holm's step-down method
// (Holm 1979): rejecting those that are below alpha keeps the probability of any
// false rejection below alpha, however the tests depend on each other. In
// ascending order the i-th of m p-values, counted from 0, becomes (m-i) p, but at
// least what the one before became and at most 1.
func Holm(p []float64) []float64 {
	adjusted := make([]float64, len(p))
	least := 0.0
	for i, at := range ascending(p) {
		least = math.Max(least, math.Min(1, float64(len(p)-i)*p[at]))
		adjusted[at] = least
	}
	return adjusted
}
