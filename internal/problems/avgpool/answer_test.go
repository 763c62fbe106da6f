package avgpool

import (
	"context"
	"errors"
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

// The answer is proved at sizes that are 1, prime, long and thin, in units of k.
func TestSolve(t *testing.T) {
	for k := 1; k <= 3; k++ {
		for _, s := range [][2]int{{1, 1}, {1, 7}, {7, 1}, {2, 2}, {3, 5}, {13, 4}} {
			o := Options{Height: k * s[0], Width: k * s[1], Kernel: k, Channels: k, Seed: 5}
			r, err := o.Solve(t.Context())
			if err != nil || !r.OK() || len(r.Checks) != 10 || r.Problem != 2 || r.Verdict != nil || len(r.Answer) != 2 {
				t.Fatalf("%+v: %v, %+v", o, err, r)
			}
			w := slices.Concat(r.Answer[1].(report.Matrix).Rows...)
			if len(w) != k*k || slices.Min(w) != 1/float64(k*k) || slices.Max(w) != 1/float64(k*k) {
				t.Errorf("k = %d: %v", k, w)
			}
		}
	}
}

// The filter is read off the formula for as many channels as that is quick for.
func TestSolveWithManyChannels(t *testing.T) {
	for _, c := range []struct {
		kernel, channels, checks int
		last                     string
	}{
		{16, 5, 10, "of 4x32x32 allow one filter"}, {32, 2, 10, "of 1x64x64 allow one filter"}, {33, 1, 9, "random images"},
	} {
		o := Options{Height: c.kernel, Width: c.kernel, Kernel: c.kernel, Channels: c.channels}
		r, err := o.Solve(t.Context())
		if err != nil || !r.OK() || len(r.Checks) != c.checks ||
			!strings.Contains(r.Checks[c.checks-1].Detail, c.last) {
			t.Errorf("%+v: %v, %+v", o, err, r)
		}
	}
}

func TestProblem(t *testing.T) {
	tasks := make(map[string]int)
	s := problem.Settings{Seed: 1, Progress: progress.Progress{Step: func(s progress.Step) { tasks[s.Task] = s.Done }}}
	p := Problem()
	one, err := p.Solve(t.Context(), s)
	if err != nil || !one.OK() || p.Number != 2 || p.Command != "conv" || p.Statement() == "" || p.Derivation() == "" {
		t.Errorf("%+v, %v", p, err)
	}
	for _, task := range []string{"", "dense filter: ", "library: "} {
		if tasks[task+"equal on the basis"] != 3*28*28 {
			t.Errorf("progress %v", tasks)
		}
	}
	s.Seed = 7
	if two, err := p.Solve(t.Context(), s); err != nil || slices.Equal(one.Checks, two.Checks) {
		t.Errorf("another seed gives the same numbers, error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Solve(ctx, s); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	var setting *problem.SettingError
	if _, err := (Options{Height: 3, Width: 4, Kernel: 2, Channels: 1}).Solve(ctx); !errors.As(err, &setting) ||
		setting.Setting != "size" || !strings.Contains(err.Error(), "would leave out 1 row and 0 columns") {
		t.Errorf("error %v", err)
	}
}

// The photograph is shown beside its pool, and a reader's picture is pooled.
func TestPictures(t *testing.T) {
	o := Options{Height: 14, Width: 14, Kernel: 7, Channels: 1}
	r, err := o.Solve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	titles, faults := reporttest.Pictures(r.Items)
	if !slices.Equal(titles, []string{"Average pooling with k = 7"}) || faults != nil {
		t.Errorf("pictures %q: %q", titles, faults)
	}
	panels := r.Items[len(r.Items)-1].(report.Picture).Panels
	if len(panels) != 2 || panels[0].Caption[0] != "X" || panels[1].Caption[0] != "Y: 1/7 as wide and high" {
		t.Errorf("panels %+v", panels)
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.png"), filepath.Join(dir, "out.png")
	if err := data.WriteImage(in, tensor.FromSlice([]float64{0, 1, 1, 1, 0, 1, 1, 1}, 1, 2, 4)); err != nil {
		t.Fatal(err)
	}
	o = Options{Height: 2, Width: 2, Kernel: 2, Channels: 1, Picture: photo.Files{In: in, Out: out}}
	if _, err := o.Solve(t.Context()); err != nil {
		t.Fatal(err)
	}
	y, err := data.ReadImage[float64](out)
	if err != nil || !slices.Equal(y.Shape(), []int{1, 1, 2}) || y.At(0, 0, 0) < 0.498 || y.At(0, 0, 0) > 0.502 ||
		y.At(0, 0, 1) != 1 {
		t.Errorf("%v, %v", y, err)
	}
	o.Height, o.Width, o.Kernel = 28, 30, 3
	if err := o.check(); err == nil || !strings.HasSuffix(err.Error(), "leave out 1 row and 0 columns; 27x30 is") {
		t.Errorf("a size that 3 does not divide: %v", err)
	}
	o.Kernel, o.Height, o.Width = 3, 3, 3
	var setting *problem.SettingError
	if _, err := o.Solve(t.Context()); !errors.As(err, &setting) ||
		!strings.Contains(err.Error(), "larger than the image of 2x4") {
		t.Errorf("error %v", err)
	}
}
