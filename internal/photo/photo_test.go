package photo

import (
	"errors"
	"image"
	"io/fs"
	"path/filepath"
	"slices"
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

// A picture that is large enough is cut to what the mapping wants, which is said.
func TestCut(t *testing.T) {
	x := tensor.Zeros[float64](3, 24, 36)
	for i := range x.Data() {
		x.Data()[i] = float64(i)
	}
	for _, c := range []struct {
		multiple, h, w int
		left           string
	}{
		{0, 24, 36, ""}, {1, 24, 36, ""}, {12, 24, 36, ""},
		{7, 21, 35, ", without 3 rows at the bottom and 1 column on the right, so that 7 divides its sides"},
		{23, 23, 23, ", without 1 row at the bottom and 13 columns on the right, so that 23 divides its sides"},
		{8, 24, 32, ", without 4 columns on the right, so that 8 divides its sides"},
		{18, 18, 36, ", without 6 rows at the bottom, so that 18 divides its sides"},
		{24, 24, 24, ", without 12 columns on the right, so that 24 divides its sides"},
		{25, 24, 36, ""}, {1000, 24, 36, ""}, // the mapping refuses it
	} {
		y, left := brighter(c.multiple).cut(x)
		if !slices.Equal(y.Shape(), []int{3, c.h, c.w}) || left != c.left {
			t.Errorf("multiples of %d: %v%s, want %dx%d%s", c.multiple, y.Shape(), left, c.h, c.w, c.left)
		} else if last := y.At(2, c.h-1, c.w-1); last != x.At(2, c.h-1, c.w-1) || y.At(1, 1, 1) != x.At(1, 1, 1) {
			t.Errorf("multiples of %d: the last pixel is %v", c.multiple, last)
		}
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.png"), filepath.Join(dir, "out.png")
	if err := data.WriteImage(in, tensor.Full(0.5, 3, 10, 7)); err != nil {
		t.Fatal(err)
	}
	var b report.Body
	m := brighter(3)
	m.Brightness = true
	if err := m.Show(&b, Files{In: in, Out: out}); err != nil {
		t.Fatal(err)
	}
	const of = "Applied to the brightness (0.299 R + 0.587 G + 0.114 B) of "
	want := of + in + ", a colour picture of 7 x 10 pixels, without 1 row at the bottom and 1 column on the right, so " +
		"that 3 divides its sides; the result, a colour picture of 6 x 9 pixels, is in " + out + "."
	if say := string(b.Answer[0].(report.Text)); say != want {
		t.Errorf("said %q, want %q", say, want)
	}
	if err := m.Show(&b, Files{In: in}); err != nil ||
		!strings.HasSuffix(string(b.Answer[1].(report.Text)), "its sides.") {
		t.Errorf("%v, %v", b.Answer, err)
	}
	if err := data.WriteImage(in, tensor.Full(0.5, 1, 9, 9)); err != nil {
		t.Fatal(err)
	}
	if err := m.Show(&b, Files{In: in}); err != nil ||
		string(b.Answer[2].(report.Text)) != "Applied to "+in+", a grey picture of 9 x 9 pixels." {
		t.Errorf("%v, %v", b.Answer, err)
	}
}

// Without a file it is the photograph.
func TestPhotograph(t *testing.T) {
	x, err := open("")
	if err != nil || !slices.Equal(x.Shape(), []int{3, 240, 360}) {
		t.Fatal(x, err)
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
	want := "Applied to " + in + ", a grey picture of 400 x 800 pixels; the result, a grey picture of 400 x 800 " +
		"pixels, is " +
		"in " + out + "."
	if say := string(b.Answer[0].(report.Text)); say != want {
		t.Errorf("said %q, want %q", say, want)
	}
	y, err := data.ReadImage[float64](out)
	if err != nil || y.Dim(1) != 800 || y.Data()[0] < 0.74 || y.Data()[0] > 0.76 {
		t.Errorf("%v, %v", y, err)
	}
	panels := b.Items[0].(report.Picture).Panels
	if size := panels[0].Image.Bounds().Size(); size.X != 180 || size.Y != 360 {
		t.Errorf("shown as %v", size)
	}
	before, _, _, _ := panels[0].Image.At(90, 180).RGBA()
	if after, _, _, _ := panels[1].Image.At(90, 180).RGBA(); after <= before {
		t.Errorf("the result has the shade %d, the picture %d", after, before)
	}
	var input *problem.InputError
	if err := brighter(0).Show(&b, Files{In: filepath.Join(dir, "none.png")}); !errors.As(err, &input) {
		t.Errorf("error %v", err)
	}
}

// What cannot be done is an error, and nothing is reported.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	refused := errors.New("refused")
	refusing := brighter(0)
	refusing.Apply = func(*tensor.Tensor[float64]) (*tensor.Tensor[float64], error) { return nil, refused }
	for name, c := range map[string]struct {
		m     Mapping
		files Files
		is    error
	}{
		"refused by the mapping": {refusing, Files{}, refused},
		"no such folder":         {brighter(0), Files{Out: filepath.Join(dir, "none", "out.png")}, fs.ErrNotExist},
		"no such picture":        {brighter(0), Files{In: filepath.Join(dir, "none.png")}, fs.ErrNotExist},
	} {
		var b report.Body
		if err := c.m.Show(&b, c.files); !errors.Is(err, c.is) || len(b.Answer)+len(b.Items) > 0 {
			t.Errorf("%s: error %v, report %+v", name, err, b)
		}
	}
}

// A picture is shown as it is, or shrunk to the width or height that a report has.
func TestShrink(t *testing.T) {
	for _, c := range []struct{ from, to image.Point }{
		{image.Pt(360, 360), image.Pt(360, 360)}, {image.Pt(1, 5), image.Pt(1, 5)}, {image.Pt(720, 100), image.Pt(360, 50)},
		{image.Pt(100, 720), image.Pt(50, 360)}, {image.Pt(720, 1440), image.Pt(180, 360)},
		{image.Pt(361, 10), image.Pt(360, 9)},
		{image.Pt(720, 1), image.Pt(360, 1)}, {image.Pt(1, 720), image.Pt(1, 360)},
	} {
		m := image.NewGray(image.Rectangle{Max: c.from})
		for i := range m.Pix {
			m.Pix[i] = 200
		}
		small := shrink(m)
		if size := small.Bounds().Size(); size != c.to {
			t.Errorf("%v is shown as %v, want %v", c.from, size, c.to)
		}
		if r, _, _, a := small.At(c.to.X/2, c.to.Y/2).RGBA(); r>>8 < 198 || r>>8 > 202 || a != 0xffff {
			t.Errorf("%v: shade %d, alpha %x", c.from, r>>8, a)
		}
	}
}

func TestDimensions(t *testing.T) {
	for _, c := range []struct {
		channels int
		want     string
	}{{1, "grey picture of 7 x 5 pixels"}, {3, "colour picture of 7 x 5 pixels"}} {
		if got := dimensions(tensor.Zeros[float64](c.channels, 5, 7)); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// Without a picture of one's own, the answer says of which the result is.
func TestResultOfThePhotograph(t *testing.T) {
	var b report.Body
	out := filepath.Join(t.TempDir(), "out.png")
	if err := brighter(0).Show(&b, Files{Out: out}); err != nil {
		t.Fatal(err)
	}
	say := string(b.Answer[0].(report.Text))
	if !strings.HasPrefix(say, "Applied to the photograph that is built in, a colour") {
		t.Error(say)
	}
}
