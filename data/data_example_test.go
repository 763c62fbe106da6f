package data_test

import (
	"fmt"

	"hw4/data"
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
