// Package datatest writes small sets of images for the tests of what trains on them.
package datatest

import (
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"hw4/data"
)

// Write writes sets to a folder that exists, as the four IDX files of MNIST.
func Write(dir string, sets data.MNIST) error {
	for name, s := range map[string]*data.Set{"train": sets.Train, "t10k": sets.Test} {
		for file, content := range map[string][]byte{
			"images-idx3-ubyte": idx(s.Images, s.Len(), s.Rows, s.Cols),
			"labels-idx1-ubyte": idx(s.Labels, s.Len()),
		} {
			if err := os.WriteFile(filepath.Join(dir, name+"-"+file), content, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// idx returns the content of an IDX file of bytes.
func idx(elements []byte, dims ...int) []byte {
	file := []byte{0, 0, 8, byte(len(dims))}
	for _, n := range dims {
		file = binary.BigEndian.AppendUint32(file, uint32(n))
	}
	return append(file, elements...)
}

// Source returns a fresh folder with the sets, or ends the test.
func Source(t testing.TB, train, test *data.Set) data.Source {
	t.Helper()
	dir := t.TempDir()
	if err := Write(dir, data.MNIST{Train: train, Test: test}); err != nil {
		t.Fatal(err)
	}
	return data.Source{Dir: dir}
}

// Set returns n images of 28 x 28 pixels with the labels in turn, of which pixel says
// what they show: the grey value at p of image i.
func Set(n int, labels []byte, pixel func(i, p int) byte) *data.Set {
	s := &data.Set{Rows: 28, Cols: 28}
	for i := range n {
		s.Labels = append(s.Labels, labels[i%len(labels)])
		for p := range s.Rows * s.Cols {
			s.Images = append(s.Images, pixel(i, p))
		}
	}
	return s
}

// Scattered returns n images of 2 x 3 random pixels, most of them 0, of the classes 4 and 9
// in turn. No hyperplane separates 200 of them.
func Scattered(n int) *data.Set {
	rng := rand.New(rand.NewPCG(8, 8))
	s := &data.Set{Rows: 2, Cols: 3}
	for i := range n {
		s.Labels = append(s.Labels, []byte{4, 9}[i%2])
		for p := range s.Rows * s.Cols {
			v := byte(0)
			if rng.IntN(3) == 0 {
				v = byte(rng.IntN(200) + 50*((i+p)%2))
			}
			s.Images = append(s.Images, v)
		}
	}
	return s
}
