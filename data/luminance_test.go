package data_test

import (
	"errors"
	"math"
	"testing"

	"hw4/data"
	"hw4/tensor"
)

func TestLuminance(t *testing.T) {
	y := data.Luminance(tensor.FromSlice([]float64{1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1}, 3, 1, 4))
	for i, want := range []float64{0.299, 0.587, 0.114, 1} {
		if got := y.Data()[i]; math.Abs(got-want) > 1e-15 {
			t.Errorf("pixel %d: %g, want %g", i, got, want)
		}
	}
	grey := tensor.Full(0.25, 1, 2, 2)
	if data.Luminance(grey) != grey {
		t.Error("a grey picture is another one")
	}
	defer func() {
		err, _ := recover().(error)
		var shape *tensor.ShapeError
		if !errors.As(err, &shape) {
			t.Errorf("panicked with %v", err)
		}
	}()
	data.Luminance(tensor.Zeros[float64](2, 2, 2))
}
