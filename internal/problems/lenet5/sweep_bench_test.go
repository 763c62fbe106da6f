package lenet5

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hw4/data"
	"hw4/internal/progress"
	"hw4/internal/sweep"
	"hw4/lenet"
)

// BenchmarkSweep compares cells of LeNet-5 in a sweep, with all its files, to the same
// trainings alone. Both read the data.
func BenchmarkSweep(b *testing.B) {
	const cells, epochs = 3, 3
	b.Run("alone", func(b *testing.B) {
		for b.Loop() {
			mnist, err := load(data.Source{})
			if err != nil {
				b.Fatal(err)
			}
			for seed := range uint64(cells) {
				o := Defaults(lenet.Original)
				o.Epochs, o.Seed = epochs, seed
				f := o.Fit(mnist)
				if _, err := f.Run(context.Background(), progress.Progress{}); err != nil {
					b.Fatal(err)
				}
				f.Right(f.Test)
			}
		}
	})
	b.Run("sweep", func(b *testing.B) {
		mnist, err := load(data.Source{})
		if err != nil {
			b.Fatal(err)
		}
		models := []sweep.Model{Sweep()}
		list, err := sweep.Grid{
			Model:    "lenet",
			Variants: []string{"original"},
			Epochs:   []int{epochs},
			Seeds:    new(cells),
		}.Cells(
			models,
		)
		if err != nil {
			b.Fatal(err)
		}
		dir, err := os.MkdirTemp(b.TempDir(), "")
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			s := sweep.New(filepath.Join(dir, time.Now().Format("150405.000000")), sweep.SumsOf(mnist), list)
			if err := s.Write(); err != nil {
				b.Fatal(err)
			}
			if _, err := s.Run(context.Background(), models, sweep.Options{Pause: 10 * time.Second}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
