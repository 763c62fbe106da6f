package judge

import (
	"fmt"
	"maps"

	"hw4/internal/report"
)

// Judge says whether f is the mapping of the task, by all basis images of h x w
// pixels. A right filter is proved right for images of every size, if all cases of
// a window at the border occur at h x w. For a wrong one it shows the smallest
// picture on which it fails and names the mistake. The score is the share of the
// output channels whose weights are right. h and w must be multiples of Step.
func (t *Task) Judge(f Filter, h, w int) report.Verdict {
	const name = "equal on the basis"
	var v report.Verdict
	if !f.fits(h, w) {
		found := t.diagnose(f)
		v.Code = found.code
		v.Answerf("Your filter is wrong: with padding %d an image of %d x %d is smaller than the window of the filter.",
			f.Padding, h, w)
		v.Answerf("Diagnosis: %s.", found.text)
		v.Check(name, false, "no output for images of %dx%d", h, w)
		return v
	}
	c := t.Right.W.Dim(1)
	d := Compare(f.Apply, t.Definition, Basis(c, h, w), weights)
	if d.Differ {
		found, e := t.diagnose(f), t.smallest(f, h, w)
		v.Code, v.Score, v.Counterexample = found.code, t.score(f), e.counterexample()
		v.Same = found.same
		e.show(&v.Body)
		v.Answerf("Diagnosis: %s.", found.text)
		v.Check(name, false, "%s", e.fault())
		return v
	}
	v.Check(name, true, "proved: equal on all %d basis images of %dx%dx%d%s; both mappings are linear, so they are equal "+
		"on every image of this size",
		d.Images, c, h, w, precision(d.Worst))
	t.checkSize(&v.Body, f, h, w)
	if v.Right = v.OK(); !v.Right {
		v.Code = "size-too-small"
		v.Answerf("Your filter is right for images of %dx%d, which are too small to say more.", h, w)
		return v
	}
	v.Code, v.Score = report.CodeRight, 1
	v.Answerf("Your filter is right.")
	return v
}

// score returns the share of the output channels of a wrong filter that are right.
func (t *Task) score(f Filter) float64 {
	if !f.comparable(t.Right) {
		return 0
	}
	right := 0
	for o := range t.Outputs {
		if f.Output(o).equal(t.Right.Output(o)) {
			right++
		}
	}
	return float64(right) / float64(len(t.Outputs))
}

// precision says how far numbers that count as equal are apart.
func precision(worst float64) string {
	if worst == 0 {
		return ", exactly"
	}
	return fmt.Sprintf(", except for the rounding of your weights to float32 (%.2g)", worst)
}

// checkSize checks that what a filter does on images of h x w shows what it does on
// larger ones: that it is the right one, and that every way in which a window can reach
// over the border of an image occurs.
func (t *Task) checkSize(b *report.Body, f Filter, h, w int) {
	const name = "for every size"
	if !f.comparable(t.Right) {
		b.Check(name, false, "images of %dx%d do not show that stride and padding should be %d and %d and are %d and %d; "+
			"choose a larger size", h, w, t.Right.Stride, t.Right.Padding, f.Stride, f.Padding)
		return
	}
	_, _, kh, kw := t.Right.W.Dims4("judge")
	larger := 2 * t.Step * (kh + kw)
	all := func(n, k int) (cases int, ok bool) { // of which none is left for larger images
		have := t.borderCases(n, k)
		cases = len(have)
		maps.Copy(have, t.borderCases(larger, k))
		return cases, len(have) == cases
	}
	down, okDown := all(h, kh)
	across, okAcross := all(w, kw)
	if !okDown || !okAcross {
		b.Check(name, false, "an image of %dx%d does not have every border case of a %dx%d window with padding %d, so this "+
			"proves nothing for larger images; choose a larger size", h, w, kh, kw, t.Right.Padding)
		return
	}
	cases, divided := down*across, ""
	if t.Step > 1 {
		divided = fmt.Sprintf(" that %d divides", t.Step)
	}
	b.Check(name, true, "%s, and a %dx%d window with padding %d and stride %d meets every border case at %dx%d (%d of "+
		"%d), so the mappings are equal on images of every size%s", t.Every, kh, kw, t.Right.Padding, t.Right.Stride, h, w,
		cases, cases, divided)
}

// borderCases returns the ways in which a window of k pixels lies on n pixels with
// their padding: how far over the one end, and how far over the other.
func (t *Task) borderCases(n, k int) map[[2]int]bool {
	cases := make(map[[2]int]bool)
	for start := -t.Right.Padding; start+k <= n+t.Right.Padding; start += t.Right.Stride {
		cases[[2]int{max(0, -start), max(0, start+k-n)}] = true
	}
	return cases
}
