package grey

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/photo"
	"hw4/internal/problem"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/tensor"
)

// The answer is proved at sizes that are 1, prime, long and thin.
func TestSolve(t *testing.T) {
	for _, s := range [][2]int{{1, 1}, {1, 7}, {7, 1}, {2, 2}, {3, 5}, {13, 4}} {
		o := Defaults()
		o.Height, o.Width = s[0], s[1]
		r, err := o.Solve(t.Context())
		if err != nil || !r.OK() || len(r.Checks) != 5 || r.Problem != 3 || r.Verdict != nil || len(r.Answer) != 4 {
			t.Fatalf("%v: %v, %+v", s, err, r)
		}
		if c := r.Checks[3]; !strings.Contains(c.Detail, "of 3x3x3 allow one filter") {
			t.Errorf("check %+v", c)
		}
		for c, want := range []report.Matrix{{Name: "w[1,1,1] (red)", Rows: [][]float64{{0.299}}},
			{Name: "w[2,1,1] (green)", Rows: [][]float64{{0.587}}}, {Name: "w[3,1,1] (blue)", Rows: [][]float64{{0.114}}}} {
			if got := r.Answer[c+1].(report.Matrix); got.Name != want.Name || got.Rows[0][0] != want.Rows[0][0] {
				t.Errorf("answer %+v, want %+v", got, want)
			}
		}
	}
}

func TestProblem(t *testing.T) {
	done := 0
	s := problem.Settings{Seed: 1, Progress: progress.Progress{Step: func(s progress.Step) { done = s.Done }}}
	p := Problem()
	one, err := p.Solve(t.Context(), s)
	if err != nil || !one.OK() || p.Number != 3 || p.Command != "conv" || p.Statement() == "" || p.Derivation() == "" {
		t.Errorf("%+v, %v", p, err)
	}
	if done != 3*28*28 {
		t.Errorf("%d images done", done)
	}
	s.Seed = 2
	if two, err := p.Solve(t.Context(), s); err != nil || slices.Equal(one.Checks, two.Checks) {
		t.Errorf("another seed gives the same numbers, error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Solve(ctx, s); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// The photograph is shown in grey, and so is a reader's picture; a grey one is refused.
func TestPictures(t *testing.T) {
	o := Options{Height: 2, Width: 2}
	r, err := o.Solve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	titles, faults := reporttest.Pictures(r.Items)
	if !slices.Equal(titles, []string{"Greyscale"}) || faults != nil {
		t.Errorf("pictures %q: %q", titles, faults)
	}
	var captions []string
	for _, p := range r.Items[len(r.Items)-1].(report.Picture).Panels {
		captions = append(captions, p.Caption...)
	}
	if want := []string{"X", "Y: the luminance", "the mean of red, green and blue"}; !slices.Equal(captions, want) {
		t.Errorf("panels %q", captions)
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.png"), filepath.Join(dir, "out.png")
	x := tensor.Zeros[float64](3, 1, 3) // a red, a green and a blue pixel
	for c := range 3 {
		x.Set(1, c, 0, c)
	}
	if err := data.WriteImage(in, x); err != nil {
		t.Fatal(err)
	}
	o.Picture = photo.Files{In: in, Out: out}
	r, err = o.Solve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	y, err := data.ReadImage[float64](out)
	if err != nil || !slices.Equal(y.Shape(), []int{1, 1, 3}) {
		t.Fatalf("%v, %v", y, err)
	}
	for c, want := range Filter().W.Data() {
		if math.Abs(y.At(0, 0, c)-want) > 0.5/255 {
			t.Errorf("channel %d: %g, want %g", c, y.At(0, 0, c), want)
		}
	}
	mean := r.Items[len(r.Items)-1].(report.Picture).Panels[2].Image
	if red, green, _, _ := mean.At(0, 0).RGBA(); red>>8 != 85 || green != red {
		t.Errorf("the mean of red has shade %d", red>>8)
	}
	o.Picture = photo.Files{In: out}
	var input *problem.InputError
	if _, err := o.Solve(t.Context()); !errors.As(err, &input) ||
		!strings.Contains(err.Error(), out+": the picture is grey") {
		t.Errorf("error %v", err)
	}
}
