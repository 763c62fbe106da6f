package data

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/draw"

	"hw4/tensor"
	"hw4/tensor/npy"
)

// testDigits returns the first images of MNIST's test set as (28, 28).
func testDigits(t *testing.T, n int) []*tensor.Tensor[float64] {
	t.Helper()
	mnist, err := Load(Source{})
	if err != nil {
		t.Fatal(err)
	}
	digits := make([]*tensor.Tensor[float64], n)
	for i := range digits {
		digits[i] = tensor.Reshape(Images[float64](mnist.Test, []int{i}), 28, 28)
	}
	return digits
}

// difference returns the mean absolute difference of two images, over that of
// the first from an empty one.
func difference(want, got *tensor.Tensor[float64]) float64 {
	sum, all := 0.0, 0.0
	for i, v := range want.Data() {
		sum += math.Abs(v - got.Data()[i])
		all += v
	}
	return sum / all
}

// first returns the digit in the first reading of a picture.
func first(x *tensor.Tensor[float64]) (digit *tensor.Tensor[float64], ok bool) {
	if r := Digit(x); len(r) > 0 {
		return r[0].Image, true
	}
	return nil, false
}

// What MNIST has prepared stays as it is, except for its faintest pixels, without
// which a centre of mass halfway between two pixels may be rounded the other way.
func TestDigitLeavesMNISTAlone(t *testing.T) {
	moved := 0
	for i, x := range testDigits(t, 200) {
		y, ok := first(x)
		if !ok || !slices.Equal(y.Shape(), []int{1, 1, 28, 28}) {
			t.Fatalf("image %d: %v, %v", i, y.Shape(), ok)
		}
		if d := difference(x, y); d > 0.03 {
			t.Logf("image %d changed by %.1f %%", i, 100*d)
			moved++
		}
	}
	if moved > 3 {
		t.Errorf("%d of 200 images moved", moved)
	}
}

// Neither the place nor the size of the digit, nor the colours of ink and paper
// matter.
func TestDigitInOtherPictures(t *testing.T) {
	for i, x := range testDigits(t, 20) {
		for name, c := range map[string]struct {
			h, w, top, left, scale int
			paper, ink             float64
		}{
			"moved":             {60, 50, 30, 2, 1, 0, 1},
			"black on white":    {28, 28, 0, 0, 1, 1, 0},
			"pale on pale":      {40, 40, 5, 5, 1, 0.4, 0.6},
			"large, dark":       {200, 300, 20, 130, 5, 0.9, 0.2},
			"large, in the way": {28 * 7, 28 * 7, 0, 0, 7, 0, 1},
		} {
			page := tensor.Full(c.paper, c.h, c.w)
			for y := range 28 * c.scale {
				for x0 := range 28 * c.scale {
					page.Set(c.paper+(c.ink-c.paper)*x.At(y/c.scale, x0/c.scale), c.top+y, c.left+x0)
				}
			}
			y, ok := first(page)
			if !ok {
				t.Errorf("image %d, %s: blank", i, name)
			} else if d := difference(x, y); d > 0.1 && c.scale == 1 || d > 0.6 {
				t.Errorf("image %d, %s: differs by %.1f %%", i, name, 100*d)
			}
		}
	}
}

// The digit fills the box and its centre of mass is MNIST's.
func TestDigitIsPlaced(t *testing.T) {
	for name, rect := range map[string]image.Rectangle{
		"a bar":         image.Rect(100, 7, 103, 110),
		"a dash":        image.Rect(1, 50, 118, 53),
		"a dot":         image.Rect(60, 60, 61, 61),
		"a square":      image.Rect(10, 20, 60, 70),
		"on one border": image.Rect(80, 0, 120, 20),
	} {
		page := tensor.Zeros[float64](120, 120)
		for y := rect.Min.Y; y < rect.Max.Y; y++ {
			for x := rect.Min.X; x < rect.Max.X; x++ {
				page.Set(1, y, x)
			}
		}
		digit, ok := first(page)
		if !ok {
			t.Errorf("%s: blank", name)
			continue
		}
		var mass, mx, my float64
		var box image.Rectangle
		for y := range 28 {
			for x := range 28 {
				if v := digit.At(0, 0, y, x); v > 0 {
					mass, mx, my = mass+v, mx+v*float64(x), my+v*float64(y)
					box = box.Union(image.Rect(x, y, x+1, y+1))
				}
			}
		}
		if max(box.Dx(), box.Dy()) != 20 || tensor.Max(digit).Item() != 1 {
			t.Errorf("%s: fills %v, at most %v", name, box, tensor.Max(digit).Item())
		}
		if math.Abs(mx/mass-14) > 0.5 || math.Abs(my/mass-14) > 0.5 {
			t.Errorf("%s: centre of mass at row %.2f, column %.2f, want 14", name, my/mass, mx/mass)
		}
	}
}

// A digit whose mass is all at one end still lies in the image.
func TestLopsidedDigit(t *testing.T) {
	page := tensor.Zeros[float64](40, 40)
	for i := range 20 {
		page.Set(0.12, 20, 10+i)
		page.Set(1, 20, 30)
	}
	digit, ok := first(page)
	if !ok || digit.At(0, 0, 14, 0) > 0 && digit.At(0, 0, 14, 27) > 0 {
		t.Errorf("%v", digit)
	}
	if n := tensor.Sum(digit).Item(); n < 2 {
		t.Errorf("ink %v", n)
	}
}

func TestBlankPages(t *testing.T) {
	rough := tensor.Full(0.97, 30, 30)
	for i := range rough.Data() {
		rough.Data()[i] += 0.02 * float64(i%2)
	}
	for name, page := range map[string]*tensor.Tensor[float64]{
		"white": tensor.Ones[float64](9, 9), "black": tensor.Zeros[float64](9, 9),
		"one pixel": tensor.Ones[float64](1, 1), "rough": rough,
	} {
		if _, ok := first(page); ok {
			t.Errorf("%s: a digit", name)
		}
	}
	for _, shape := range [][]int{{0, 5}, {5, 0}, {2, 4, 5}, {3, 0, 5}, {1, 1, 4, 5}, {7}} {
		func() {
			defer func() {
				if _, ok := recover().(*tensor.ShapeError); !ok {
					t.Errorf("shape %v: no *tensor.ShapeError", shape)
				}
			}()
			Digit(tensor.Zeros[float64](shape...))
		}()
	}
}

// page returns a picture with a 1 on it: a stroke of ink on paper.
func page(paper, ink color.Color) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, 50, 40))
	draw.Draw(m, m.Bounds(), image.NewUniform(paper), image.Point{}, draw.Src)
	draw.Draw(m, image.Rect(20, 5, 25, 35), image.NewUniform(ink), image.Point{}, draw.Src)
	return m
}

// All files of the same page give the same digit.
func TestReadDigit(t *testing.T) {
	stroke := tensor.Zeros[float64](40, 50)
	for y := 5; y < 35; y++ {
		for x := 20; x < 25; x++ {
			stroke.Set(1, y, x)
		}
	}
	want, ok := first(stroke)
	if !ok {
		t.Fatal("blank")
	}
	write := func(name string, content []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	array := func(x *tensor.Tensor[float64]) string {
		var b bytes.Buffer
		if err := npy.Write(&b, x); err != nil {
			t.Fatal(err)
		}
		return write("x.NPY", b.Bytes())
	}
	three := func(axis int) *tensor.Tensor[float64] {
		x := tensor.Reshape(stroke, 1, 40, 50)
		return tensor.Permute(tensor.Concat(0, x, x, x), [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}}[axis]...)
	}
	for name, path := range map[string]string{
		"white on black": write("x.png", pngOf(t, page(color.Black, color.White))),
		"blue on yellow": write("x.png",
			pngOf(t, page(color.NRGBA{255, 250, 200, 255}, color.NRGBA{0, 0, 120, 255}))),
		"black on transparent": write("x.png", pngOf(t, page(color.Transparent, color.Black))),
		"white on transparent": write("x.png", pngOf(t, page(color.Transparent, color.White))),
		"array":                array(stroke),
		"array of 0 to -255":   array(tensor.Scale(stroke, -255)),
		"array (1, H, W)":      array(tensor.Reshape(stroke, 1, 40, 50)),
		"array (H, W, 1)":      array(tensor.Reshape(stroke, 40, 50, 1)),
		"array (3, H, W)":      array(three(0)),
		"array (H, W, 3)":      array(three(2)),
		"a PNG called .npy":    write("x.npy", pngOf(t, page(color.Black, color.White))),
	} {
		got, err := ReadDigit[float64](path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if d := difference(want, got[0].Image); d > 1e-4 {
			t.Errorf("%s: differs by %v", name, d)
		}
	}
	for say, path := range map[string]string{
		"the picture is blank":                 write("x.png", pngOf(t, page(color.White, color.White))),
		"the picture is of no known format":    write("x.png", []byte("text")),
		"as PNG or JPEG, or one array as .npy": write("x.zip", []byte("PK\x03\x04\x14\x00")),
		"the picture is an empty file":         write("x.npy", nil),
		"the version is 9.9":                   write("x.png", []byte("\x93NUMPY\x09\x09")),
		"the shape is (40,50,2)":               array(tensor.Zeros[float64](40, 50, 2)),
		"the shape is (4,)":                    array(tensor.Zeros[float64](4)),
		"the shape is (0,5)":                   array(tensor.Zeros[float64](0, 5)),
		"element 1 is NaN, want a number":      array(tensor.FromSlice([]float64{0, math.NaN()}, 1, 2)),
		"element 0 is +Inf, want a number":     array(tensor.FromSlice([]float64{math.Inf(1), 1}, 1, 2)),
		"element 1 is -1e+31, want a number":   array(tensor.FromSlice([]float64{0, -1e31}, 1, 2)),
		"no such file":                         filepath.Join(t.TempDir(), "none.png"),
	} {
		if _, err := ReadDigit[float64](path); err == nil || !strings.Contains(err.Error(), say) ||
			!strings.HasPrefix(strings.TrimPrefix(err.Error(), "stat "), path) {
			t.Errorf("%v, want an error that says %q", err, say)
		}
	}
}

func TestSHA256(t *testing.T) {
	a := &Set{Rows: 1, Cols: 2, Images: []byte{1, 2, 3, 4}, Labels: []byte{0, 1}}
	sums := map[string]string{}
	for name, s := range map[string]*Set{
		"a":      a,
		"turned": {Rows: 2, Cols: 1, Images: a.Images, Labels: a.Labels},
		"pixel":  {Rows: 1, Cols: 2, Images: []byte{1, 2, 3, 5}, Labels: a.Labels},
		"label":  {Rows: 1, Cols: 2, Images: a.Images, Labels: []byte{0, 2}},
		"fewer":  a.Subset(0),
	} {
		if before, there := sums[s.SHA256()]; there {
			t.Errorf("%s and %s have the same sum", name, before)
		}
		sums[s.SHA256()] = name
	}
	if a.SHA256() != a.Subset(0, 1).SHA256() {
		t.Error("equal sets have different sums")
	}
}

// A drawing of black ink on white is read as the same picture is.
func TestDrawn(t *testing.T) {
	x := FromImage[float64](page(color.White, color.Black))
	grey := plane(Luminance(x), 0)
	inked := tensor.Zeros[float64](grey.Shape()...)
	for i, v := range grey.Data() {
		inked.Data()[i] = 1 - v
	}
	r, ok := Drawn(inked)
	want := Digit(grey)[0]
	if !ok || !slices.Equal(r.Image.Data(), want.Image.Data()) || r.Contrast != 1 || r.Others != 0 {
		t.Errorf("%v: %v, want %v", ok, r, want)
	}
	for _, shape := range [][]int{{3, 3}, {0, 2}} {
		if _, ok := Drawn(tensor.Zeros[float64](shape...)); ok {
			t.Errorf("a digit on a white page of %v", shape)
		}
	}
}

// Two faint points far from each other leave no ink of which a share could be taken.
func TestDrawnIsLostInALargePicture(t *testing.T) {
	x := tensor.Zeros[float64](1, 400_000)
	x.Set(0.1, 0, 0)
	x.Set(0.1, 0, 399_999)
	if r, ok := Drawn(x); ok {
		t.Errorf("a digit with the pixels %v", r.Image)
	}
	x.Set(1, 0, 0)
	if r, ok := Drawn(x); !ok || slices.Max(r.Image.Data()) != 1 {
		t.Errorf("no digit where enough ink is left: %v", r.Image)
	}
}
