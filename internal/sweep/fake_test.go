package sweep

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"hw4/data"
	"hw4/internal/datatest"
	"hw4/internal/progress"
	"hw4/internal/training"
)

// fake is a model whose trainings are drawn from their settings: "good" classifies more
// images correctly than "bad", and a learning rate of 9 diverges in epoch 2.
func fake(seeds int) Model {
	return Model{
		Name: "fake", Variants: []string{"good", "bad", "waning"}, Seeds: seeds, Cores: 1,
		Preset:    func(string) Cell { return Cell{LR: 0.1, Batch: 10, Epochs: []int{3}} },
		Scheduled: func(v string) bool { return v == "waning" },
		Open: func(*data.MNIST) (Trainer, error) {
			return func(ctx context.Context, c Cell, _ training.Checkpoint, p progress.Progress) (runs []Run, err error) {
				for i := range c.Seeds {
					runs = append(runs, drawn(c.One(i)))
				}
				return runs, ctx.Err()
			}, nil
		},
	}
}

const fakeImages = 101

func drawn(c Cell) Run {
	rng := rand.New(rand.NewPCG(c.Seed, uint64(1000*c.LR)))
	r := Run{
		Seed:    c.Seed,
		Images:  fakeImages,
		Curve:   []Epoch{},
		Right:   []Bits{},
		Weights: fmt.Sprint(c),
		Order:   fmt.Sprint(c.Seed),
	}
	share := map[string]float64{"good": 0.9, "bad": 0.6, "waning": 0.6}[c.Variant]
	for epoch := range c.last() + 1 {
		if c.LR == 9 && epoch == 2 {
			r.Diverged = "the loss is NaN"
			break
		}
		right, n := make([]bool, fakeImages), 0
		for i := range right {
			if right[i] = rng.Float64() < share; right[i] {
				n++
			}
		}
		r.Curve = append(
			r.Curve,
			Epoch{Number(math.NaN()), Number(math.NaN()), Number(1 / float64(epoch+1)), Number(float64(n) / fakeImages)},
		)
		for _, stop := range c.Epochs {
			if stop == epoch {
				r.Right = append(r.Right, Pack(right))
			}
		}
	}
	return r
}

// source is a small data set, and sums are those of it.
func source(t *testing.T) (data.Source, Sums) {
	t.Helper()
	set := datatest.Set(10, []byte{4, 9}, func(i, p int) byte { return byte(i * p) })
	from := datatest.Source(t, set, set)
	mnist, err := data.Load(from)
	if err != nil {
		t.Fatal(err)
	}
	return from, SumsOf(mnist)
}

// planned writes the plan of grids into a fresh folder.
func planned(t *testing.T, sums Sums, seeds int, grids ...Grid) *Sweep {
	t.Helper()
	var cells []Cell
	for _, g := range grids {
		g.Model = "fake"
		some, err := g.Cells([]Model{fake(seeds)})
		if err != nil {
			t.Fatal(err)
		}
		cells = append(cells, some...)
	}
	s := New(filepath.Join(t.TempDir(), "sweep"), sums, cells)
	if err := s.Write(); err != nil {
		t.Fatal(err)
	}
	return s
}

// run computes a part of a sweep.
func (s *Sweep) run(t *testing.T, o Options) Tally {
	t.Helper()
	tally, err := s.Run(context.Background(), []Model{fake(2)}, o)
	if err != nil {
		t.Fatal(err)
	}
	return tally
}

// merged returns the files of the merge that must be the same however the work was cut,
// and the merge.
func (s *Sweep) merged(t *testing.T) (string, *Merge) {
	t.Helper()
	m, err := s.Merge()
	if err == nil {
		err = m.Write()
	}
	table, errT := os.ReadFile(s.path(tableFile))
	lines, errL := os.ReadFile(s.path(jsonFile))
	if err := errors.Join(err, errT, errL); err != nil {
		t.Fatal(err)
	}
	return string(table) + string(lines), m
}
