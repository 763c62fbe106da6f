package backprop

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"strings"
	"testing"

	"hw4/internal/report"
)

var update = flag.Bool("update", false, "write testdata/examples.json instead of comparing with it")

// An example is a matrix that a usual mistake makes of a derivative.
type example struct {
	Options           // of the perceptron's template
	Code       string // of the mistake
	Derivative string // such as "dy_1/db_1"
	Rows       [][]float64
}

// examples returns for every usual mistake a matrix that it makes for the perceptron of the
// answer, if there is one in which nothing else is as likely.
func (a Answer) examples() []example {
	p := newPass(a.Net, a.X)
	var all []example
	for _, k := range mistakes() {
		if e, ok := p.example(k); ok {
			all = append(all, e)
		}
	}
	return all
}

func (p *pass) example(k mistake) (example, bool) {
	for _, d := range derivatives(p.last) {
		for _, v := range k.make(p, d) {
			if v.matrix == nil || !(largest(v.matrix) < 1e6) {
				continue
			}
			rows, cols := v.matrix.Dims()
			got := Numbers{[]int{rows, cols}, v.matrix.RawMatrix().Data}
			m := &marking{pass: p}
			if found, _, twist := m.recognise(d, got); found.code == k.code && twist == "" && wrong(got, p, d) {
				return example{Code: k.code, Derivative: d.String(), Rows: rowsOf(v.matrix)}, true
			}
		}
	}
	return example{}, false
}

// wrong reports whether numbers are not the right ones.
func wrong(got Numbers, p *pass, d derivative) bool {
	want := p.right(d)
	rows, cols := want.Dims()
	return !got.has(rows, cols) || len(wrongEntries(got.Values, want, 0)) > 0
}

// testdata/examples.json has examples for perceptrons of templates, one a line, which the
// tests of grading hand in. Numbers have six decimals, which are the same on all machines.
func TestExamplesInFile(t *testing.T) {
	const file = "testdata/examples.json"
	var lines []string
	for _, o := range []Options{
		Defaults(),
		{Sizes: []int{3, 3, 3, 1}, Activation: "tanh"},
		{Sizes: []int{4, 4, 4, 4, 1}, Activation: "tanh"},
		{Sizes: []int{5, 4, 3, 1}, Activation: "sigmoid"},
	} {
		text, err := o.Template()
		if err != nil {
			t.Fatal(err)
		}
		a, err := Read("p6", text)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range a.examples() {
			e.Options = o
			e.Rows = report.EachCell(e.Rows, func(v float64) float64 { return math.Round(1e6*v)/1e6 + 0 })
			line, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, string(line))
		}
	}
	made := "[\n" + strings.Join(lines, ",\n") + "\n]\n"
	if *update {
		if err := os.WriteFile(file, []byte(made), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile(file); err != nil || string(kept) != made {
		t.Errorf("%s has other examples (%v); write it with -update", file, err)
	}
}

// An example is wrong, and the judge names its mistake.
func TestExamples(t *testing.T) {
	codes := make(map[string]bool)
	for _, sigma := range []string{"tanh", "softplus", "square"} {
		for _, sizes := range networks {
			a, _ := solved(t, sigma, sizes...)
			for _, e := range a.examples() {
				codes[e.Code] = true
				flat := Numbers{Shape: []int{len(e.Rows), len(e.Rows[0])}}
				for _, row := range e.Rows {
					flat.Values = append(flat.Values, row...)
				}
				if v := judged(t, a.with(e.Derivative, flat)); v.Right || v.Code != e.Code {
					t.Errorf("%s %v: %s is %s, want %s", sigma, sizes, e.Derivative, v.Code, e.Code)
				}
			}
		}
	}
	if len(codes) < len(mistakes())-1 {
		t.Errorf("examples of %d of %d mistakes", len(codes), len(mistakes()))
	}
}
