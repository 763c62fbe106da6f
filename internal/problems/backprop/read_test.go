package backprop

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/internal/strict"
	"hw4/internal/stricttest"
)

func templateOf(t testing.TB, sizes ...int) []byte {
	t.Helper()
	file, err := Options{Sizes: sizes, Activation: "tanh"}.Template()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// A template is an answer to which everything is missing: the perceptron has the
// sizes and the activation that were asked for, and numbers of one decimal.
func TestTemplate(t *testing.T) {
	for _, sigma := range Activations() {
		for _, sizes := range networks {
			file, err := Options{sizes, sigma, 5}.Template()
			if err != nil {
				t.Fatal(err)
			}
			a, err := Read("template", file)
			if err != nil {
				t.Fatalf("%s %v: %v\n%s", sigma, sizes, err, file)
			}
			if got := append([]int{len(a.X)}, sizesOf(a)...); a.Net.Activation.Name != sigma || !slices.Equal(got,
				sizes) {
				t.Errorf("%s %v: read as %s %v", sigma, sizes, a.Net.Activation.Name, got)
			}
			numbers := slices.Clone(a.X)
			for _, p := range a.Net.Params() {
				numbers = append(numbers, p.Value.Data()...)
			}
			for _, v := range numbers {
				if v == 0 || math.Abs(v) > 0.9 || math.Abs(v*10-math.Round(v*10)) > 1e-12 {
					t.Errorf("%s %v: a number is %v", sigma, sizes, v)
				}
			}
			if v, err := a.Judge(); err != nil || v.Code != report.CodeNotAnswered || len(v.Checks) != 3*(len(sizes)-1) {
				t.Errorf("%s %v: judged as %q, error %v", sigma, sizes, v.Code, err)
			}
			entries := 0
			for _, d := range derivatives(len(sizes) - 1) {
				rows, cols := d.shape(sizes)
				entries += rows * cols
			}
			if n := bytes.Count(file, []byte("null")); n != entries {
				t.Errorf("%s %v: %d entries to find, want %d", sigma, sizes, n, entries)
			}
		}
	}
	other, _ := Options{[]int{2, 3, 1}, "tanh", 1}.Template()
	if one := templateOf(t, 2, 3, 1); !bytes.Equal(one, templateOf(t, 2, 3, 1)) || bytes.Equal(one, other) {
		t.Error("a seed has two templates, or two seeds have one")
	}
}

func sizesOf(a Answer) (n []int) {
	for _, b := range a.Net.B {
		n = append(n, b.Len())
	}
	return n
}

// filled returns a template with the right answer in it, in four decimals.
func filled(t testing.TB, sizes ...int) []byte {
	t.Helper()
	file := templateOf(t, sizes...)
	a, err := Read("template", file)
	if err != nil {
		t.Fatal(err)
	}
	p := newPass(a.Net, a.X)
	for _, d := range derivatives(p.last) {
		var rows []string
		for _, row := range rowsOf(p.right(d)) {
			rows = append(rows, strings.ReplaceAll(fmt.Sprintf("%.4f", row), " ", ", "))
		}
		line := regexp.MustCompile(regexp.QuoteMeta(fmt.Sprintf("%q", d)) + ": [^\n]*\\]")
		file = line.ReplaceAllLiteral(file, []byte(fmt.Sprintf("%q: [%s]", d, strings.Join(rows, ", "))))
	}
	return file
}

func TestFilledTemplateIsRight(t *testing.T) {
	for _, sizes := range [][]int{{1, 1}, {3, 1}, {2, 3, 1}, {5, 4, 3, 1}} {
		file := filled(t, sizes...)
		a, err := Read("answer", file)
		if err != nil {
			t.Fatalf("%v\n%s", err, file)
		}
		if v := judged(t, a); v.Code != report.CodeRight {
			t.Errorf("%v: %s\n%s", sizes, reporttest.Text(v.Items), file)
		}
	}
}

// What is read is what stands there.
func TestRead(t *testing.T) {
	a, err := Read("answer", []byte(`{"b": [[3, -4.5], [6]], "A": [[[1], [2]], [[7, 8]]], "x": [0.25],
		"activation": "relu", "answer": {"dy_2/db_2": 1, "dy_1/dy_0": [[1], [null]], "dy_1/db_1": [[[1, 2]]]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if a.Net.Activation.Name != "relu" || !slices.Equal(a.X, []float64{0.25}) ||
		!slices.Equal(a.Net.A[1].Shape(), []int{1, 2}) || !slices.Equal(a.Net.A[1].Data(), []float64{7, 8}) ||
		!slices.Equal(a.Net.A[0].Shape(), []int{2, 1}) || !slices.Equal(a.Net.B[0].Data(), []float64{3, -4.5}) {
		t.Errorf("read %+v", a)
	}
	want := map[string]Numbers{"dy_2/db_2": {nil, []float64{1}}, "dy_1/db_1": {[]int{1, 1, 2}, []float64{1, 2}}}
	if !reflect.DeepEqual(a.Matrices, want) {
		t.Errorf("matrices %v, want %v", a.Matrices, want)
	}
}

// What cannot be judged is refused with the place and what is wanted there.
func TestRefusals(t *testing.T) {
	const file = `{"activation": "tanh", "x": [1, 2], "A": [[[1, 2]]], "b": [[3]], "answer": {"dy_1/db_1": [[1]]}}`
	long, wide := strings.Repeat("1, ", 64)+"1", strings.Repeat("[[1]], ", 16)+"[[1]]"
	for _, c := range []struct{ old, new, say string }{
		{`"tanh"`, `"cosine"`, `byte 15: the activation is "cosine", want identity, `},
		{`"tanh"`, `3`, "want a string"},
		{`"x": [1, 2]`, `"x": [1, 2, 3]`, "A_1 is of shape (1,2), want (1,3), for b_1 and what goes into the layer"},
		{`"x": [1, 2]`, `"x": [[1, 2]]`, "x is of shape (1,2), want a list of numbers"},
		{`"x": [1, 2]`, `"x": 1`, "x is of shape (), want a list of numbers"},
		{`"x": [1, 2]`, `"x": [1, null]`, "want a number"},
		{`"x": [1, 2]`, `"x": []`, "length 0"},
		{`"x": [1, 2]`, `"x": [` + long + `]`, "at most 64"},
		{`[[[1, 2]]]`, `[[1, 2]]`, "A_1 is of shape (2,), want a matrix, a list of rows"},
		{`[[[1, 2]]]`, `[[[1, 2], [3, 4]]]`, "A_1 is of shape (2,2), want (1,2)"},
		{`[[[1, 2]]]`, `[[[1, 2]], [[3]]]`, "the number of layers is 2 in A and 1 in b, want the same, and at least 1"},
		{`[[[1, 2]]], "b": [[3]]`, `[], "b": []`, "the number of layers is 0 in A and 0 in b"},
		{`[[[1, 2]]]`, `[` + wide + `]`, "the number of layers is larger, want at most 16"},
		{`[[[1, 2]]]`, `[[[1, 2], [3]]]`, "length 2, as before"},
		{`[[[1, 2]]], "b": [[3]]`, `[[[1, 2], [3, 4]]], "b": [[3, 4]]`,
			"the length of y_L is 2, want 1, as Problem 6 has it"},
		{`"b": [[3]]`, `"b": [3]`, "b_1 is of shape (), want a list of numbers"},
		{`dy_1/db_1`, `dy_2/db_2`,
			`the answer "dy_2/db_2" is not asked for, want names such as "dy_1/db_1", for 1 layers`},
		{`[[1]]}`, `[[1], [1, 2]]}`, "length 1, as before"},
		{`[[1]]}`, `["1"]}`, "want a number"},
		{`[[1]]}`, `[[nul]]}`, "want null"},
		{`[[1]]}`, `{}}`, "want a number"},
		{`"x": [1, 2]`, `"y": [1, 2]`, "not a known key"},
		{`"x": [1, 2], `, ``, `without the key "x"`},
		{`"x": [1, 2]`, `"x": [1, 2], "x": [1, 2]`, "there twice"},
		{`{}`, `{}`, ""},
		{`]]}}`, `]]}} x`, "want the end"},
	} {
		a, err := Read("answer.json", []byte(strings.Replace(file, c.old, c.new, 1)))
		var input *problem.InputError
		var format *strict.FormatError
		switch {
		case c.say == "":
			if err != nil {
				t.Errorf("the file itself: %v", err)
			}
		case !errors.As(err, &input) || !errors.As(err, &format) || format.File != "answer.json" ||
			!strings.Contains(err.Error(), c.say):
			t.Errorf("%s: error %v, want an InputError that says %q", c.new, err, c.say)
		case a.Net != nil:
			t.Errorf("%s: an error and an answer", c.new)
		}
	}
}

// The largest files are read: 16 layers, 64 units.
func TestLimits(t *testing.T) {
	for _, sizes := range [][]int{slices.Repeat([]int{1}, 17), {64, 64, 1}} {
		if _, err := Read("answer", templateOf(t, sizes...)); err != nil {
			t.Errorf("%v: %v", sizes, err)
		}
	}
}

func judgeFile(file []byte) error {
	a, err := Read("answer", file)
	if err != nil {
		return err
	}
	_, _ = a.Judge() // derivatives beyond float64 are no error of the file
	return nil
}

// Files cut short are refused, and files with a wrong bit refused or judged.
func TestDamagedFiles(t *testing.T) {
	for name, file := range map[string][]byte{"template": templateOf(t, 2, 1), "answer": filled(t, 1, 1)} {
		refused, err := stricttest.Survive(judgeFile, bytes.TrimSpace(file), 1<<20)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if refused == 0 {
			t.Errorf("%s: no damage was refused", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(templateOf(f, 2, 3, 1))
	f.Add(filled(f, 2, 2, 1))
	f.Add(bytes.ReplaceAll(templateOf(f, 1, 2, 1), []byte("null"), []byte("1")))
	f.Add(bytes.ReplaceAll(templateOf(f, 2, 2, 2, 1), []byte("null"), []byte("-1e300")))
	const perByte = 32 // "1," is a float64, in a slice that has grown to it
	read := func(file []byte) error {
		_, err := Read("answer", file)
		return err
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := stricttest.Read(read, file, perByte*len(file)); err != nil {
			t.Error(err)
		}
		if err := stricttest.Read(judgeFile, file, 1<<26); err != nil {
			t.Error(err)
		}
	})
}
