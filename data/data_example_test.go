package data_test

import (
	"fmt"
	"os"
	"path/filepath"

	"hw4/data"
	"hw4/loss"
	"hw4/tensor"
)

func ExampleLoad() {
	mnist, err := data.Load(data.Source{})
	if err != nil {
		fmt.Println(err)
		return
	}
	test := mnist.Test.Subset(4, 9)
	fmt.Println(mnist.Train.Len(), test.Len(), data.Images[float32](test, []int{0, 1}).Shape())
	// Output: 60000 1991 [2 1 28 28]
}

func ExampleBatches() {
	for batch := range data.Batches(5, 2, nil) {
		fmt.Println(batch)
	}
	// Output:
	// [0 1]
	// [2 3]
	// [4]
}

func ExampleReadIDX() {
	file := []byte{0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1}
	labels, err := data.ReadIDX("labels", file, 1)
	fmt.Println(labels.Dims, labels.Elements, err)
	_, err = data.ReadIDX("labels", file[:10], 1)
	fmt.Println(err)
	// Output:
	// [3] [7 2 1] <nil>
	// labels: byte 10: the length is 10 bytes, want 11 bytes for dimensions (3,)
}

func ExampleSet_Subset() {
	s := &data.Set{Rows: 1, Cols: 1, Images: []byte{51, 102, 255}, Labels: []byte{9, 3, 4}}
	sub := s.Subset(4, 9)
	fmt.Println(sub.Labels, sub.Image(1))
	// Output: [9 4] [255]
}

func ExampleImages() {
	s := &data.Set{Rows: 1, Cols: 2, Images: []byte{0, 51, 102, 255}, Labels: []byte{9, 4}}
	x := data.Images[float64](s, []int{1, 0})
	fmt.Println(x.Shape(), x.Data())
	// Output: [2 1 1 2] [0.4 1 0 0.2]
}

func ExampleClasses() {
	s := &data.Set{Rows: 1, Cols: 1, Images: []byte{0, 255}, Labels: []byte{2, 0}}
	z := tensor.FromSlice([]float64{0, 1, 2, 0, 1, 2}, 2, 3)
	fmt.Println(loss.Correct(z, data.Classes(s.Labels)), "of", s.Len())
	// Output: 1 of 2
}

func ExamplePixels() {
	s := &data.Set{Rows: 1, Cols: 2, Images: []byte{0, 51, 102, 255}, Labels: []byte{9, 4}}
	row := make([]float64, 2)
	data.Pixels(row, s, []int{1})
	fmt.Println(row)
	// Output: [0.4 1]
}

func ExampleWriteImage() {
	dir, err := os.MkdirTemp("", "hw4")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "edge.png")
	if err := data.WriteImage(path, tensor.FromSlice([]float64{0, 1, 1, 0}, 2, 2)); err != nil {
		fmt.Println(err)
		return
	}
	x, err := data.ReadImage[float64](path)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(x.Shape(), x.Data())
	// Output: [1 2 2] [0 1 1 0]
}

func ExampleCheckImageName() {
	fmt.Println(data.CheckImageName("edges.gif"))
	// Output: edges.gif: the name ends in ".gif", want .png, .jpg or .jpeg
}
