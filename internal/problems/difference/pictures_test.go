package difference

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/photo"
	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/tensor"
)

func TestPictures(t *testing.T) {
	r, err := Options{Height: 3, Width: 3}.Solve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if say, _ := r.Items[0].(report.Text); !strings.HasPrefix(string(say), "w1 takes -1 times the pixel itself") {
		t.Errorf("said %q", say)
	}
	titles, faults := reporttest.Pictures(r.Items)
	if !slices.Equal(titles, []string{"Edges"}) || faults != nil {
		t.Errorf("pictures %q: %q", titles, faults)
	}
	var captions []string
	for _, p := range r.Items[len(r.Items)-1].(report.Picture).Panels {
		captions = append(captions, p.Caption...)
	}
	want := []string{"X", "Y[1]: the pixel below minus this one", "Y[2]: the pixel to the right minus this one",
		"the length of (Y[1], Y[2])"}
	if !slices.Equal(captions, want) {
		t.Errorf("panels %q, want %q", captions, want)
	}
}

// Both channels are shown over the same range: red where it becomes brighter.
func TestPanels(t *testing.T) {
	x := tensor.FromSlice([]float64{
		0, 0.5, 0.5,
		0, 0.5, 0.5,
		0, 0, 0}, 1, 3, 3)
	y, err := edges(x)
	if err != nil {
		t.Fatal(err)
	}
	tiles := panels(x, y)
	at := func(tile, i, j int) (r, b uint32) {
		r, _, b, _ = tiles[tile].Image.At(j, i).RGBA()
		return r, b
	}
	if r, b := at(2, 0, 0); r <= b {
		t.Errorf("brighter to the right: red %d, blue %d", r, b)
	}
	if r, b := at(1, 1, 1); r >= b {
		t.Errorf("darker below: red %d, blue %d", r, b)
	}
	if r, b := at(1, 0, 0); r != b {
		t.Errorf("the same below: red %d, blue %d", r, b)
	}
	if again := panels(tensor.Scale(x, 10), y); again[2].Image.At(0, 0) != tiles[2].Image.At(0, 0) {
		t.Error("differences beyond a quarter are not all alike")
	}
}

// One pixel in a hundred is white. The frame does not count for the scale, and a
// picture of one colour has no edges.
func TestEdges(t *testing.T) {
	const side = 21
	x := tensor.Full(0.5, 1, side, side)
	x.Set(0.75, 0, 3, 3) // three edges inside: here, above and to the left
	y, err := edges(x)
	if err != nil {
		t.Fatal(err)
	}
	if y.At(0, side-1, 4) != 0.5 {
		t.Errorf("without strong edges the frame is %g", y.At(0, side-1, 4))
	}
	for i := range side {
		for j := range side {
			x.Set(float64((i+j)%2)/4, 0, i, j)
		}
	}
	if y, _ = edges(x); y.At(0, 4, 4) != 1 {
		t.Errorf("the usual length is shown as %g", y.At(0, 4, 4))
	}
	if y, _ = edges(tensor.Zeros[float64](3, 1, 1)); y.Item() != 0 {
		t.Errorf("one black pixel: %v", y)
	}
}

// The brightness of a picture in colours is what counts.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.png"), filepath.Join(dir, "out.png")
	x := tensor.Zeros[float64](3, 4, 5)
	for i := range 4 {
		x.Set(1, 1, i, 2) // a green line down
	}
	if err := data.WriteImage(in, x); err != nil {
		t.Fatal(err)
	}
	if _, err := (Options{Height: 3, Width: 3, Picture: photo.Files{In: in, Out: out}}).Solve(t.Context()); err != nil {
		t.Fatal(err)
	}
	y, err := data.ReadImage[float64](out)
	if err != nil || !slices.Equal(y.Shape(), []int{1, 4, 5}) || y.At(0, 0, 0) != 0 || y.At(0, 0, 1) != 1 ||
		y.At(0, 0, 2) != 1 {
		t.Errorf("%v, %v", y, err)
	}
}
