package judgetest

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hw4/internal/judge"
	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/tensor"
)

// reserved are the codes that name no mistake.
var reserved = []string{
	report.CodeRight, report.CodeWrong, report.CodeUnreadable, "scaled", "nearly-right", "size-too-small",
}

var kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Mistakes checks every row of a task's table of mistakes: its code is kebab-case and
// has one family of names; the filter that it makes of the right one is refuted, has
// the code of the first row that makes it, and is told the row's name, with a
// counterexample. A code that no row could show is a fault, unless it is among unseen:
// those that make nothing wrong here.
func Mistakes(t testing.TB, task *judge.Task, unseen ...string) {
	t.Helper()
	families, seen := make(map[string]string), make(map[string]bool)
	for i, m := range task.Mistakes {
		words := strings.Fields(m.Name)
		family := strings.Join(words[:min(2, len(words))], " ")
		if known, ok := families[m.Code]; ok && known != family {
			t.Errorf("%s: %q and %q are other mistakes", m.Code, known, m.Name)
		}
		families[m.Code] = family
		if !kebab.MatchString(m.Code) || slices.Contains(reserved, m.Code) || m.Name == "" || m.Why == "" {
			t.Errorf("row %d: %q, %q, %q", i+1, m.Code, m.Name, m.Why)
		}
		if made := m.Change(task.Right); made.W != nil && !task.IsRight(made) {
			seen[m.Code] = true
			mistake(t, task, i, made)
		}
	}
	for _, m := range task.Mistakes {
		if seen[m.Code] == slices.Contains(unseen, m.Code) {
			t.Errorf("%s: makes something wrong: %v", m.Code, seen[m.Code])
		}
	}
}

// mistake checks what is said of the filter that row i makes.
func mistake(t testing.TB, task *judge.Task, i int, made judge.Filter) {
	t.Helper()
	m := task.Mistakes[i]
	v := task.Judge(made, side(task), side(task))
	if v.Right || v.OK() || !(v.Score < 1) || v.Counterexample == nil {
		t.Errorf("%v: passed, or refuted without a counterexample: %+v", m, v)
		return
	}
	if fault := refutes(task, made, v.Counterexample); fault != "" {
		t.Errorf("%v: %s: %+v", m, fault, *v.Counterexample)
	}
	code, say := m.Code, m.String()
	for _, earlier := range slices.Backward(task.Mistakes[:i]) {
		if f := earlier.Change(task.Right); f.W != nil && (&judge.Task{Right: f}).IsRight(made) {
			code = earlier.Code
		}
	}
	if math.IsNaN(tensor.Sum(made.W).Item()) {
		say = m.Name // it cannot be made in every output
	}
	if v.Code != code || !strings.Contains(reporttest.Text(v.Answer), say) {
		t.Errorf("%v: code %q, want %q, and told %s", m, v.Code, code, reporttest.Text(v.Answer))
	}
}

var wrongOutput = regexp.MustCompile(
	`: the first wrong output is Y\[(?:(\d+),)?(\d+),(\d+)\]: expected (\S+), got (\S+)$`)

// refutes says what is wrong with a counterexample: it must have a single 1, and name
// the first output on which the filter and the definition differ, or their shapes.
func refutes(task *judge.Task, f judge.Filter, c *report.Counterexample) string {
	x := basis(task.Right.W.Dim(1), c.Input)
	if tensor.Sum(x).Item() != 1 || slices.ContainsFunc(x.Data(), func(v float64) bool { return v != 0 && v != 1 }) {
		return "X is no basis image"
	}
	want, got := task.Definition(x), f.Apply(x)
	if !slices.Equal(want.Shape(), got.Shape()) {
		say := fmt.Sprintf(": the output should have shape %s and has %s", tensor.Tuple(want.Shape()[1:]),
			tensor.Tuple(got.Shape()[1:]))
		if !strings.HasSuffix(c.Text, say) || c.Expected.Rows != nil || c.Got.Rows != nil {
			return "not told" + say
		}
		return ""
	}
	said := wrongOutput.FindStringSubmatch(c.Text)
	if said == nil {
		return "no output is named"
	}
	o, h, w := 0, want.Dim(2), want.Dim(3)
	if said[1] != "" {
		o = atoi(said[1]) - 1
	}
	at := (o*h+atoi(said[2])-1)*w + atoi(said[3]) - 1
	for i, v := range want.Data()[:at+1] {
		if differ := !(math.Abs(got.Data()[i]-v) <= math.Abs(v)/(1<<24)); differ != (i == at) {
			return fmt.Sprintf("output %d of %d differs: %v", i, at, differ)
		}
	}
	if !shows(said[4], want.Data()[at]) || !shows(said[5], got.Data()[at]) || said[4] == said[5] {
		return "other numbers than the outputs'"
	}
	planes := [][][]float64{judge.Plane(want, 0, o), judge.Plane(got, 0, o)}
	if shown := [][][]float64{c.Expected.Rows, c.Got.Rows}; fmt.Sprint(planes) != fmt.Sprint(shown) {
		return "other planes than the outputs'"
	}
	return ""
}

// shows reports whether a text is a number, in six digits or in all.
func shows(text string, v float64) bool { return text == report.Format(v) || text == fmt.Sprint(v) }

func atoi(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
