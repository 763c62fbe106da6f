package backprop

import (
	"fmt"
	"slices"

	"hw4/internal/report"
	"hw4/tensor"
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
	was, is := template.Net, a.Net
	switch {
	case was.Activation.Name != is.Activation.Name:
		return "activation"
	case len(was.A) != len(is.A):
		return "number of layers"
	case !slices.Equal(template.X, a.X):
		return "x"
	}
	same := func(x, y *tensor.Tensor[float64]) bool {
		return slices.Equal(x.Shape(), y.Shape()) && slices.Equal(x.Data(), y.Data())
	}
	for l := range was.A {
		if !same(was.A[l], is.A[l]) {
			return fmt.Sprintf("A_%d", l+1)
		}
		if !same(was.B[l], is.B[l]) {
			return fmt.Sprintf("b_%d", l+1)
		}
	}
	return ""
}
