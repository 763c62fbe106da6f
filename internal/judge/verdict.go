package judge

import (
	"fmt"

	"hw4/internal/report"
)

// A Verdict is what judging an answer found: items and checks of a report.
type Verdict struct {
	Items  []report.Item
	Checks []report.Check
}

func (v *Verdict) text(format string, args ...any) {
	v.Items = append(v.Items, report.Text(fmt.Sprintf(format, args...)))
}

func (v *Verdict) check(name string, ok bool, format string, args ...any) {
	v.Checks = append(v.Checks, report.Check{Name: name, OK: ok, Detail: fmt.Sprintf(format, args...)})
}

// Judge says whether f is the mapping of the task, by all basis images of h x w
// pixels. A right filter is proved right for images of every size, if all cases of
// a window at the border occur at h x w. For a wrong one it shows the smallest
// picture on which it fails and names the mistake. h and w must be multiples of
// Step.
func (t *Task) Judge(f Filter, h, w int) Verdict {
	var v Verdict
	_, c, _, _ := t.Right.W.Dims4("judge")
	name := "equal on the basis"
	if !f.fits(h, w) {
		v.text("Wrong: with padding %d an image of %d x %d is smaller than the window of the filter. Diagnosis: %s.", f.Padding, h, w, t.diagnose(f))
		v.check(name, false, "no output for images of %dx%d", h, w)
		return v
	}
	d := compare(f.Apply, t.Definition, c, h, w)
	if d.differ {
		e := t.smallest(f, h, w)
		v.text("Your filter is wrong. The smallest example is %s: %s.", e.picture(), e.fault())
		v.Items = append(v.Items, e.items()...)
		v.text("Diagnosis: %s.", t.diagnose(f))
		v.check(name, false, "for %s %s", e.picture(), e.fault())
		return v
	}
	v.text("Your filter is right.")
	v.check(name, true, "proved: equal on all %d basis images of %dx%dx%d%s; both mappings are linear, so they are equal on every image of this size",
		d.images, c, h, w, precision(d.worst))
	t.checkBorders(&v, h, w)
	return v
}

// precision says how far numbers that count as equal are apart.
func precision(worst float64) string {
	if worst == 0 {
		return ", exactly"
	}
	return fmt.Sprintf(", but for the rounding of your weights to float32 (%.2g)", worst)
}

// checkBorders checks that every way in which a window can reach over the border
// of an image occurs on one of h x w.
func (t *Task) checkBorders(v *Verdict, h, w int) {
	_, _, kh, kw := t.Right.W.Dims4("judge")
	down, across := t.borderCases(h, kh), t.borderCases(w, kw)
	larger := 2 * t.Step * (kh + kw)
	ok := containsAll(down, t.borderCases(larger, kh)) && containsAll(across, t.borderCases(larger, kw))
	detail := fmt.Sprintf("%s, and a %dx%d window with padding %d and stride %d meets every border case at %dx%d (%d of %d), so the mappings are equal on images of every size",
		t.every, kh, kw, t.Right.Padding, t.Right.Stride, h, w, len(down)*len(across), len(down)*len(across))
	if t.Step > 1 {
		detail += fmt.Sprintf(" that %d divides", t.Step)
	}
	if !ok {
		detail = fmt.Sprintf("an image of %dx%d does not have every border case of a %dx%d window with padding %d, so nothing is said of larger images; choose a larger --size",
			h, w, kh, kw, t.Right.Padding)
	}
	v.check("for every size", ok, "%s", detail)
}

// borderCases returns the ways in which a window of k pixels lies on n pixels with
// their padding: for each, which of its pixels exist.
func (t *Task) borderCases(n, k int) map[string]bool {
	cases := make(map[string]bool)
	for start := -t.Right.Padding; start+k <= n+t.Right.Padding; start += t.Right.Stride {
		pattern := make([]byte, k)
		for p := range k {
			pattern[p] = '.'
			if start+p >= 0 && start+p < n {
				pattern[p] = 'x'
			}
		}
		cases[string(pattern)] = true
	}
	return cases
}

func containsAll(have, want map[string]bool) bool {
	for k := range want {
		if !have[k] {
			return false
		}
	}
	return true
}
