package main

import (
	"errors"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	// LeNet-5 of 1000 images in three rounds, of which the second is slow for all.
	lenet := func(model string, flop float64) *row {
		c := &trainingCase{Name: model, Model: model, Images: 500, Epochs: 2, Batch: 64, FLOP: flop, Wanted: 4.8}
		r := &row{trainingCase: c, peak: 4e6}
		r.seconds[ours], r.seconds[oursAVX2] = []float64{1, 2, 1}, []float64{1.25, 2.5, 1.25}
		r.seconds[eager], r.seconds[compiled] = []float64{8, 10, 8}, []float64{5, 16, 5}
		return r
	}
	modern, original, masked := lenet("modern", 3000), lenet("original", 2000), lenet("masked", 2000)
	original.seconds[ours] = []float64{0.5, 1, 0.8}
	original.peak = 6e6
	masked.failed[compiled] = errors.New("other losses")
	got := table([]*row{modern, original, masked})
	for _, want := range []string{
		"| modern | 64 | 1000 | 125 | 200 | - | 5.00 (5.00 to 5.00) | 4.8 |",
		"| original | 64 | 1250 | 125 | 200 | - | 10.00 (6.25 to 10.00) | 4.8 |",
		"| masked | 64 | 1000 | 125 | failed | - | failed | 4.8 |",
		"| hw4, original over modern | 64 | 1250 |  |  |  | 2.00 (1.25 to 2.00) | 1.12 |",
		"| hw4 with AVX2 over AVX-512, modern | 64 | 800 |  |  |  | 0.80 (0.80 to 0.80) | 0.80 |",
		"| hw4, share of the peak, modern | 64 | 1000 |  |  |  | 50 % | 72 % |",
		"| hw4, share of the peak, original | 64 | 1250 |  |  |  | 42 % | 72 % |",
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("no row %q in\n%s", want, got)
		}
	}
	if err := failures([]*row{modern, masked}); err == nil || err.Error() != "other losses" {
		t.Errorf("failures: %v", err)
	}
}

func TestAgree(t *testing.T) {
	curve := []float64{2.3, 1.5, 0.2}
	for _, c := range []struct {
		theirs []float64
		want   bool
	}{
		{[]float64{2.301, 1.499, 0.2}, true},
		{[]float64{2.3, 1.503, 0.2}, false},
		{[]float64{2.3, 1.5}, false},
	} {
		if err := agree(curve, c.theirs); (err == nil) != c.want {
			t.Errorf("%v beside %v: %v", c.theirs, curve, err)
		}
	}
}
