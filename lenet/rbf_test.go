package lenet_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"hw4/internal/stricttest"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/gradcheck"
)

func TestRBFIsSquaredDistance(t *testing.T) {
	x, w := tensor.Normal[float64](seed(1), 0, 1, 4, 7), tensor.Normal[float64](seed(2), 0, 1, 3, 7)
	y := lenet.RBF(x, w)
	for n := range 4 {
		for i := range 3 {
			want := 0.0
			for j := range 7 {
				want += math.Pow(x.At(n, j)-w.At(i, j), 2)
			}
			if got := y.At(n, i); math.Abs(got-want) > 1e-13 {
				t.Errorf("penalty %d of sample %d is %v, want %v", i, n, got, want)
			}
		}
	}
}

// By both inputs: the centres of the network are fixed, but the operation does
// not know that.
func TestRBFGradients(t *testing.T) {
	err := gradcheck.Check("rbf", func(in []*tensor64) *tensor64 { return lenet.RBF(in[0], in[1]) },
		tensor.Normal[float64](seed(3), 0, 1, 3, 5), tensor.Normal[float64](seed(4), 0, 1, 4, 5))
	if err != nil {
		t.Error(err)
	}
}

// The centres of the network are fixed, and no gradient by them is computed.
func TestGradientByFixedCentres(t *testing.T) {
	const many, features = 10_000, 50
	for _, fixed := range []int{0, 1} {
		rows := [2]int{1, 1}
		rows[fixed] = many // whose gradient would stand out
		in := []*tensor64{tensor.Ones[float64](rows[0], features), tensor.Zeros[float64](rows[1], features)}
		in[1-fixed].RequireGrad()
		y := lenet.RBF(in[0], in[1])
		dout := tensor.Ones[float64](y.Shape()...)
		used := stricttest.Allocated(func() { tensor.Gradients(y, dout, in[1-fixed]) })
		if one := uint64(8 * many * features); used >= one {
			t.Errorf("input %d is fixed, but %d bytes were allocated, and a gradient by it has %d", fixed, used, one)
		}
	}
}

func TestBitmaps(t *testing.T) {
	lines := strings.Split(lenet.Bitmaps(), "\n")
	if len(lines) != 12 {
		t.Fatalf("%d rows, want 12", len(lines))
	}
	for i, line := range lines {
		for _, row := range strings.Fields(line) {
			if len(row) != 7 || strings.Trim(row, "#.") != "" {
				t.Errorf("row %d: %q", i, row)
			}
		}
		if n := len(strings.Fields(line)); n != 10 {
			t.Errorf("row %d has %d digits", i, n)
		}
	}
	w := lenet.Centres[float64]()
	if !slices.Equal(w.Shape(), []int{10, 84}) {
		t.Fatalf("shape %v", w.Shape())
	}
	for _, v := range w.Data() {
		if v != 1 && v != -1 {
			t.Fatalf("a weight of %v", v)
		}
	}
	// Digits that look alike differ in few pixels, but in enough to tell them apart.
	least, most := math.Inf(1), 0.0
	for i, y := range lenet.RBF(w, w).Data() {
		switch pixels := y / 4; {
		case i%11 == 0 && y != 0:
			t.Errorf("digit %d is %v from itself", i/11, y)
		case i%11 != 0:
			least, most = min(least, pixels), max(most, pixels)
		}
	}
	if least < 8 || most > 42 {
		t.Errorf("two digits differ in %v to %v of 84 pixels", least, most)
	}
}

// The centres are not read sideways or upside down: the bottom bar of the 2, the
// top bar of the 7, the left and the right of the 6 and the 9.
func TestCentresStandUpright(t *testing.T) {
	w := lenet.Centres[float64]()
	for _, c := range []struct{ digit, row, col int }{{2, 9, 0}, {2, 9, 6}, {7, 0, 0}, {7, 0, 6}, {6, 3, 0}, {9, 6, 6},
		{1, 5, 3}} {
		if w.At(c.digit, 7*c.row+c.col) != 1 {
			t.Errorf("digit %d is white in row %d, column %d", c.digit, c.row, c.col)
		}
	}
	for _, c := range []struct{ digit, row, col int }{{2, 0, 0}, {7, 9, 0}, {6, 3, 6}, {9, 6, 0}, {1, 5, 0},
		{0, 5, 3}} {
		if w.At(c.digit, 7*c.row+c.col) != -1 {
			t.Errorf("digit %d is black in row %d, column %d", c.digit, c.row, c.col)
		}
	}
}

func ExampleBitmaps() {
	for _, line := range strings.Split(lenet.Bitmaps(), "\n")[:10] {
		fmt.Println(line[3*8 : 3*8+7]) // the 3
	}
	// Output:
	// #######
	// .....#.
	// ....#..
	// ...#...
	// ..###..
	// .....#.
	// ......#
	// ......#
	// #.....#
	// .#####.
}

func ExampleRBF() {
	centres := lenet.Centres[float64]()
	penalties := lenet.RBF(tensor.IndexSelect(centres, 0, []int{4}), centres)
	fmt.Println(penalties.At(0, 4), penalties.At(0, 9))
	// Output: 0 156
}
