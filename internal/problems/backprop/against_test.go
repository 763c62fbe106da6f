package backprop

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"hw4/internal/report"
	"hw4/tensor"
	"hw4/tensor/npy"
)

// An answer must be for what was given: with a perceptron of one's own, the right
// matrices of that are not an answer.
func TestJudgeFor(t *testing.T) {
	read := func(file string) Answer {
		a, err := Read("answer.json", []byte(file))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	template, full := string(templateOf(t, 2, 3, 1)), string(filled(t, 2, 3, 1))
	given := read(template)
	first := func(key string) (number, changed string) { // of the first number behind a key, and one that is near it
		at := strings.Index(template, key) + len(key)
		number = template[at : at+strings.IndexAny(template[at:], ",]")]
		return key + number, key + number + "000001"
	}
	change := func(key string) string {
		from, to := first(key)
		return strings.Replace(full, from, to, 1)
	}
	for _, c := range []struct{ answer, code, say string }{
		{full, report.CodeRight, "All 6 matrices are right"},
		{template, report.CodeNotAnswered, "not answered"},
		{change(`"x": [`), CodeOtherPerceptron, "Your x is not that of given.json. So the matrices are not judged."},
		{change("\"A\": [\n    [["), CodeOtherPerceptron, "Your A_1 is"},
		{change("\"b\": [\n    ["), CodeOtherPerceptron, "Your b_1 is"},
		{strings.Replace(full, `"tanh"`, `"sigmoid"`, 1), CodeOtherPerceptron,
			"Your activation is not"},
		{string(filled(t, 2, 2, 1)), CodeOtherPerceptron, ""},
		{string(filled(t, 2, 1)), CodeOtherPerceptron, "Your number of layers is"},
		{string(filled(t, 3, 3, 1)), CodeOtherPerceptron, "Your x is"},
	} {
		v, err := read(c.answer).JudgeFor(&given, "given.json")
		right := c.code == report.CodeRight
		told := fmt.Sprint(v.Answer, v.Checks)
		if err != nil || v.Code != c.code || v.Right != right || v.OK() != right || (v.Score == 1) != right ||
			!strings.Contains(told, c.say) {
			t.Errorf("want %s and %q: %v, %s, right %v, %s", c.code, c.say, err, v.Code, v.Right, told)
		}
		if given := v.Checks[len(v.Checks)-1]; given.OK != (c.code != CodeOtherPerceptron) {
			t.Errorf("%s: check %+v", c.code, given)
		}
	}
}

// Matrices alone, as arrays, are for the perceptron that was given, and its activation; an
// activation that is named must be that.
func TestMatricesAlone(t *testing.T) {
	given, err := Read("given.json", filled(t, 2, 3, 1))
	if err != nil {
		t.Fatal(err)
	}
	dict := make(map[string]*tensor.Tensor[float64])
	for name, m := range given.Matrices {
		dict[name] = tensor.FromSlice(m.Values, m.Shape...)
	}
	var file bytes.Buffer
	if err := npy.WriteZip(&file, dict); err != nil {
		t.Fatal(err)
	}
	for activation, code := range map[string]string{
		"": report.CodeRight, "tanh": report.CodeRight, "relu": CodeOtherPerceptron,
	} {
		answer, err := ReadFile("a.npz", "", file.Bytes(), activation, &given)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := answer.JudgeFor(&given, "given.json"); err != nil || v.Code != code {
			t.Errorf("activation %q: %s, %v, want %s", activation, v.Code, err, code)
		}
	}
	if _, err := ReadFile("a.npz", "", file.Bytes(), "", nil); err == nil || !strings.Contains(err.Error(), "does not say it") {
		t.Errorf("without a template: %v", err)
	}
}
