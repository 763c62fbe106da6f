package sweep

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"hw4/internal/checkpoint"
	"hw4/internal/training"
)

// finished returns a sweep whose results are those of the fake model, with what is said about who
// has computed them.
func finished(t *testing.T, by func(i int) By, grids ...Grid) *Sweep {
	t.Helper()
	_, sums := source(t)
	s := planned(t, sums, 2, grids...)
	for i, c := range s.Cells {
		s.write(t, i, &result{Cell: c, Runs: all(c), By: by(i)})
	}
	return s
}

// write writes the result of a cell.
func (s *Sweep) write(t *testing.T, i int, r *result) {
	t.Helper()
	if err := os.WriteFile(s.resultPath(s.names[i]), r.encode(), 0o666); err != nil {
		t.Fatal(err)
	}
}

// The files of a merge have a row for every training and number of epochs, everything as JSON, and
// who has computed it.
func TestMergedFiles(t *testing.T) {
	by := func(i int) By {
		return By{Version: "v1", ISA: []string{"avx2", "neon"}[i%2], Machine: fmt.Sprint("m", i), Seconds: float64(i) + 0.25,
			Resumed: i == 1}
	}
	s := finished(t, by, Grid{Variants: []string{"good"}, LR: []float64{0.5, 9}, Epochs: []int{1, 3}, Seeds: new(3), Seed: 8})
	got, m := s.merged(t)
	const head = "# 4 of 4 cells\n"
	table := head + "cell\tmodel\tvariant\tlr\tbatch\tepochs\tseed\tcorrect\timages\ttest_accuracy\ttest_loss\tweights\tdiverged\n"
	computed := head + "cell\tmachine\tversion\tinstruction_set\tseconds\tresumed\n"
	for i, c := range s.Cells {
		computed += fmt.Sprintf("%s\tm%d\tv1\t%s\t%d.250\t%v\n", s.names[i], i, by(i).ISA, i, i == 1)
		for _, run := range all(c) {
			for k, epochs := range c.Epochs {
				row := []string{s.names[i], "fake", "good", fmt.Sprint(c.LR), "10", fmt.Sprint(epochs), fmt.Sprint(run.Seed)}
				if measured := []string{"", "101", "", "", run.Weights, "the loss is NaN"}; c.LR == 9 && epochs == 3 {
					row = append(row, measured...)
				} else {
					n := 0
					for _, right := range run.Right[k].Unpack(101) {
						if right {
							n++
						}
					}
					row = append(row, fmt.Sprint(n), "101", fmt.Sprint(float64(n)/101), fmt.Sprint(1/float64(epochs+1)), run.Weights,
						run.Diverged)
				}
				table += strings.Join(row, "\t") + "\n"
			}
		}
	}
	text, lines, _ := strings.Cut(got, "{")
	if text != table {
		t.Errorf("%s\nwant\n%s", text, table)
	}
	who, err := os.ReadFile(m.Files()[2])
	if err != nil || string(who) != computed {
		t.Errorf("%v\n%s\nwant\n%s", err, who, computed)
	}
	decoder := json.NewDecoder(strings.NewReader("{" + lines))
	var first struct {
		Schema   string
		Complete bool
		Train    string
		Test     string
	}
	if err := decoder.Decode(&first); err != nil || first.Schema != "hw4/sweep/1" || !first.Complete ||
		(Sums{first.Train, first.Test}) != s.Sums {
		t.Errorf("%+v, %v", first, err)
	}
	for i, c := range s.Cells {
		var line struct {
			Name string
			Cell Cell
			Runs []Run
		}
		if err := decoder.Decode(&line); err != nil || line.Name != s.names[i] || line.Cell.String() != c.String() ||
			!bytes.Equal(encode(line.Runs), encode(all(c))) {
			t.Errorf("%+v, %v", line, err)
		}
	}
	if err := os.Remove(s.resultPath(s.names[2])); err != nil {
		t.Fatal(err)
	}
	if got, less := s.merged(t); !strings.HasPrefix(got, "# incomplete: 3 of 4 cells\n") || len(less.Missing) != 1 ||
		less.Missing[0] != s.Cells[2].String() {
		t.Errorf("without a cell: %.40q, missing %q", got, less.Missing)
	}
	const warning = "the cells were computed by different instruction sets: avx2 (2 cells) and neon (2 cells)"
	if len(m.Warnings) != 1 || m.Warnings[0] != warning {
		t.Errorf("warnings %q", m.Warnings)
	}
}

// The time that is left is that of the epochs of each model that are left, by what its epochs took,
// shared by who computes; trainings that diverged, or went on from a checkpoint, tell nothing.
func TestTimeLeftOfModels(t *testing.T) {
	_, sums := source(t)
	s := planned(t, sums, 2, Grid{Variants: []string{"good"}, LR: []float64{0.1, 9}, Epochs: []int{4}, Seeds: new(6)})
	for _, seed := range []uint64{0, 1} {
		s.Cells = append(s.Cells, Cell{Model: "slow", Variant: "good", LR: 0.1, Batch: 1, Epochs: []int{1}, Seed: seed, Seeds: 1})
	}
	s = New(s.Dir, sums, s.Cells)
	if err := s.Write(); err != nil {
		t.Fatal(err)
	}
	left := func(want time.Duration) {
		t.Helper()
		for range 8 { // in whatever order the models come
			if st, err := s.Status(); err != nil || st.Left.Round(time.Millisecond) != want {
				t.Errorf("%+v, %v, want %v", st, err, want)
			}
		}
	}
	done := func(i int, by By) { s.write(t, i, &result{Cell: s.Cells[i], Runs: all(s.Cells[i]), By: by}) }
	left(0)
	done(6, By{Seconds: 8}) // two epochs of the slow model
	done(1, By{Seconds: 1000})
	done(0, By{Seconds: 1000, Resumed: true})
	left(0)
	done(2, By{Seconds: 5}) // ten epochs
	left((3*5 + 8) * time.Second)
	done(4, By{Seconds: 7})
	left((2*6 + 8) * time.Second)
	for _, i := range []int{3, 5} {
		release, ok, err := checkpoint.Exclusive(s.path(running, s.names[i]))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		defer release()
	}
	left((6 + 4) * time.Second)
}

// Conditions are eight in a byte, from the lowest bit on.
func TestBits(t *testing.T) {
	for n := range 20 {
		conditions, count, value := make([]bool, n), 0, 0
		for i := range conditions {
			if conditions[i] = i%3 == 0; conditions[i] {
				count++
				value += 1 << i
			}
		}
		b, number := Pack(conditions), 0
		for i, v := range b {
			number += int(v) << (8 * i)
		}
		if len(b) != (n+7)/8 || number != value || b.Count() != count || fmt.Sprint(b.Unpack(n)) != fmt.Sprint(conditions) {
			t.Errorf("%v is %v", conditions, b)
		}
	}
}

// Numbers that are not finite are null, and read as NaN; what JSON has not is no value of ours.
func TestNumbers(t *testing.T) {
	text := encode([]Number{1.5, Number(math.NaN()), Number(math.Inf(-1)), 0})
	if string(text) != "[1.5,null,null,0]\n" {
		t.Errorf("%s", text)
	}
	var back []Number
	if err := json.Unmarshal(text, &back); err != nil || len(back) != 4 || back[0] != 1.5 || back[3] != 0 ||
		!math.IsNaN(float64(back[1])) || !math.IsNaN(float64(back[2])) {
		t.Errorf("%v, %v", back, err)
	}
	if text := encode("a<b&c>d"); string(text) != "\"a<b&c>d\"\n" {
		t.Errorf("%s", text)
	}
	epochs := []training.Epoch{{TrainLoss: 1, TrainAcc: 2, TestLoss: 3, TestAcc: 4}, {Epoch: 1, TestLoss: 5}}
	if run := (Run{Curve: Curve(epochs)}); !slices.Equal(run.Epochs(), epochs) {
		t.Errorf("%v, want %v", run.Epochs(), epochs)
	}
	if err := json.Unmarshal([]byte(`["1"]`), &back); err == nil {
		t.Error("a text is a number")
	}
	defer func() {
		if recover() == nil {
			t.Error("NaN was written")
		}
	}()
	encode(math.NaN())
}
