package judge

import (
	"math"
	"strings"
	"testing"

	"hw4/internal/report"
	"hw4/tensor"
)

// tasks returns the three tasks with the right answer as the definition. The
// sheet's formulas are in package homework, whose tests judge by them.
func tasks() map[string]*Task {
	difference := tensor.FromSlice([]float64{0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0}, 2, 1, 3, 3)
	grey := tensor.FromSlice([]float64{0.299, 0.587, 0.114}, 1, 3, 1, 1)
	all := map[string]*Task{
		"difference":     Difference(nil, difference),
		"avgpool":        AvgPool(nil, 3, 4),
		"avgpool of one": AvgPool(nil, 1, 3),
		"grey":           Grey(nil, grey),
	}
	for _, t := range all {
		t.Definition = t.Right.Apply
	}
	return all
}

func textOf(v Verdict) string {
	var b strings.Builder
	for _, item := range v.Items {
		if text, ok := item.(report.Text); ok {
			b.WriteString(string(text) + "\n")
		}
	}
	return b.String()
}

// Whatever mistake is made, it is refuted, and its name is among those given.
func TestEveryMistakeIsRecognised(t *testing.T) {
	names := make(map[string]bool)
	for name, task := range tasks() {
		for _, s := range task.slips() {
			names[s.name] = true
			if anyNaN(s.made) {
				continue // it cannot be made in every output
			}
			v := task.Judge(s.made, 8*task.Step, 8*task.Step)
			if text := textOf(v); v.Checks[0].OK || !strings.Contains(text, s.name+": "+s.why) {
				t.Errorf("%s, %s: told\n%s", name, s.name, text)
			}
		}
	}
	if len(names) < 15 {
		t.Errorf("%d names of mistakes, want at least 15", len(names))
	}
}

func anyNaN(f Filter) bool {
	for _, v := range f.W.Data() {
		if math.IsNaN(v) {
			return true
		}
	}
	return false
}

// A counterexample is one: the filter and the definition differ at the pixel that
// it names, and no smaller picture with a single 1 tells them apart.
func TestCounterexamplesAreSmallest(t *testing.T) {
	for name, task := range tasks() {
		_, c, _, _ := task.Right.W.Dims4("test")
		for _, s := range task.slips() {
			if anyNaN(s.made) {
				continue
			}
			e := task.smallest(s.made, 8*task.Step, 8*task.Step)
			_, _, h, w := e.x.Dims4("test")
			if !e.shapes {
				o, i, j := e.pixel[0], e.pixel[1], e.pixel[2]
				if same(s.made.Apply(e.x).At(0, o, i, j), task.Definition(e.x).At(0, o, i, j)) {
					t.Errorf("%s, %s: Y%v is right", name, s.name, e.pixel)
				}
			}
			for i := task.Step; i*task.Step < h*w; i += task.Step {
				for j := task.Step; i*j < h*w; j += task.Step {
					if s.made.fits(i, j) && compare(s.made.Apply, task.Definition, c, i, j).differ {
						t.Errorf("%s, %s: %dx%d tells them apart, smaller than %dx%d", name, s.name, i, j, h, w)
					}
				}
			}
		}
	}
}

func TestFitWindow(t *testing.T) {
	for _, c := range []struct {
		lo, hi, in, out, stride int
		want                    window
	}{
		{0, 1, 28, 28, 1, window{1, 3}}, // Problem 1: the pixel and the next
		{0, 1, 28, 14, 2, window{0, 2}}, // Problem 2
		{0, 0, 28, 28, 1, window{0, 1}}, // Problem 3
		{-1, 1, 9, 9, 1, window{1, 3}},
		{-2, 0, 9, 9, 1, window{2, 5}},
		{0, 2, 9, 7, 1, window{0, 3}},
		{-1, 1, 8, 4, 2, window{1, 3}},
	} {
		if got, ok := fitWindow(c.lo, c.hi, c.in, c.out, c.stride); !ok || got != c.want {
			t.Errorf("offsets %d to %d, %d to %d, stride %d: %+v, want %+v", c.lo, c.hi, c.in, c.out, c.stride, got, c.want)
		}
	}
	if got, ok := fitWindow(0, 0, 4, 40, 1); ok {
		t.Errorf("4 pixels to 40: %+v", got)
	}
}

func TestBorderCases(t *testing.T) {
	task := tasks()["difference"]
	for n, want := range map[int]int{1: 1, 2: 2, 3: 3, 4: 3, 28: 3} {
		if got := task.borderCases(n, 3); len(got) != want {
			t.Errorf("3 pixels with padding 1 on %d: %d cases %v, want %d", n, len(got), got, want)
		}
	}
	if got := tasks()["avgpool"].borderCases(8, 4); len(got) != 1 || !got["xxxx"] {
		t.Errorf("4 pixels without padding on 8: %v", got)
	}
}

// The basis has every image once, in order, whatever the batches.
func TestBasis(t *testing.T) {
	n := 0
	for from, x := range Basis(3, 40, 50) {
		if from != n {
			t.Fatalf("a batch begins at %d, want %d", from, n)
		}
		for i := range x.Dim(0) {
			image := tensor.Select(x, 0, []int{i})
			if image.Data()[n] != 1 || tensor.Sum(tensor.Abs(image)).Item() != 1 {
				t.Fatalf("image %d is not a basis image", n)
			}
			n++
		}
	}
	if n != 3*40*50 {
		t.Errorf("%d images, want %d", n, 3*40*50)
	}
}
