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

// JudgeFor judges an answer that must be for the perceptron and the input of another, in
// which they were given: its template, of that name. With a perceptron of one's own, such
// as one of zeros, the problem could be made easy, so then nothing is right.
func (a Answer) JudgeFor(given Answer, name string) (report.Verdict, error) {
	const claim = "the perceptron and the input that were given"
	if what, theirs, yours := a.differs(given); what != "" {
		v := report.Verdict{Code: CodeOtherPerceptron}
		v.Answerf("%s is %s, and %s in %s. So the matrices are not judged.", what, yours, theirs, name)
		v.Check(claim, false, "%s is not that of %s", what, name)
		return v, nil
	}
	v, err := a.Judge()
	if err == nil {
		v.Check(claim, true, "activation, x, A and b are those of %s", name)
	}
	return v, err
}

// differs returns what is not as it was given, as it was and as it is; empty: nothing.
func (a Answer) differs(given Answer) (what, theirs, yours string) {
	if was, is := given.Net.Activation.Name, a.Net.Activation.Name; was != is {
		return "the activation", was, is
	}
	if was, is := len(given.Net.A), len(a.Net.A); was != is {
		return "the number of layers", fmt.Sprint(was), fmt.Sprint(is)
	}
	vector := func(x []float64) *tensor.Tensor[float64] { return tensor.FromSlice(x, len(x)) }
	names := []string{"x"}
	was, is := []*tensor.Tensor[float64]{vector(given.X)}, []*tensor.Tensor[float64]{vector(a.X)}
	for l := range given.Net.A {
		names = append(names, fmt.Sprintf("A_%d", l+1), fmt.Sprintf("b_%d", l+1))
		was, is = append(was, given.Net.A[l], given.Net.B[l]), append(is, a.Net.A[l], a.Net.B[l])
	}
	for i, name := range names {
		if p, q := was[i].Shape(), is[i].Shape(); !slices.Equal(p, q) {
			return "the shape of " + name, tensor.Tuple(p), tensor.Tuple(q)
		}
		for j, v := range was[i].Data() {
			if w := is[i].Data()[j]; v != w {
				theirs, yours = apart(v, w)
				return fmt.Sprintf("element %d of %s", j+1, name), theirs, yours
			}
		}
	}
	return "", "", ""
}
