package sweep

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hw4/internal/problem"
	"hw4/internal/strict"
	"hw4/internal/stricttest"
)

// A result is refused if a bit of it is wrong, or if it is that of another cell.
func TestDamagedResults(t *testing.T) {
	c := Cell{Model: "fake", Variant: "good", LR: 0.1, Batch: 10, Epochs: []int{1, 3}, Seeds: 1}
	r := &result{Cell: c, Runs: []Run{drawn(c)}, By: By{Version: "v", Seconds: 1}}
	file := r.encode()
	read := func(file []byte) error {
		_, err := decodeResult("r.json", file, c)
		return err
	}
	if refused, err := stricttest.Survive(read, file, 1<<20); err != nil || refused != 8*len(file) {
		t.Errorf("%d of %d flips refused, %v", refused, 8*len(file), err)
	}
	for what, edit := range map[string]func(r *result){
		"another cell":      func(r *result) { r.Cell.LR = 0.2 },
		"a run more":        func(r *result) { r.Runs = append(r.Runs, r.Runs[0]) },
		"another seed":      func(r *result) { r.Runs[0].Seed = 7 },
		"an epoch less":     func(r *result) { r.Runs[0].Curve = r.Runs[0].Curve[:3] },
		"a stop less":       func(r *result) { r.Runs[0].Right = r.Runs[0].Right[:1] },
		"another image set": func(r *result) { r.Runs[0].Images = 7 },
		"fewer than none":   func(r *result) { r.Runs[0].Images, r.Runs[0].Right = -1, []Bits{{}, {}} },
	} {
		other := &result{Cell: c, Runs: []Run{drawn(c)}}
		edit(other)
		var format *strict.FormatError
		if _, err := decodeResult("r.json", other.encode(), c); !errors.As(err, &format) ||
			format.Found != "not that of its cell" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if back, err := decodeResult("r.json", file, c); err != nil || !bytes.Equal(back.encode(), file) {
		t.Errorf("%v", err)
	}
}

// A damaged result ends status and merge with its name; without it the cell is computed again.
func TestDamagedResultIsNamed(t *testing.T) {
	from, sums := source(t)
	s := planned(t, sums, 2, grids...)
	s.run(t, Options{Data: from})
	want, _ := s.merged(t)
	path := s.resultPath(s.names[1])
	if err := os.Truncate(path, 100); err != nil {
		t.Fatal(err)
	}
	var input *problem.InputError
	for _, f := range []func() error{
		func() error { _, err := s.Status(); return err },
		func() error { _, err := s.Merge(); return err },
	} {
		if err := f(); !errors.As(err, &input) || !strings.Contains(err.Error(), path+": ") ||
			!strings.Contains(err.Error(), "remove it") {
			t.Errorf("error %v", err)
		}
	}
	os.Remove(path)
	s.run(t, Options{Data: from})
	if got, _ := s.merged(t); got != want {
		t.Error("another merge")
	}
}

// A plan that somebody has changed is refused.
func TestChangedPlans(t *testing.T) {
	_, sums := source(t)
	s := planned(t, sums, 2, Grid{})
	path := s.path(planFile)
	plan, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(plan), "\n")
	var input *problem.InputError
	for what, text := range map[string]string{
		"a setting":      strings.Replace(string(plan), `"lr":0.1`, `"lr":0.2`, 1),
		"a space":        strings.Replace(string(plan), `"lr":`, `"lr": `, 1),
		"a key":          strings.Replace(string(plan), `"lr"`, `"LR"`, 1),
		"a line less":    strings.Join(lines[:len(lines)-2], ""),
		"nothing":        "",
		"another format": strings.Replace(string(plan), "plan/1", "plan/2", 1),
	} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(s.Dir); !errors.As(err, &input) || !strings.Contains(err.Error(), "plan.jsonl") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestReadGrids(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.toml")
	read := func(text string) ([]Grid, error) {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return ReadGrids(path)
	}
	g, err := read(
		"[[grid]]\nmodel = \"fake\"\nlr = [0.1, 1]\nseeds = 3\nseed = 18446744073709551000\n[[grid]]\npaired = true\n",
	)
	if err == nil &&
		(len(g) != 2 || g[0].Model != "fake" || len(g[0].LR) != 2 || g[0].LR[1] != 1 || *g[0].Seeds != 3 || !g[1].Paired) {
		t.Errorf("%+v", g)
	}
	for text, say := range map[string]string{
		"":                                   "has no [[grid]]",
		"[[grid]]\nlr = 0.1\n":               "line 2: ",
		"[[grid]]\n\nlrs = [0.1]\n":          "line 3: no key \"grid.lrs\"; there are grid, model",
		"[[grid]]\nlr = [0.1]\nlr = [0.2]\n": "lr",
		"[[grid]\n":                          "line 1: ",
	} {
		var input *problem.InputError
		if _, err := read(text); !errors.As(err, &input) || !strings.Contains(err.Error(), say) ||
			!strings.HasPrefix(err.Error(), path) ||
			strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q", text, err, say)
		}
	}
}

// What is longer than any file of ours is refused unread, and a question for a plan may be as long
// as said.
func TestLongFiles(t *testing.T) {
	s := finished(t, func(int) By { return By{} }, Grid{Variants: []string{"good"}})
	for _, path := range []string{s.resultPath(s.names[0]), s.path(planFile)} {
		if err := os.Truncate(path, maxResult+1); err != nil { // which takes no room on the disk
			t.Skip("no files with holes: ", err)
		}
		_, err := s.Status()
		if path == s.path(planFile) {
			_, err = Open(s.Dir)
		}
		var input *problem.InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), "want at most 268435456 bytes") {
			t.Errorf("%s: %v", path, err)
		}
	}
	path := filepath.Join(t.TempDir(), "p.toml")
	for n, ok := range map[int]bool{1 << 20: true, 1<<20 + 1: false} {
		const grid = "[[grid]]\nmodel = \"fake\"\n#"
		if err := os.WriteFile(path, []byte(grid+strings.Repeat(" ", n-len(grid))), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadGrids(path); (err == nil) != ok {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

// Ten thousand cells with as many test images as MNIST has.
func TestTenThousandCells(t *testing.T) {
	if testing.Short() {
		t.Skip("writes ten thousand files")
	}
	from, sums := source(t)
	start := time.Now()
	took := func(what string) {
		t.Logf("%s: %.2f s", what, time.Since(start).Seconds())
		if d := time.Since(start); d > 20*time.Second { // two, where nothing else runs
			t.Errorf("%s took %v", what, d)
		}
		start = time.Now()
	}
	s := planned(t, sums, 1, Grid{Variants: []string{"good", "bad"}, Epochs: []int{10}, Seeds: new(5000)})
	took("plan")
	for i, c := range s.Cells {
		r := Run{Seed: c.Seed, Images: 10_000, Right: []Bits{make(Bits, 1250)}, Weights: strings.Repeat("7", 64)}
		for k := range 11 {
			r.Curve = append(r.Curve, Epoch{0.1, 0.1, Number(1 / float64(c.Seed+3)), Number(k) / 13})
		}
		if err := os.WriteFile(s.resultPath(s.names[i]), (&result{Cell: c, Runs: []Run{r}}).encode(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	start = time.Now()
	again, err := Open(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	took("reading the plan")
	if st, err := again.Status(); err != nil || st.Done != 10_000 {
		t.Errorf("%+v, %v", st, err)
	}
	took("status")
	if _, m := again.merged(t); len(m.Missing) != 0 {
		t.Errorf("%d missing", len(m.Missing))
	}
	took("merge")
	if _, err := again.Run(context.Background(), nil, Options{Data: from}); err != nil {
		t.Error(err)
	}
	took("a run with nothing to do")
}

// A plan that was edited is refused, also if its numbers and names fit.
func TestEditedPlans(t *testing.T) {
	_, sums := source(t)
	c := Cell{Model: "fake", Variant: "good", LR: 0.1, Batch: 10, Epochs: []int{1, 3}, Seeds: 1}
	empty, unknown := c, c
	empty.Epochs, unknown.Model = nil, "newer"
	unnamed := empty.name(sums)
	for say, cells := range map[string][]Cell{"": {c}, "there twice": {c, c}, " " + unnamed + ": epochs is an empty list": {empty}} {
		s := planned(t, sums, 1)
		file := encode(planHead{planSchema, sums, len(cells)})
		for _, c := range cells {
			file = append(file, encode(planLine{c.name(sums), c})...)
		}
		if err := os.WriteFile(s.path(planFile), file, 0o666); err != nil {
			t.Fatal(err)
		}
		var input *problem.InputError
		if _, err := Open(s.Dir); say != "" && (!errors.As(err, &input) || !strings.Contains(err.Error(), say)) ||
			say == "" && err != nil {
			t.Errorf("%v, want %q", err, say)
		}
	}
	from, sums := source(t)
	newer := New(t.TempDir(), sums, []Cell{unknown})
	if _, err := newer.Run(context.Background(), []Model{fake(1)}, Options{Data: from}); err == nil ||
		!strings.Contains(err.Error(), `no model "newer"`) {
		t.Errorf("a model that is not there: %v", err)
	}
}

// What stands where a folder or a file is to be is an error, as is a plan that is not there.
func TestThingsInTheWay(t *testing.T) {
	from, sums := source(t)
	s := planned(t, sums, 2, Grid{Variants: []string{"good"}})
	var input *problem.InputError
	if err := os.Remove(s.path(running)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.path(running), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := s.Write(); !errors.As(err, &input) {
		t.Errorf("a plan beside a file in the place of a folder: %v", err)
	}
	if _, err := s.Run(context.Background(), nil, Options{Data: from}); !errors.As(err, &input) ||
		!strings.Contains(err.Error(), s.path(running)) {
		t.Errorf("a run with a file in the place of a folder: %v", err)
	}
	m, err := s.Merge()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(s.path(results)), os.WriteFile(s.path(results), nil, 0o666)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Status(); !errors.As(err, &input) {
		t.Errorf("the status with a file in the place of the results: %v", err)
	}
	if err := os.MkdirAll(filepath.Join(m.Files()[1], "x"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := m.Write(); err == nil {
		t.Error("a merge over a folder is no error")
	}
	if _, err := ReadGrids(s.path("none.toml")); !errors.As(err, &input) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// A copy that has lost empty folders, as archives and Git lose them, goes on.
func TestLostFolders(t *testing.T) {
	from, sums := source(t)
	s := planned(t, sums, 1, Grid{})
	for _, folder := range []string{results, running, checkpoints} {
		if err := os.Remove(s.path(folder)); err != nil {
			t.Fatal(err)
		}
	}
	if st, err := s.Status(); err != nil || st.Missing != 3 {
		t.Errorf("%+v, %v, want 3 missing", st, err)
	}
	if tally := s.run(t, Options{Data: from}); tally.Computed != 3 {
		t.Errorf("%+v, want 3 computed", tally)
	}
}
