package grade_test

import (
	"encoding/json"
	"slices"
	"testing"

	"hw4/internal/grade"
	"hw4/internal/problems/backprop"
)

// Some mistakes make the right matrix in the perceptron of the template, or one that another
// mistake makes, too. With a perceptron of their own every one of them is found.
func TestEveryMistakeOfProblem6(t *testing.T) {
	missing := slices.DeleteFunc(backprop.Codes(), func(code string) bool { return code == backprop.CodeOtherPerceptron })
	dir := t.TempDir()
	for _, e := range examples(t) {
		i := slices.Index(missing, e.Code)
		if i < 0 {
			continue
		}
		missing = slices.Delete(missing, i, i+1)
		text, err := e.Template()
		if err != nil {
			t.Fatal(err)
		}
		a, err := backprop.Read("p6", text)
		if err != nil {
			t.Fatal(err)
		}
		m := right(t, e.Code)
		network := make(map[string]any)
		if err := json.Unmarshal(text, &network); err != nil {
			t.Fatal(err)
		}
		matrices := solution(a)
		matrices[e.Derivative] = e.Rows
		network["answer"] = matrices
		m.answers["p6"] = network
		m.write(t, dir, false)
	}
	if len(missing) > 0 {
		t.Errorf("no perceptron shows the mistakes %v", missing)
	}
	c, err := options(t, &grade.Rubric{OwnNetwork: true}).Class(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range c.Results {
		for _, p := range r.Parts {
			v := p.Verdict
			if p.ID == "p6" && (v.Code != r.Student || p.Reason() == "" || v.Score <= 0.5 || v.Score >= 1) {
				t.Errorf("%s has the code %s and the score %v: %s", r.Student, v.Code, v.Score, p.Reason())
			}
		}
	}
}
