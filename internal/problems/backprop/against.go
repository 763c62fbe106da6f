package backprop

import (
	"fmt"
	"slices"

	"hw4/internal/report"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// CodeOtherPerceptron is the code of the verdict on an answer that is for another
// perceptron or input than was given.
const CodeOtherPerceptron = "another-perceptron"

// JudgeFor judges an answer that must be for the perceptron and the input of a template
// of that name; nil: for any. With a perceptron of one's own, such as one of zeros, the
// problem could be made easy, so then nothing is right.
func (a Answer) JudgeFor(template *Answer, name string) (report.Verdict, error) {
	if template == nil {
		return a.Judge()
	}
	const claim = "the perceptron and the input that were given"
	if what := a.differs(template); what != "" {
		v := report.Verdict{Code: CodeOtherPerceptron}
		v.Answerf("Your %s is not that of %s. So the matrices are not judged.", what, name)
		v.Check(claim, false, "%s is another", what)
		return v, nil
	}
	v, err := a.Judge()
	v.Check(claim, true, "activation, x, A and b are those of %s", name)
	return v, err
}

// differs returns what is first not as it was given; empty: nothing.
func (a Answer) differs(template *Answer) string {
	was, is := template.parts(), a.parts()
	switch {
	case template.Net.Activation.Name != a.Net.Activation.Name:
		return "activation"
	case len(was) != len(is):
		return "number of layers"
	}
	for i, p := range was {
		if !slices.Equal(p.Value.Shape(), is[i].Value.Shape()) || !slices.Equal(p.Value.Data(), is[i].Value.Data()) {
			return p.Name
		}
	}
	return ""
}

// parts returns the numbers of the perceptron and of the input, by their names.
func (a Answer) parts() []nn.Param[float64] {
	parts := []nn.Param[float64]{{Name: "x", Value: tensor.FromSlice(a.X, len(a.X))}}
	for l := range a.Net.A {
		parts = append(parts, nn.Param[float64]{Name: fmt.Sprintf("A_%d", l+1), Value: a.Net.A[l]},
			nn.Param[float64]{Name: fmt.Sprintf("b_%d", l+1), Value: a.Net.B[l]})
	}
	return parts
}
