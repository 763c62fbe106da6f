package datatest

import (
	"reflect"
	"testing"

	"hw4/data"
)

// What is written is read as it was.
func TestSource(t *testing.T) {
	pixel := func(i, p int) byte { return byte(7*i + p) }
	train, test := Set(300, []byte{4, 9, 0}, pixel), Set(2, []byte{5}, pixel)
	m, err := data.Load(Source(t, train, test))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(m, &data.MNIST{Train: train, Test: test}) {
		t.Errorf("%d and %d images are not those that were written", m.Train.Len(), m.Test.Len())
	}
	if train.Labels[4] != 9 || train.Image(4)[3] != 31 {
		t.Errorf("image 4 is a %d, its pixel 3 is %d", train.Labels[4], train.Image(4)[3])
	}
}
