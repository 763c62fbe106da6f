package homework

import (
	"errors"
	"testing"

	"hw4/data"
)

// labelled returns a set of 28 x 28 images of one shade for each label.
func labelled(labels ...byte) *data.Set {
	s := &data.Set{Rows: 28, Cols: 28, Labels: labels}
	for _, l := range labels {
		for range 28 * 28 {
			s.Images = append(s.Images, 25*l)
		}
	}
	return s
}

func TestChance(t *testing.T) {
	for _, c := range []struct {
		labels []byte
		want   float64
	}{
		{[]byte{3}, 1},
		{[]byte{4, 9}, 0.5},
		{[]byte{0, 1, 2, 1}, 0.5},
		{[]byte{0, 1, 2, 9, 9}, 0.4},
	} {
		if got := chance(labelled(c.labels...)); got != c.want {
			t.Errorf("labels %v: %v, want %v", c.labels, got, c.want)
		}
	}
}

// Problem 5 needs both classes in both sets.
func TestFoursAndNines(t *testing.T) {
	both := labelled(4, 0, 9, 4)
	trainSet, testSet, err := foursAndNines(&data.MNIST{Train: both, Test: both})
	if err != nil || trainSet.Len() != 3 || testSet.Len() != 3 {
		t.Errorf("%d and %d images, error %v", trainSet.Len(), testSet.Len(), err)
	}
	for message, m := range map[string]*data.MNIST{
		"the data has no training images of class 4; Problem 5 is about 4 and 9": {Train: labelled(9), Test: both},
		"the data has no training images of class 9; Problem 5 is about 4 and 9": {Train: labelled(4), Test: both},
		"the data has no test images of class 9; Problem 5 is about 4 and 9":     {Train: both, Test: labelled(4, 1)},
	} {
		var input *InputError
		if _, _, err := foursAndNines(m); !errors.As(err, &input) || err.Error() != message {
			t.Errorf("error %v, want %q", err, message)
		}
	}
}

// Another data set is judged against guessing: what linear models do on MNIST
// says nothing of it.
func TestAccuracyOfOtherData(t *testing.T) {
	for _, c := range []struct {
		dir  string
		acc  float64
		pass bool
	}{{"", 0.98, true}, {"", 0.85, false}, {"fashion", 0.85, true}, {"fashion", 0.5, false}} {
		a := newAnswer(7)
		a.checkAccuracy(epoch{Epoch: 1, TestAcc: c.acc}, Config{Data: data.Source{Dir: c.dir}}, labelled(4, 9))
		if a.r.OK() != c.pass {
			t.Errorf("data %q, accuracy %v: passed is %v", c.dir, c.acc, a.r.OK())
		}
	}
}
