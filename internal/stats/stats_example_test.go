package stats_test

import (
	"fmt"

	"hw4/internal/stats"
)

// Depression scores of nine patients before and after a therapy, from Hollander
// and Wolfe, Nonparametric Statistical Methods (1973), page 29.
func ExampleSignedRank() {
	d := []float64{0.952, -0.147, 1.022, 0.43, 0.62, 0.59, 0.49, -0.08, 0.01}
	t := stats.SignedRank(d)
	fmt.Printf("rank sums %g and %g, p = %.4f\n", t.Plus, t.Minus, t.P)
	// Output: rank sums 40 and 5, p = 0.0391
}

// Approval of a prime minister by the same people in two surveys, from Agresti,
// Categorical Data Analysis (1990), page 350: 150 changed to disapproval, 86 to
// approval.
func ExampleMcNemar() {
	fmt.Printf("p = %.2g\n", stats.McNemar(150, 86))
	// Output: p = 3.7e-05
}

func ExampleStudent() {
	i := stats.Student([]float64{4, 5, 6}, 0.95)
	fmt.Printf("%.0f, from %.2f to %.2f\n", i.Mean, i.Low, i.High)
	// Output: 5, from 2.52 to 7.48
}

func ExampleHolm() {
	fmt.Println(stats.Holm([]float64{0.01, 0.04}))
	// Output: [0.02 0.04]
}
