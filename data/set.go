// Package data brings images to the networks: MNIST and data sets in its format,
// batches of them, and pictures in files.
package data

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"hw4/internal/kernel"
	"hw4/internal/strict"
	"hw4/tensor"
)

// A Set is a set of labelled grey images of one size. A program may make one, also of
// parts of the Images and Labels of another.
type Set struct {
	Rows, Cols int
	Images     []byte // Len() images of Rows x Cols pixels in row-major order: 0 background, 255 foreground
	Labels     []byte // Len() labels; those of files that Load reads are 0 to 9
}

// newSet joins the images and the labels of two files.
func newSet(images, labels *IDX, imagesName, labelsName string) (*Set, error) {
	if images.Dims[0] != labels.Dims[0] {
		return nil, strict.Failf(labelsName, 4, "the number of labels", labels.Dims[0],
			"%d, the number of images in %s", images.Dims[0], imagesName)
	}
	if i := slices.IndexFunc(labels.Elements, func(l byte) bool { return l > 9 }); i >= 0 {
		return nil, strict.Fail(labelsName, 8+i, fmt.Sprintf("label %d", i), fmt.Sprint(labels.Elements[i]), "0 to 9")
	}
	return &Set{Rows: images.Dims[1], Cols: images.Dims[2], Images: images.Elements, Labels: labels.Elements}, nil
}

// Len returns the number of images.
func (s *Set) Len() int { return len(s.Labels) }

// check panics in the name of op unless there is one label an image.
func (s *Set) check(op string) {
	if s == nil {
		panic(tensor.Shapef(op, "the set is nil"))
	}
	if len(s.Images) != s.Len()*s.Rows*s.Cols {
		panic(tensor.Shapef(op, "a set of %d pixels and %d labels, want %d pixels, %dx%d of an image for each label",
			len(s.Images), s.Len(), s.Len()*s.Rows*s.Cols, s.Rows, s.Cols))
	}
}

// Image returns the pixels of image i, which it shares with the set. It panics with a
// [*tensor.ShapeError] if there is no such image.
func (s *Set) Image(i int) []byte {
	n := s.Rows * s.Cols
	s.checkIndex("image", i)
	return s.Images[i*n : (i+1)*n : (i+1)*n]
}

// checkIndex panics in the name of op unless there are pixels of an image i. It may be
// without a label.
func (s *Set) checkIndex(op string, i int) {
	size := s.Rows * s.Cols
	if i < 0 || size < 0 || size > 0 && i >= len(s.Images)/size {
		panic(tensor.Shapef(op, "image %d, want 0 to %d of the set", i, len(s.Images)/max(size, 1)-1))
	}
}

// Subset returns the images of the given classes, in the order of the set.
func (s *Set) Subset(classes ...byte) *Set {
	n := 0
	for _, l := range s.Labels {
		if slices.Contains(classes, l) {
			n++
		}
	}
	sub := &Set{Rows: s.Rows, Cols: s.Cols, Images: room(n * s.Rows * s.Cols)[:0], Labels: make([]byte, 0, n)}
	for i, l := range s.Labels {
		if slices.Contains(classes, l) {
			sub.Images = append(sub.Images, s.Image(i)...)
			sub.Labels = append(sub.Labels, l)
		}
	}
	return sub
}

// Pixels writes the listed images to dst, one after the other, with every pixel
// divided by 255: what torchvision's ToTensor makes of them. It panics with a
// [*tensor.ShapeError] if dst does not have their size or there is no such image.
func Pixels[T tensor.Float](dst []T, s *Set, indices []int) {
	n := s.Rows * s.Cols
	if len(dst) != n*len(indices) {
		panic(tensor.Shapef("pixels", "%d elements for %d images of %dx%d", len(dst), len(indices), s.Rows, s.Cols))
	}
	for _, i := range indices {
		s.checkIndex("pixels", i)
	}
	kernel.Unit(dst, s.Images, n, indices)
}

// Images returns the listed images as a batch (N, 1, Rows, Cols) with pixels in
// [0, 1]. It panics as Pixels does.
func Images[T tensor.Float](s *Set, indices []int) *tensor.Tensor[T] {
	x := tensor.Zeros[T](len(indices), 1, s.Rows, s.Cols)
	Pixels(x.Data(), s, indices)
	return x
}

// Classes returns labels as the numbers of classes that loss.CrossEntropy and
// loss.Correct take.
func Classes(labels []byte) []int {
	classes := make([]int, len(labels))
	for i, l := range labels {
		classes[i] = int(l)
	}
	return classes
}

// SHA256 returns the SHA-256 sum, in hexadecimal digits, of the size of the
// images as text, such as "28x28 ", the labels and the pixels. Sets with the same
// sum are equal, however they are stored.
func (s *Set) SHA256() string {
	h := sha256.New()
	fmt.Fprintf(h, "%dx%d ", s.Rows, s.Cols)
	h.Write(s.Labels)
	h.Write(s.Images)
	return fmt.Sprintf("%x", h.Sum(nil))
}
