package backprop

import (
	"image"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"hw4/internal/draw"
)

// The panels have a pixel an entry: D_1, A_1 and their product, then a column, a row and
// theirs, each on a scale of its own.
func TestPicture(t *testing.T) {
	a, j := solved(t, "tanh", 5, 4, 3, 1)
	p := picture(a.Net, a.X)
	for n, m := range []mat.Matrix{
		j.DyDb[0], mat.NewDense(4, 5, a.Net.A[0].Data()), j.DyDy[0],
		product(j.DyDb[0], j.DyLDy[0].T()), mat.NewDense(1, 5, a.X), j.DyLDA[0],
	} {
		rows, cols := m.Dims()
		panel := p.Panels[n].Image
		if got := panel.Bounds().Size(); got != image.Pt(cols, rows) {
			t.Fatalf("panel %d is %v, want %d x %d", n+1, got, cols, rows)
		}
		most := largest(mat.DenseCopyOf(m))
		for i := range rows {
			for k := range cols {
				v := m.At(i, k)
				if got, want := panel.At(k, i), draw.Diverging((v+most)/(2*most)); got != want {
					t.Errorf("panel %d: entry (%d,%d), %v, is %v, want %v", n+1, i+1, k+1, v, got, want)
				}
			}
		}
	}
	for _, say := range []string{"D_1 times A_1 is dy_1/dy_0", "(dy_3/dy_1)' times the row y_0' is dy_3/dA_1"} {
		if !strings.Contains(p.Alt, say) {
			t.Errorf("%q is not in %q", say, p.Alt)
		}
	}
}

// The picture is neither tiny nor larger than a page, whatever the sizes.
func TestPictureSizes(t *testing.T) {
	for _, sizes := range [][]int{{1, 1}, {5, 4, 3, 1}, {64, 1}, {200, 30, 1}, {1, 300, 1}} {
		a, _ := solved(t, "tanh", sizes...)
		if s := picture(a.Net, a.X).Image.Bounds().Size(); s.X < 100 || s.Y < 60 || s.X > 1200 || s.Y > 1200 {
			t.Errorf("%v: %v pixels", sizes, s)
		}
	}
}
