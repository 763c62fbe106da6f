package losses

import (
	"context"
	"math"
	"testing"

	"hw4/data"
	"hw4/internal/datatest"
	"hw4/internal/problems/losses/minimum"
	"hw4/internal/progress"
	"hw4/internal/report"
)

// A set that a hyperplane separates has no minimum, and the report says so.
func TestSeparatedSet(t *testing.T) {
	var b report.Body
	o := objective(binaryLosses[1], tiny(50), false)
	best, err := o.Minimise(context.Background(), make([]float64, o.Dim), "", progress.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	reportAttained(&b, o, best)
	if best.Loss > 1e-6 || !b.OK() || b.Checks[0].Name != "kl: no weights attain the infimum" {
		t.Errorf("loss %v, checks %+v", best.Loss, b.Checks)
	}
}

// The checks of the optimum refute a place that is none.
func TestFalseOptimaAreRefuted(t *testing.T) {
	o := objective(binaryLosses[1], datatest.Scattered(200), false)
	d := made(0.1, 1, []string{"1111"}, []string{"1111"})
	d.trials[0][1].curve[1].TrainLoss = 0.6
	var b report.Body
	checkOptimum(&b, o, minimum.Optimum{W: make([]float64, o.Dim), Loss: math.Ln2}, weigh([]duel{d}))
	reportAttained(&b, o, minimum.Optimum{W: make([]float64, o.Dim), Loss: math.Ln2, Gain: 0.5})
	for _, c := range b.Checks {
		if c.OK != (c.Name == "kl: the gradient") {
			t.Errorf("check %+v", c)
		}
	}
	if len(b.Checks) != 3 {
		t.Errorf("%d checks", len(b.Checks))
	}
}

// On MNIST, L-BFGS comes to within a hundredth of the infimum that Newton's
// method finds without it, and not below.
func TestOptimumAgainstNewton(t *testing.T) {
	o := objective(binaryLosses[1], mnist(t).Train, false)
	best, err := o.Minimise(context.Background(), make([]float64, o.Dim), "", progress.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	infimum := pytorch(t).Infimum
	if best.Loss < infimum || best.Loss > 1.01*infimum || best.Gain <= 0 || best.Gain > 0.02 {
		t.Errorf("loss %v after a gain of %v, infimum %v", best.Loss, best.Gain, infimum)
	}
}

// Black images leave a model without a bias nothing to learn, and no gradient to check.
func TestBlackImages(t *testing.T) {
	black := &data.Set{Rows: 2, Cols: 3, Labels: []byte{4, 9}, Images: make([]byte, 12)}
	o := objective(binaryLosses[1], black, true)
	var b report.Body
	checkOptimum(&b, o, minimum.Optimum{W: make([]float64, 6), Loss: math.Ln2}, nil)
	if len(b.Checks) != 1 || b.Checks[0].Name != "kl: below every run" {
		t.Errorf("checks %+v", b.Checks)
	}
}
