package training

import (
	"slices"

	"hw4/data"
	"hw4/tensor"
	"hw4/tensor/train"
)

// inferShard is the number of images that go through a network together when nothing
// is learned.
const inferShard = 100

// Outputs returns what the network says to every image of a set, (N, K).
func (f *Fit) Outputs(set *data.Set) *tensor.Tensor[float32] {
	rows := make([][]float32, set.Len())
	train.Evaluate(set.Len(), inferShard, func(scope *tensor.Scope[float32], lo, hi int) []float64 {
		out, _ := f.infer(scope, set, lo, hi)
		out = out.Clone()
		for i := range hi - lo {
			rows[lo+i] = out.Data()[i*out.Dim(1):][:out.Dim(1)]
		}
		return nil
	})
	return tensor.FromSlice(slices.Concat(rows...), set.Len(), len(rows[0]))
}

// Right returns for every image of a set whether the network classifies it correctly.
func (f *Fit) Right(set *data.Set) []bool {
	out := f.Outputs(set)
	right := make([]bool, set.Len())
	for i := range right {
		one := tensor.FromSlice(out.Data()[i*out.Dim(1):][:out.Dim(1)], 1, out.Dim(1))
		right[i] = f.Correct(one, set.Labels[i:i+1]) == 1
	}
	return right
}

// Chance returns the accuracy on a set of always saying its most frequent class.
func Chance(s *data.Set) float64 {
	counts, most := make(map[byte]int), 0
	for _, l := range s.Labels {
		counts[l]++
		most = max(most, counts[l])
	}
	return float64(most) / float64(s.Len())
}
