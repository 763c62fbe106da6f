package data

import (
	"math/rand/v2"
	"slices"
	"testing"

	"hw4/tensor"
)

func TestBatches(t *testing.T) {
	collect := func(n, size int, rng *rand.Rand) (all []int, sizes []int) {
		for b := range Batches(n, size, rng) {
			all, sizes = append(all, b...), append(sizes, len(b))
		}
		return all, sizes
	}
	rng := func() *rand.Rand { return rand.New(rand.NewPCG(3, 4)) }
	all, sizes := collect(11791, 64, rng())
	if len(sizes) != 185 || sizes[184] != 15 || slices.Max(sizes) != 64 {
		t.Errorf("%d batches, the last of %d", len(sizes), sizes[len(sizes)-1])
	}
	again, _ := collect(11791, 64, rng())
	if !slices.Equal(all, again) {
		t.Error("the same seed gave another order")
	}
	if slices.IsSorted(all) {
		t.Error("not shuffled")
	}
	slices.Sort(all)
	for i, v := range all {
		if i != v {
			t.Fatalf("%d is missing", i)
		}
	}
	if all, sizes := collect(5, 2, nil); !slices.Equal(all, []int{0, 1, 2, 3, 4}) ||
		!slices.Equal(sizes, []int{2, 2, 1}) {
		t.Errorf("in order: %v in batches of %v", all, sizes)
	}
	if all, _ := collect(0, 2, nil); all != nil {
		t.Errorf("batches of nothing: %v", all)
	}
	for range Batches(10, 3, nil) {
		break // a walk may end early
	}
}

// Every walk draws a new order from the generator.
func TestBatchesAreDrawnAnew(t *testing.T) {
	seq := Batches(1000, 1000, rand.New(rand.NewPCG(3, 4)))
	var walks [][]int
	for range 2 {
		for b := range seq {
			walks = append(walks, slices.Clone(b))
		}
	}
	if slices.Equal(walks[0], walks[1]) {
		t.Error("two epochs in the same order")
	}
}

func TestBatchesPanics(t *testing.T) {
	for _, c := range [][2]int{{-1, 2}, {5, 0}, {5, -3}} {
		func() {
			defer func() {
				if _, ok := recover().(*tensor.ShapeError); !ok {
					t.Errorf("%d numbers in batches of %d: no *tensor.ShapeError", c[0], c[1])
				}
			}()
			Batches(c[0], c[1], nil)
		}()
	}
}
