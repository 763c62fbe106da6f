package photo

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/draw"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/tensor"
)

// brighter is a mapping that adds to every element.
func brighter(multiple int) Mapping {
	return Mapping{
		Title: "Brighter", Alt: "A picture, and the same but brighter.", Multiple: multiple,
		Apply: func(x *tensor.Tensor[float64]) (*tensor.Tensor[float64], error) {
			return tensor.AddScalar(x, 0.25), nil
		},
		Panels: func(x, y *tensor.Tensor[float64]) []draw.Tile {
			return []draw.Tile{Panel(x, "X"), Panel(y, "Y")}
		},
	}
}

// Without a file it is the photograph, cut to what the mapping wants.
func TestPhotograph(t *testing.T) {
	for multiple, want := range map[int][2]int{0: {240, 360}, 7: {238, 357}, 1000: {1, 1}} {
		x, err := brighter(multiple).open("")
		if err != nil || x.Dim(0) != 3 {
			t.Fatal(err)
		}
		if multiple == 1000 {
			want = [2]int{1000, 1000}
		}
		if x.Dim(1) != want[0] || x.Dim(2) != want[1] {
			t.Errorf("multiples of %d: %v", multiple, x.Shape())
		}
	}
	var b report.Body
	if err := brighter(0).Show(&b, Files{}); err != nil || len(b.Answer) != 0 || len(b.Items) != 1 {
		t.Fatalf("%v, %+v", err, b)
	}
	p := b.Items[0].(report.Picture)
	if len(p.Panels) != 2 || p.Panels[1].Caption[0] != "Y" || p.Panels[0].Image.Bounds().Dx() != 360 {
		t.Errorf("picture %+v", p.Panels)
	}
}

// A picture goes in, its result comes out, and the answer says where it is.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.png"), filepath.Join(dir, "out.png")
	if err := data.WriteImage(in, tensor.Full(0.5, 1, 800, 400)); err != nil {
		t.Fatal(err)
	}
	var b report.Body
	if err := brighter(0).Show(&b, Files{In: in, Out: out}); err != nil {
		t.Fatal(err)
	}
	if say := string(b.Answer[0].(report.Text)); !strings.Contains(say, "a grey picture of 400 x 800 pixels") || !strings.Contains(say, out) {
		t.Error(say)
	}
	y, err := data.ReadImage[float64](out)
	if err != nil || y.Dim(1) != 800 || y.Data()[0] < 0.74 || y.Data()[0] > 0.76 {
		t.Errorf("%v, %v", y, err)
	}
	if size := b.Items[0].(report.Picture).Panels[0].Image.Bounds().Size(); size.X != 180 || size.Y != 360 {
		t.Errorf("shown as %v", size)
	}
	var input *problem.InputError
	if err := brighter(0).Show(&b, Files{In: filepath.Join(dir, "none.png")}); !errors.As(err, &input) {
		t.Errorf("error %v", err)
	}
}
