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
	if what, given, yours := a.differs(template); what != "" {
		v := report.Verdict{Code: CodeOtherPerceptron}
		v.Answerf("%s is %s, and %s in %s. So the matrices are not judged.", what, yours, given, name)
		v.Check(claim, false, "%s is not that of %s", what, name)
		return v, nil
	}
	v, err := a.Judge()
	v.Check(claim, true, "activation, x, A and b are those of %s", name)
	return v, err
}

// differs returns what is not as it was given, as it was given and as it is; empty:
// nothing.
func (a Answer) differs(template *Answer) (what, given, yours string) {
	if was, is := template.Net.Activation.Name, a.Net.Activation.Name; was != is {
		return "the activation", was, is
	}
	if was, is := len(template.Net.A), len(a.Net.A); was != is {
		return "the number of layers", fmt.Sprint(was), fmt.Sprint(is)
	}
	is := a.parts()
	for i, was := range template.parts() {
		if p, q := was.Value.Shape(), is[i].Value.Shape(); !slices.Equal(p, q) {
			return "the shape of " + was.Name, tensor.Tuple(p), tensor.Tuple(q)
		}
		for j, v := range was.Value.Data() {
			if w := is[i].Value.Data()[j]; v != w {
				given, yours = apart(v, w)
				return fmt.Sprintf("element %d of %s", j+1, was.Name), given, yours
			}
		}
	}
	return "", "", ""
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
