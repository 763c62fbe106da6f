package stats

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// SignedRankTest is Wilcoxon's signed-rank test of paired differences.
type SignedRankTest struct {
	N           int     // differences that are not 0
	Plus, Minus float64 // sums of the ranks of the differences above and below 0
	P           float64 // two-sided, exact
}

// SignedRank tests whether differences are distributed symmetrically around 0
// (Wilcoxon 1945). Zeros are left out, and the absolute values of the rest are
// ranked, equal ones by the mean of their ranks. Under the hypothesis every
// difference is as likely above as below 0, whatever the others are; P is the
// exact probability of rank sums that are at least as uneven, for the very ranks
// that occur, ties included. P is 1 if all differences are 0.
//
// The distribution takes time and memory in the order of n^3 and n^2.
func SignedRank(d []float64) SignedRankTest {
	d = slices.DeleteFunc(slices.Clone(d), func(v float64) bool { return v == 0 })
	ranks := doubleRanks(d)
	plus, total := 0, 0
	for i, r := range ranks {
		total += r
		if d[i] > 0 {
			plus += r
		}
	}
	minus := total - plus
	return SignedRankTest{N: len(d), Plus: float64(plus) / 2, Minus: float64(minus) / 2,
		P: math.Min(1, 2*rankTail(ranks, min(plus, minus)))}
}

// doubleRanks returns twice the ranks of the absolute values, which are integers
// even where ranks are shared.
func doubleRanks(d []float64) []int {
	size := make([]float64, len(d))
	for i, v := range d {
		size[i] = math.Abs(v)
	}
	order := ascending(size)
	ranks := make([]int, len(d))
	for lo := 0; lo < len(order); {
		hi := lo
		for hi < len(order) && size[order[hi]] == size[order[lo]] {
			hi++
		}
		for _, at := range order[lo:hi] {
			ranks[at] = lo + 1 + hi // the first and last rank of the group, added up
		}
		lo = hi
	}
	return ranks
}

// rankTail returns the probability that the sum of the ranks that a fair coin
// picks is at most a bound. It adds one rank after the other to the distribution
// of the sum, up to the bound.
func rankTail(ranks []int, bound int) float64 {
	p := make([]float64, bound+1)
	p[0] = 1
	for _, r := range ranks {
		for s := bound; s >= 0; s-- {
			p[s] /= 2
			if s >= r {
				p[s] += p[s-r] / 2
			}
		}
	}
	tail := 0.0
	for _, v := range p {
		tail += v
	}
	return tail
}

// FlipSigns estimates the p-value of SignedRank without its distribution: it
// draws the signs of the differences anew and returns the share of draws whose
// rank sums are at least as uneven. Ranks are counted pair by pair. Its standard
// error is sqrt(p (1-p) / draws).
func FlipSigns(d []float64, draws int, rng *rand.Rand) float64 {
	rank := make([]float64, len(d))
	observed := 0.0
	for i, a := range d {
		for _, b := range d {
			switch {
			case a == 0 || b == 0:
			case math.Abs(b) < math.Abs(a):
				rank[i]++
			case math.Abs(b) == math.Abs(a):
				rank[i] += 0.5
			}
		}
		if a != 0 {
			rank[i] += 0.5
			observed += math.Copysign(rank[i], a)
		}
	}
	uneven := 0
	for range draws {
		sum := 0.0
		for _, r := range rank {
			if rng.Uint64()>>63 == 0 {
				r = -r
			}
			sum += r
		}
		if math.Abs(sum) >= math.Abs(observed) {
			uneven++
		}
	}
	return float64(uneven) / float64(draws)
}

// ascending returns the places of the values from the smallest to the largest.
func ascending(x []float64) []int {
	order := make([]int, len(x))
	floats.ArgsortStable(slices.Clone(x), order)
	return order
}
