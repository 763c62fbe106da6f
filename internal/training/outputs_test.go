package training

import (
	"math"
	"slices"
	"testing"

	"hw4/data"
	"hw4/internal/report"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// What is said of every image is what is evaluated, in the order of the set, however
// many images go through the network together.
func TestOutputsAreThoseThatAreEvaluated(t *testing.T) {
	f := tinyFit(0.5)
	f.Epochs = 1
	f.mustRun(t)
	set := tiny(2*inferShard + 30)
	out := f.Outputs(set)
	if !slices.Equal(out.Shape(), []int{230, 1}) {
		t.Fatalf("outputs of shape %v", out.Shape())
	}
	all := make([]int, set.Len())
	for i := range all {
		all[i] = i
	}
	for i, want := range f.say(set, all...).Data() {
		if math.Abs(float64(out.Data()[i]-want)) > 1e-6 {
			t.Errorf("image %d: %v, the network says %v", i, out.Data()[i], want)
		}
	}
	_, accuracy := f.Evaluate(set)
	right := f.Right(set)
	n := 0
	for i, r := range right {
		if r {
			n++
		}
		if r != (f.Correct(tensor.FromSlice(out.Data()[i:i+1], 1, 1), set.Labels[i:i+1]) == 1) {
			t.Errorf("image %d: right is %v", i, r)
		}
	}
	if float64(n)/230 != accuracy {
		t.Errorf("%d of 230 are right, the accuracy is %v", n, accuracy)
	}
}

// A network of several outputs says them all, image by image.
func TestSeveralOutputs(t *testing.T) {
	f := tinyFit(0.5)
	f.Network = linear(6, 3)
	out := f.Outputs(f.Test)
	for i := range f.Test.Len() {
		for j, want := range f.say(f.Test, i).Data() {
			if got := out.At(i, j); math.Abs(float64(got-want)) > 1e-6 {
				t.Errorf("output %d of image %d is %v, the network says %v", j, i, got, want)
			}
		}
	}
}

// A network that is given images as a set has them must say the same as one that is
// given their pixels.
func TestNetworksOfBytes(t *testing.T) {
	f := tinyFit(0.5)
	fast := f.Outputs(f.Test)
	layer := f.Network
	f.Network = nn.Sequential[float32]{
		{Name: "flatten", Module: nn.NewFlatten[float32]()}, {Name: "linear", Module: layer},
	}
	for i, v := range f.Outputs(f.Test).Data() {
		if math.Abs(float64(v-fast.Data()[i])) > 1e-6 {
			t.Errorf("image %d: %v from its bytes, %v from its pixels", i, fast.Data()[i], v)
		}
	}
}

// A network that has learned nothing passes no check of its accuracy: not one that says
// always the same, nor one that is right by luck.
func TestCheckChance(t *testing.T) {
	ten := []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	for _, c := range []struct {
		labels   []byte
		accuracy float64
		pass     bool
		say      string
	}{
		{[]byte{4, 9}, 0.5, false, "mse: better than chance"},
		{[]byte{4, 9}, 0.51, true, "mse: better than chance"},
		{[]byte{4, 9, 9, 9}, 0.75, false, "mse: better than chance"},
		{ten, 0.1, false, "mse: more right than wrong"},
		{ten, 0.5, false, "mse: more right than wrong"},
		{ten, 0.6, true, "mse: more right than wrong"},
	} {
		var b report.Body
		CheckChance(&b, "mse: ", c.accuracy, &data.Set{Labels: c.labels})
		if len(b.Checks) != 1 || b.OK() != c.pass || b.Checks[0].Name != c.say || len(b.Answer) != 0 {
			t.Errorf("%v: %+v", c, b)
		}
	}
	var b report.Body
	CheckChance(&b, "", 1, &data.Set{Labels: []byte{3, 3}})
	if len(b.Checks) != 0 || len(b.Answer) != 1 {
		t.Errorf("images of one class: %+v", b)
	}
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
		{[]byte{25, 25, 0}, 2.0 / 3}, // letters, of which there are more than ten
	} {
		if got := Chance(&data.Set{Labels: c.labels}); got != c.want {
			t.Errorf("labels %v: %v, want %v", c.labels, got, c.want)
		}
	}
}
