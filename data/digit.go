package data

import (
	"image"
	"image/color"
	"math"
	"slices"

	"golang.org/x/image/draw"

	"hw4/internal/ink"
	"hw4/tensor"
)

// How MNIST puts a digit into its image, from the page of LeCun, Cortes and
// Burges: scaled to fit a box of 20 x 20 pixels with its proportions kept, and
// moved so that the centre of mass of its pixels is the centre of 28 x 28. In the
// files that centre is the pixel of row 14 and column 14, counted from 0.
const (
	digitSide   = 28
	digitBox    = 20
	digitCentre = 14
)

// A Reading is one way to tell the ink of a digit from its paper.
type Reading[T tensor.Float] struct {
	// Image is the digit as MNIST has digits, (1, 1, 28, 28): ink at 1, paper at 0,
	// whatever they were.
	Image    *tensor.Tensor[T]
	Contrast float64 // how much darker or lighter than its paper the ink is, from 0 to 1
	Rough    float64 // how uneven the paper is, as a share of the contrast
	Others   int     // pieces of ink elsewhere that are about as large as the digit
}

// Digit returns the readings of a picture of a digit, that with the evenest paper first:
// of a grey one, (H, W), or one of 1 or 3 channels, (C, H, W), whose ink is looked for by
// its colour if it is hardly darker or lighter than its paper. There are none if the
// picture is blank. The paper may be unevenly lit, ruled or framed; the digit is the
// largest ink that does not touch the edge, if there is such ink. It panics if the shape
// is none of these or there are no pixels.
func Digit[T tensor.Float](x *tensor.Tensor[T]) []Reading[T] {
	if x.Rank() != 3 {
		return greyDigit(x)
	}
	best := greyDigit(plane(Luminance(x), 0))
	if len(best) == 0 || best[0].Contrast < lowContrast {
		for i := range x.Dim(0) {
			if r := greyDigit(plane(x, i)); len(r) > 0 && (len(best) == 0 || r[0].Contrast > 2*best[0].Contrast) {
				best = r
			}
		}
	}
	return best
}

// lowContrast is a contrast in brightness of which a colour may have more.
const lowContrast = 0.2

// plane returns a channel of a picture (C, H, W).
func plane[T tensor.Float](x *tensor.Tensor[T], channel int) *tensor.Tensor[T] {
	h, w := x.Dim(1), x.Dim(2)
	return tensor.FromSlice(x.Data()[channel*h*w:][:h*w], h, w)
}

// greyDigit is Digit for grey pictures.
func greyDigit[T tensor.Float](x *tensor.Tensor[T]) []Reading[T] {
	h, w := x.Dims2("digit")
	if h == 0 || w == 0 {
		panic(tensor.Shapef("digit", "no pixels in shape %v", x.Shape()))
	}
	grey := ink.NewGrey(w, h)
	lo, hi := float64(slices.Min(x.Data())), float64(slices.Max(x.Data()))
	lo = math.Min(0, lo)
	scale := math.Max(1, hi-lo)
	for i, v := range x.Data() {
		grey.Pix[i] = float32((float64(v) - lo) / scale)
	}
	var readings []Reading[T]
	for _, r := range ink.Find(grey) {
		readings = append(readings, Reading[T]{mnist[T](r.Ink), r.Contrast, r.Rough, r.Others})
	}
	return readings
}

// Drawn returns the reading of a drawing (H, W) whose ink is known: from 0, none, to 1. It
// takes a hundredth of the time of Digit, which has to tell the ink from paper first. It
// is false if there is no ink, or so little in so large a drawing that none is left of it in
// MNIST's size.
func Drawn[T tensor.Float](x *tensor.Tensor[T]) (Reading[T], bool) {
	h, w := x.Dims2("drawn")
	m := ink.NewGrey(w, h)
	for i, v := range x.Data() {
		if v >= ink.Faint {
			m.Pix[i] = float32(v)
		}
	}
	if h*w == 0 || slices.Max(m.Pix) <= 0 {
		return Reading[T]{}, false
	}
	digit := mnist[T](m)
	return Reading[T]{Image: digit, Contrast: 1}, slices.Max(digit.Data()) > 0
}

// mnist scales and centres the ink of a digit as MNIST does.
func mnist[T tensor.Float](m ink.Grey) *tensor.Tensor[T] {
	whole := image.NewGray16(image.Rect(0, 0, m.W, m.H))
	var r image.Rectangle
	for i, v := range m.Pix {
		if v > 0 {
			whole.SetGray16(i%m.W, i/m.W, color.Gray16{Y: uint16(math.Round(float64(v) * math.MaxUint16))})
			r = r.Union(image.Rect(i%m.W, i/m.W, i%m.W+1, i/m.W+1))
		}
	}
	scale := float64(digitBox) / float64(max(r.Dx(), r.Dy()))
	side := func(n int) int { return max(1, int(math.Round(scale*float64(n)))) }
	scaled := image.NewGray16(image.Rect(0, 0, side(r.Dx()), side(r.Dy())))
	draw.BiLinear.Scale(scaled, scaled.Bounds(), whole, r, draw.Src, nil)
	return centred[T](scaled)
}

// centred places a scaled digit so that its centre of mass is MNIST's, as far as
// that leaves all of it in the image. Thin strokes, which scaling pales, get back
// the full ink.
func centred[T tensor.Float](scaled *image.Gray16) *tensor.Tensor[T] {
	size := scaled.Bounds().Size()
	var mass, mx, my, darkest float64
	for y := range size.Y {
		for x := range size.X {
			v := float64(scaled.Gray16At(x, y).Y)
			mass, mx, my = mass+v, mx+float64(v*float64(x)), my+float64(v*float64(y))
			darkest = math.Max(darkest, v)
		}
	}
	place := func(moment float64, side int) int {
		return max(0, min(digitSide-side, int(math.Round(digitCentre-moment/max(mass, 1)))))
	}
	left, top := place(mx, size.X), place(my, size.Y)
	digit := tensor.Zeros[T](1, 1, digitSide, digitSide)
	for y := range size.Y {
		for x := range size.X {
			digit.Set(T(float64(scaled.Gray16At(x, y).Y)/max(darkest, 1)), 0, 0, top+y, left+x)
		}
	}
	return digit
}
