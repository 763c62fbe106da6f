package homework

import (
	"fmt"
	"slices"

	"hw4/data"
)

// chance returns the accuracy on a set of always saying its most frequent class.
func chance(s *data.Set) float64 {
	var counts [10]int
	for _, l := range s.Labels {
		counts[l]++
	}
	return float64(slices.Max(counts[:])) / float64(s.Len())
}

// foursAndNines returns the images of the two classes of Problem 5, or an
// *InputError if a set lacks one of them.
func foursAndNines(mnist *data.MNIST) (trainSet, testSet *data.Set, err error) {
	trainSet, testSet = mnist.Train.Subset(4, 9), mnist.Test.Subset(4, 9)
	for _, s := range []struct {
		name string
		set  *data.Set
	}{{"training", trainSet}, {"test", testSet}} {
		for _, class := range []byte{4, 9} {
			if !slices.Contains(s.set.Labels, class) {
				return nil, nil, &InputError{Err: fmt.Errorf("the data has no %s images of class %d; Problem 5 is about 4 and 9", s.name, class)}
			}
		}
	}
	return trainSet, testSet, nil
}
