package training

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"hw4/lenet"
	"hw4/tensor"
)

// Weights whose names say nothing are taken by shapes, and tensors of one shape in the order
// of their names, 10 after 9.
func TestIntoByOrder(t *testing.T) {
	from := lenet.New[float32](rand.New(rand.NewPCG(1, 1)), lenet.Original)
	w := &Weights{Path: "w", Dict: make(map[string]*tensor.Tensor[float32])}
	for i, p := range from.Params() {
		w.Dict[fmt.Sprintf("layer%d", i)] = p.Value
	}
	to := lenet.New[float32](rand.New(rand.NewPCG(2, 2)), lenet.Original)
	if !w.IntoByOrder(to) {
		t.Fatal("not taken")
	}
	for i, p := range to.Params() {
		if !slices.Equal(p.Value.Data(), from.Params()[i].Value.Data()) {
			t.Errorf("%s has other weights", p.Name)
		}
	}
	if w.IntoByOrder(lenet.New[float32](rand.New(rand.NewPCG(2, 2)), lenet.Modern)) {
		t.Error("taken for another network")
	}
}
