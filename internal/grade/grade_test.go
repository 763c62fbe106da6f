package grade_test

import (
	"math"
	"slices"
	"testing"

	"hw4/internal/datatest"
	"hw4/internal/grade"
	"hw4/internal/grade/format"
)

func options(t *testing.T, rubric *grade.Rubric) grade.Options {
	return grade.Options{Rubric: rubric, Data: datatest.Source(t, images(20), images(320))}
}

// Every hand-in of the made-up class gets the points, the code and the reason that belong
// to its mistake.
func TestMadeUpClass(t *testing.T) {
	dir := t.TempDir()
	all := class(t)
	for i, m := range all {
		m.write(t, dir, i%3 == 0)
	}
	c, err := options(t, &grade.Rubric{}).Class(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Results) != len(all) {
		t.Fatalf("%d results of %d hand-ins", len(c.Results), len(all))
	}
	for i, m := range all {
		r := c.Results[i]
		earned, most := r.Total()
		if r.Student != m.name || most != 100 || math.Abs(earned-m.points) > 1e-9 || !r.Judged() {
			t.Errorf("%s (%s %s): %s has %v of %v points, want %v; %v %v", m.name, m.part, m.code, r.Student, earned, most,
				m.points, r.Err, r.Notes)
		}
		for _, p := range r.Parts {
			want := "right"
			if p.ID == m.part {
				want = m.code
			}
			if p.Verdict.Code != want && !slices.Contains(p.Verdict.Same, want) || p.Err != nil {
				t.Errorf("%s: %s has the code %s, want %s: %s", m.name, p.ID, p.Verdict.Code, want, p.Reason())
			}
			if want != "right" && (p.Reason() == "" || p.Hint() == "") {
				t.Errorf("%s: %s has no reason", m.name, p.ID)
			}
		}
	}
	count := make(map[string]int)
	for _, m := range all {
		for _, r := range c.Results {
			if r.Student == m.name && m.code != "" && m.code != "right" {
				for _, p := range r.Parts {
					if p.ID == m.part {
						count[p.ID+" "+p.Verdict.Code]++
					}
				}
			}
		}
	}
	for _, m := range format.Mistakes(c) {
		if n := count[m.Part+" "+m.Code]; n != m.Count {
			t.Errorf("the page of the class counts %s %s %d times, want %d", m.Part, m.Code, m.Count, n)
		}
		delete(count, m.Part+" "+m.Code)
	}
	if len(count) > 0 {
		t.Errorf("the page of the class lacks %v", count)
	}
}
