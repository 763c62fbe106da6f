package grade_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"hw4/internal/grade"
	"hw4/internal/grade/format"
)

func rubric(t *testing.T, text string) *grade.Rubric {
	t.Helper()
	r, err := grade.ReadRubric("grade.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// one returns the result of a hand-in with one file, and of one part of it.
func one(t *testing.T, r *grade.Rubric, name, content, part string) (*grade.Result, *grade.PartResult) {
	t.Helper()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "ada", name), []byte(content))
	c, err := options(t, r).One(t.Context(), filepath.Join(dir, "ada"), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Results[0].Parts {
		if p.ID == part {
			return c.Results[0], p
		}
	}
	return c.Results[0], nil
}

func TestRubric(t *testing.T) {
	const swapped = "[[[0,0,0],[0,-1,1],[0,0,0]],[[0,0,0],[0,-1,0],[0,1,0]]]"
	for _, c := range []struct {
		rubric, file, content, part string
		earned                      float64
	}{
		{"", "p1.json", swapped, "p1", 0},
		{"parts.p1.shares.filters-swapped = 0.5", "p1.json", swapped, "p1", 5},
		{"[parts.p1]\npoints = 4\nshares = {filters-swapped = 0.25, transposed = 0.5}", "p1.json", swapped, "p1", 2},
		{"", "p3.json", "[0.3, 0.59, 0.11]", "p3", 0},
		{"tolerance = 0.0041", "p3.json", "[0.3, 0.59, 0.11]", "p3", 10},
		{"tolerance = 0.0039", "p3.json", "[0.3, 0.59, 0.11]", "p3", 0},
		{"parts.p3.file = 'a/*.json'", "a/grey.json", "[0.299, 0.587, 0.114]", "p3", 10},
		{"parts.p3.file = 'all.json::grey'", "all.json", `{"grey": [0.299, 0.587, 0.114], "w": [1]}`, "p3", 10},
		{"", "answers.json", "\ufeff" + `{"p7": {"modern": 61706, "original": null}}`, "p7", 10. / 3},
		{"", "answers.json", `{"p7-table": [[1,0,0,0,1,1,1,0,0,1,1,1,1,0,1,1],[1,1,0,0,0,1,1,1,0,0,1,1,1,1,0,1],` +
			`[1,1,1,0,0,0,1,1,1,0,0,1,0,1,1,1],[0,1,1,1,0,0,1,1,1,1,0,0,1,0,1,1],[0,0,1,1,1,0,0,1,1,1,1,0,1,1,0,1],` +
			`[0,0,0,1,1,1,0,0,1,1,1,1,0,1,1,1]]}`, "p7-table", 5},
	} {
		_, p := one(t, rubric(t, c.rubric), c.file, c.content, c.part)
		if p.Err != nil || math.Abs(p.Earned-c.earned) > 1e-9 {
			t.Errorf("%q, %s: %v points, want %v: %s", c.rubric, c.file, p.Earned, c.earned, p.Reason())
		}
	}
	if _, p := one(t, rubric(t, "parts.p1.points = 0"), "p3.json", grey3, "p1"); p != nil {
		t.Error("a part without points is there")
	}
	for say, text := range map[string]string{
		"did you mean p7": "[parts.p77]", "no key": "titel = 'x'", "a share from 0 to 1": "parts.p1.shares.sign = 2",
		"0 to 1000000": "parts.p1.points = -1", "tolerance is NaN": "tolerance = nan", "seconds": "seconds = -1",
		"perhaps with *": "parts.p1.file = '['", "line 1": "=", "0 to 1": "parts.p5-kl.floor = 1.5",
	} {
		if _, err := grade.ReadRubric("grade.toml", []byte(text)); err == nil || !strings.Contains(err.Error(), say) ||
			strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %s", text, err, say)
		}
	}
}

// Templates of students differ if they are individual, and an answer to another's is wrong.
func TestIndividual(t *testing.T) {
	r := rubric(t, "individual = true")
	ada, err := r.Template("ada")
	if err != nil {
		t.Fatal(err)
	}
	bob, _ := r.Template("bob")
	if again, _ := r.Template("Ada"); !bytes.Equal(again[20:], ada[20:]) || bytes.Equal(ada[20:], bob[20:]) {
		t.Error("templates do not follow the names")
	}
	for code, template := range map[string][]byte{"not-answered": ada, "another-perceptron": bob} {
		if _, p := one(t, r, "answers.json", string(template), "p6"); p.Verdict.Code != code || p.Earned != 0 {
			t.Errorf("%s, want %s", p.Verdict.Code, code)
		}
	}
}

// A class gives the same bytes every time; time that is over, and a signal, leave what has
// been judged.
func TestRuns(t *testing.T) {
	dir := t.TempDir()
	for _, h := range hostiles[:3] {
		h.write(t, filepath.Join(dir, h.name))
	}
	page := func() string {
		c, err := options(t, &grade.Rubric{}).Class(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		for _, r := range c.Results {
			if err := format.WriteStudent(&b, c.Title, r, format.Options{}); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(format.WriteClass(&b, c), format.Named("json").Write(&b, c, format.Options{})); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if first, second := page(), page(); first != second {
		t.Error("two runs differ")
	}
	r, p := one(t, rubric(t, "seconds = 1e-9"), "p3.json", grey3, "p3")
	if p.Verdict.Code != grade.CodeTooLong && p.Verdict.Code != "right" || r.Judged() {
		t.Errorf("no time: %+v", p)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stop")
	cancel(stop)
	if c, err := options(t, &grade.Rubric{}).Class(ctx, dir); c == nil || len(c.Results) > 0 ||
		!errors.Is(err, context.Canceled) {
		t.Errorf("after a signal: %+v, %v", c, err)
	}
	if _, err := options(t, &grade.Rubric{}).Class(t.Context(), t.TempDir()); err == nil {
		t.Error("a class without hand-ins is judged")
	}
}
