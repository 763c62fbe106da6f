package sweep

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"hw4/internal/problem"
)

func cellsOf(g Grid) ([]string, error) {
	if g.Model == "" {
		g.Model = "fake"
	}
	cells, err := g.Cells([]Model{fake(2)})
	var list []string
	for _, c := range cells {
		list = append(list, fmt.Sprintf("%s %g %d %v %d+%d", c.Variant, c.LR, c.Batch, c.Epochs, c.Seed, c.Seeds))
	}
	return list, err
}

func TestGrids(t *testing.T) {
	good := []string{"good"}
	for want, g := range map[string]Grid{
		"good 0.1 10 [3] 0+1, bad 0.1 10 [3] 0+1, waning 0.1 10 [3] 0+1": {},
		"good 0.1 10 [3] 7+2, good 0.1 10 [3] 9+1": {
			Variants: good, Seed: 7, Seeds: new(3),
		},
		"good 0.1 10 [1 2] 0+1, waning 0.1 10 [1] 0+1, waning 0.1 10 [2] 0+1": {
			Variants: []string{"good", "waning"}, Epochs: []int{1, 2},
		},
		"good 1 5 [3] 0+1, good 1 6 [3] 0+1, good 2 5 [3] 0+1, good 2 6 [3] 0+1": {
			Variants: good, LR: []float64{1, 2}, Batch: []int{5, 6},
		},
		"good 1 5 [3] 0+1, good 2 6 [3] 0+1": {
			Variants: good, LR: []float64{1, 2}, Batch: []int{5, 6}, Paired: true,
		},
		"good 1 10 [4] 0+1, good 2 10 [8] 0+1": {
			Variants: good, LR: []float64{1, 2}, Epochs: []int{4, 8}, Paired: true,
		},
		"good 0.1 10 [3] 0+1": {Variants: good, Paired: true},
		"good 1 5 [4] 0+1, good 2 5 [8] 0+1": {
			Variants: good, LR: []float64{1, 2}, Batch: []int{5}, Epochs: []int{4, 8}, Paired: true,
		},
		"good 1 10 [3] 0+2, bad 1 10 [3] 0+2, good 1 10 [3] 2+1, bad 1 10 [3] 2+1": {
			Variants: []string{"good", "bad"}, LR: []float64{1}, Seeds: new(3),
		},
	} {
		got, err := cellsOf(g)
		if s := strings.Join(got, ", "); err != nil || s != want {
			t.Errorf("%+v: %s, %v, want %s", g, s, err, want)
		}
	}
}

func TestGridsThatMakeNoSense(t *testing.T) {
	for say, g := range map[string]Grid{
		`no model "fame"; there are fake (did you mean fake?)`: {Model: "fame"},
		`no variant "god"`:              {Variants: []string{"god"}},
		"lr -1: want a positive number": {LR: []float64{-1}},
		"batch 0: want 1 to 60000":      {Batch: []int{0}},
		"epochs [3 2]: want":            {Epochs: []int{3, 2}},
		"epochs [0]: want":              {Epochs: []int{0}},
		"epochs [100001]: want":         {Epochs: []int{100_001}},
		"epochs is an empty list":       {Epochs: []int{}},
		"epochs are 1025 numbers: want at most 1024": {Seeds: new(2), Epochs: slices.Collect(func(yield func(int) bool) {
			for n := 1; n <= 1025 && yield(n); n++ {
			}
		})},
		"seeds -1: want":                       {Seeds: new(-1)},
		"seeds 100001: want":                   {Seeds: new(100_001)},
		"seeds 0: want 1 to 100000":            {Seeds: new(0)},
		"seeds 1: want 1 to 100000, and":       {LR: make([]float64, 1001), Batch: make([]int, 1001)},
		"variants is an empty list":            {Variants: []string{}},
		"seeds 2 from 18446744073709551614 on": {Seed: 1<<64 - 2, Seeds: new(2)},
		"paired lists have 3 and 2 values":     {LR: []float64{1, 2}, Batch: []int{1, 2, 3}, Paired: true},
	} {
		var setting *problem.SettingError
		if _, err := cellsOf(g); !errors.As(err, &setting) || !strings.Contains(err.Error(), say) {
			if say == "paired lists have 3 and 2 values" && err != nil && strings.Contains(err.Error(), "2 and 3 values") {
				continue
			}
			t.Errorf("%+v: %v, want %q", g, err, say)
		}
	}
}

// As many trainings as a grid may have are allowed, with each number of epochs counted, and one more
// is not. Settings in pairs are no products.
func TestLargestGrids(t *testing.T) {
	list := func(n int) (lr []float64, epochs []int) {
		for i := range n {
			lr, epochs = append(lr, float64(i+1)), append(epochs, i+1)
		}
		return lr, epochs
	}
	const share = 100 // of the seeds in a cell
	m := fake(share)
	for _, test := range []struct {
		paired         bool
		lr, epochs     int
		seeds, allowed int
	}{
		{false, 10, 1, 100_000, 10}, {false, 11, 1, 100_000, 0}, {false, 1, 10, 100_000, 1}, {false, 1, 11, 100_000, 0},
		{false, 5, 2, 100_000, 5}, {false, 5, 3, 100_000, 0}, {true, 10, 10, 100_000, 10}, {true, 11, 11, 100_000, 0},
		{true, 1, 10, 100_000, 10}, {true, 10, 1, 100_000, 10},
	} {
		g := Grid{Model: "fake", Variants: []string{"good"}, Paired: test.paired, Seeds: &test.seeds}
		g.LR, _ = list(test.lr)
		_, g.Epochs = list(test.epochs)
		if cells, err := g.Cells([]Model{m}); len(cells) != test.allowed*test.seeds/share ||
			(err == nil) != (test.allowed > 0) {
			t.Errorf("%+v: %d cells, %v", test, len(cells), err)
		}
	}
}
