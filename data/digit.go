package data

import (
	"image"
	"image/color"
	"math"
	"slices"

	"golang.org/x/image/draw"

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

// Parts of the contrast between paper and ink.
const (
	noise = 0.1  // less ink than this is paper
	blank = 0.05 // of white: less contrast than this is no digit
)

// Digit returns the digit in a grey picture (H, W) as MNIST has digits, (1, 1, 28,
// 28): ink at 1, paper at 0, whatever they were. The paper is what most of the
// picture's edge is, ink is what differs most from it, and the digit is all that
// is not paper. It is false if there is no ink. It panics if the rank is not 2 or
// there are no pixels.
func Digit[T tensor.Float](x *tensor.Tensor[T]) (digit *tensor.Tensor[T], ok bool) {
	h, w := x.Dims2("digit")
	if h == 0 || w == 0 {
		panic(tensor.Shapef("digit", "no pixels in shape %v", x.Shape()))
	}
	ink, ok := inkOf(x.Data(), h, w)
	if !ok {
		return nil, false
	}
	r := ink.box()
	height, width := fit(r.Dy(), r.Dx())
	scaled := image.NewGray16(image.Rect(0, 0, width, height))
	draw.BiLinear.Scale(scaled, scaled.Bounds(), ink.SubImage(r), r, draw.Src, nil)
	return centred[T](scaled), true
}

// grey16 is the ink of a picture: a grey image, 0 where the paper is.
type grey16 struct{ *image.Gray16 }

// inkOf separates ink and paper.
func inkOf[T tensor.Float](pixels []T, h, w int) (ink grey16, ok bool) {
	paper := float64(paperOf(pixels, h, w))
	lo, hi := float64(slices.Min(pixels)), float64(slices.Max(pixels))
	far := hi
	if paper-lo > hi-paper {
		far = lo
	}
	contrast := far - paper
	if math.Abs(contrast) < blank*math.Max(1, math.Max(math.Abs(lo), math.Abs(hi))) {
		return ink, false
	}
	ink = grey16{image.NewGray16(image.Rect(0, 0, w, h))}
	for i, v := range pixels {
		if share := (float64(v) - paper) / contrast; share >= noise {
			ink.SetGray16(i%w, i/w, color.Gray16{Y: uint16(math.Round(share * math.MaxUint16))})
		}
	}
	return ink, true
}

// paperOf returns the median of the pixels on the edge.
func paperOf[T tensor.Float](pixels []T, h, w int) T {
	var edge []T
	edge = append(edge, pixels[:w]...)
	edge = append(edge, pixels[(h-1)*w:]...)
	for i := range h {
		edge = append(edge, pixels[i*w], pixels[i*w+w-1])
	}
	slices.Sort(edge)
	return edge[len(edge)/2]
}

// box returns the smallest rectangle that holds all ink.
func (ink grey16) box() image.Rectangle {
	var r image.Rectangle
	b := ink.Bounds()
	for y := range b.Max.Y {
		for x := range b.Max.X {
			if ink.Gray16At(x, y).Y > 0 {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return r
}

// fit returns the size of a rectangle scaled to fit the box.
func fit(h, w int) (height, width int) {
	scale := float64(digitBox) / float64(max(h, w))
	side := func(n int) int { return max(1, int(math.Round(scale*float64(n)))) }
	return side(h), side(w)
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
		return max(0, min(digitSide-side, int(math.Round(digitCentre-moment/mass))))
	}
	left, top := place(mx, size.X), place(my, size.Y)
	digit := tensor.Zeros[T](1, 1, digitSide, digitSide)
	for y := range size.Y {
		for x := range size.X {
			digit.Set(T(float64(scaled.Gray16At(x, y).Y)/darkest), 0, 0, top+y, left+x)
		}
	}
	return digit
}
