package data

import (
	"slices"
	"testing"

	"hw4/tensor"
)

func TestPixels(t *testing.T) {
	s := &Set{Rows: 16, Cols: 16, Images: make([]byte, 2*256), Labels: []byte{0, 1}}
	for i := range s.Images {
		s.Images[i] = byte(i)
	}
	x, y := Images[float32](s, []int{1, 0, 1}), Images[float64](s, []int{1})
	if !slices.Equal(x.Shape(), []int{3, 1, 16, 16}) {
		t.Errorf("shape %v", x.Shape())
	}
	for v := range 256 {
		if x.Data()[v] != float32(v)/255 || y.Data()[v] != float64(v)/255 {
			t.Errorf("pixel %d is %v and %v", v, x.Data()[v], y.Data()[v])
		}
	}
}

func TestSetRefuses(t *testing.T) {
	s := &Set{Rows: 2, Cols: 2, Images: make([]byte, 8), Labels: make([]byte, 2)}
	var none *Set
	for want, f := range map[string]func(){
		"pixels: 7 elements for 2 images of 2x2":   func() { Pixels(make([]float32, 7), s, []int{0, 1}) },
		"pixels: image 2, want 0 to 1 of the set":  func() { Images[float32](s, []int{0, 2}) },
		"pixels: image -1, want 0 to 1 of the set": func() { Images[float32](s, []int{-1}) },
		"image: image 2, want 0 to 1 of the set":   func() { s.Image(2) },
		"image: image 0, want 0 to -1 of the set":  func() { (&Set{Rows: -2, Cols: 2}).Image(0) },
		"loader: the set is nil":                   func() { none.check("loader") },
		"loader: a set of 8 pixels and 3 labels, " +
			"want 12 pixels, 2x2 of an image for each label": func() {
			(&Set{Rows: 2, Cols: 2, Images: s.Images, Labels: make([]byte, 3)}).check("loader")
		},
	} {
		func() {
			defer func() {
				if e, ok := recover().(*tensor.ShapeError); !ok || e.Error() != want {
					t.Errorf("panic %v, want %q", e, want)
				}
			}()
			f()
		}()
	}
	s.check("loader")
	s.Labels = nil // which pixels do not need
	if x := Images[float32](s, []int{1}); x.Len() != 4 {
		t.Errorf("%d pixels without labels", x.Len())
	}
	if len(s.Image(1)) != 4 {
		t.Error("the last image is refused")
	}
}

// A subset keeps the order of the set, whatever the order of the classes.
func TestSubset(t *testing.T) {
	s := &Set{Rows: 1, Cols: 2, Images: []byte{0, 1, 2, 3, 4, 5, 6, 7}, Labels: []byte{9, 4, 1, 9}}
	sub := s.Subset(4, 9)
	if sub.Rows != 1 || sub.Cols != 2 || !slices.Equal(sub.Labels, []byte{9, 4, 9}) ||
		!slices.Equal(sub.Images, []byte{0, 1, 2, 3, 6, 7}) {
		t.Errorf("%+v", sub)
	}
	if n := s.Subset().Len() + s.Subset(7).Len(); n != 0 {
		t.Errorf("%d images of no class", n)
	}
	if got := Classes([]byte{9, 0, 255}); !slices.Equal(got, []int{9, 0, 255}) {
		t.Errorf("labels %v", got)
	}
	if image := s.Image(1); cap(image) != 2 {
		t.Error("appending to an image would overwrite the next")
	}
}

// A batch of LeNet's size.
func BenchmarkPixels(b *testing.B) {
	s := &Set{Rows: 28, Cols: 28, Images: make([]byte, 64*784), Labels: make([]byte, 64)}
	indices := make([]int, 64)
	for i := range indices {
		indices[i] = i
	}
	dst := make([]float32, len(s.Images))
	for b.Loop() {
		Pixels(dst, s, indices)
	}
	b.ReportMetric(64*float64(b.N)/b.Elapsed().Seconds(), "images/s")
}
