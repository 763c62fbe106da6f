package commute

import (
	"fmt"
	"math"

	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/tensor"
)

// CodeCommutes is the code of the verdict on a window that is no counterexample.
const CodeCommutes = "commutes"

// Decreasing returns the names of the activations that have a counterexample.
func Decreasing() []string {
	var names []string
	for _, f := range tensor.Activations() {
		if !f.Nondecreasing {
			names = append(names, f.Name)
		}
	}
	return names
}

// Judge judges the numbers of a window as an example on which max pooling and the named
// activation do not commute. The error is a *problem.SettingError for a name that
// Decreasing does not have.
func Judge(activation string, window []float64) (report.Verdict, error) {
	if err := problem.OneOf("activation", activation, Decreasing()); err != nil {
		return report.Verdict{}, err
	}
	f, _ := tensor.ActivationNamed(activation)
	var v report.Verdict
	const name = "sigma(rho(X)) and rho(sigma(X)) differ"
	if len(window) < 2 {
		v.Code = CodeCommutes
		v.Answerf("A window of %s always commutes: its maximum is itself. Take two numbers.",
			report.Plural(len(window), "number"))
		v.Check(name, false, "the window has fewer than two numbers")
		return v, nil
	}
	first, last := bothWays(f, window...)
	both := fmt.Sprintf("sigma(rho(X)) = %s and rho(sigma(X)) = %s", report.Format(first), report.Format(last))
	if v.Right = first != last && !math.IsNaN(first) && !math.IsNaN(last); v.Right {
		v.Code, v.Score = report.CodeRight, 1
		v.Answerf("Right: for sigma = %s your X gives %s.", activation, both)
	} else {
		v.Code = CodeCommutes
		v.Counterexample = &report.Counterexample{
			Text:  fmt.Sprintf("For sigma = %s your X is no counterexample: %s.", activation, both),
			Input: report.Matrix{Name: "X", Rows: [][]float64{window}},
			Got:   report.Matrix{Name: "sigma(rho(X))", Rows: [][]float64{{first}}},
		}
		v.Answerf("%s", v.Counterexample.Text)
	}
	v.Check(name, v.Right, "%s", both)
	return v, nil
}
