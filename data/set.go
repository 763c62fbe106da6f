// Package data brings images to the networks: MNIST and data sets in its format,
// batches of them, and pictures in files.
package data

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"

	"hw4/tensor"
)

// A Set is a set of labelled grey images of one size.
type Set struct {
	Rows, Cols int
	Images     []byte // Len() images of Rows x Cols pixels in row-major order: 0 background, 255 foreground
	Labels     []byte // Len() labels from 0 to 9
}

// newSet joins the images and the labels of two files.
func newSet(images, labels *idx, imagesName, labelsName string) (*Set, error) {
	if images.dims[0] != labels.dims[0] {
		return nil, &FormatError{labelsName, 4, "the number of labels", fmt.Sprint(labels.dims[0]), fmt.Sprintf("%d, the number of images in %s", images.dims[0], imagesName)}
	}
	if i := slices.IndexFunc(labels.data, func(l byte) bool { return l > 9 }); i >= 0 {
		return nil, &FormatError{labelsName, int64(8 + i), fmt.Sprintf("label %d", i), fmt.Sprint(labels.data[i]), "0 to 9"}
	}
	return &Set{Rows: images.dims[1], Cols: images.dims[2], Images: images.data, Labels: labels.data}, nil
}

// Len returns the number of images.
func (s *Set) Len() int { return len(s.Labels) }

// Image returns the pixels of image i, which it shares with the set. It panics if
// there is no such image.
func (s *Set) Image(i int) []byte {
	n := s.Rows * s.Cols
	return s.Images[i*n : (i+1)*n : (i+1)*n]
}

// Subset returns the images of the given classes, in the order of the set.
func (s *Set) Subset(classes ...byte) *Set {
	sub := &Set{Rows: s.Rows, Cols: s.Cols}
	for i, l := range s.Labels {
		if slices.Contains(classes, l) {
			sub.Images = append(sub.Images, s.Image(i)...)
			sub.Labels = append(sub.Labels, l)
		}
	}
	return sub
}

// Pixels writes the listed images to dst, one after the other, with every pixel
// divided by 255: what torchvision's ToTensor makes of them. It panics if dst
// does not have their size.
func Pixels[T tensor.Float](dst []T, s *Set, indices []int) {
	n := s.Rows * s.Cols
	if len(dst) != n*len(indices) {
		panic(tensor.Shapef("pixels", "%d elements for %d images of %dx%d", len(dst), len(indices), s.Rows, s.Cols))
	}
	for i, at := range indices {
		row := dst[i*n : (i+1)*n]
		for j, v := range s.Image(at) {
			row[j] = T(v) / 255
		}
	}
}

// Images returns the listed images as a batch (N, 1, Rows, Cols) with pixels in
// [0, 1].
func Images[T tensor.Float](s *Set, indices []int) *tensor.Tensor[T] {
	x := tensor.Zeros[T](len(indices), 1, s.Rows, s.Cols)
	Pixels(x.Data(), s, indices)
	return x
}

// Batches returns the numbers 0 to n-1 in batches of the given size, the last of
// which may be smaller: in an order that rng draws anew every time the sequence
// is walked, or ascending if it is nil. A batch may be used until the next one.
// It panics if size is not positive.
func Batches(n, size int, rng *rand.Rand) iter.Seq[[]int] {
	if size <= 0 {
		panic(tensor.Shapef("batches", "batches of %d", size))
	}
	return func(yield func([]int) bool) {
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		if rng != nil {
			rng.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		for batch := range slices.Chunk(order, size) {
			if !yield(batch) {
				return
			}
		}
	}
}
