package data

import (
	"math"

	"hw4/internal/kernel"
	"hw4/tensor"
)

// An Augmentation says how a Loader changes images, so that a network does not see the
// same ones again and again. How an image is changed depends on the seed, the epoch,
// and its number in the set.
type Augmentation struct {
	Seed   uint64
	Shift  int     // at most so many pixels, down or up, and to the right or left
	Rotate float64 // at most so many degrees, around the middle, in either direction
	Flip   float64 // the probability that left and right are exchanged
}

func (a Augmentation) check() {
	if a.Shift < 0 || !(a.Rotate >= 0 && a.Rotate <= 180) || !(a.Flip >= 0 && a.Flip <= 1) {
		panic(tensor.Shapef("loader", "shift %d, rotation %v and probability %v of a flip, want none negative, "+
			"at most 180 degrees and at most 1", a.Shift, a.Rotate, a.Flip))
	}
}

// A change is what becomes of one image.
type change struct {
	down, right float64 // pixels
	sin, cos    float64 // of the angle, with the clock
	flip        bool    // before the rotation
}

// draw returns the change of an image in an epoch.
func (a Augmentation) draw(epoch uint64, index int) change {
	key := kernel.Hash(kernel.Hash(a.Seed, epoch), uint64(index))
	uniform := func(i uint64) float64 { return float64(float64(kernel.Hash(key, i)>>11) / (1 << 53)) } // in [0, 1)
	shift := func(i uint64) float64 { return math.Floor(uniform(i)*float64(2*a.Shift+1)) - float64(a.Shift) }
	angle := (float64(2*uniform(2)) - 1) * a.Rotate * math.Pi / 180
	c := change{down: shift(0), right: shift(1), flip: uniform(3) < a.Flip}
	c.sin, c.cos = math.Sincos(angle)
	return c
}

// transform writes a changed image. A pixel is the mean of the four pixels around the
// place that it comes from, weighted by how near they are; around the image all is 0.
func transform[T tensor.Float](dst []T, src []byte, rows, cols int, c change) {
	pixel := func(y, x int) float64 {
		if c.flip {
			x = cols - 1 - x
		}
		if y < 0 || y >= rows || x < 0 || x >= cols {
			return 0
		}
		return float64(src[y*cols+x])
	}
	midY, midX := float64(float64(rows-1)/2), float64(float64(cols-1)/2)
	for i := range rows {
		for j := range cols {
			dy, dx := float64(i)-midY-c.down, float64(j)-midX-c.right
			y := midY + float64(dy*c.cos) - float64(dx*c.sin)
			x := midX + float64(dx*c.cos) + float64(dy*c.sin)
			top, left := math.Floor(y), math.Floor(x)
			fy, fx := y-top, x-left
			t, l := int(top), int(left)
			above := float64(pixel(t, l)*(1-fx)) + float64(pixel(t, l+1)*fx)
			below := float64(pixel(t+1, l)*(1-fx)) + float64(pixel(t+1, l+1)*fx)
			dst[i*cols+j] = T((float64(above*(1-fy)) + float64(below*fy)) / 255)
		}
	}
}
