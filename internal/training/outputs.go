package training

import (
	"slices"

	"hw4/data"
	"hw4/internal/report"
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

// CheckChance checks that a test accuracy is more than what a network can have that has
// learned nothing: it must be more often right than wrong, and than one that always says
// the most frequent class. On images of one class every network is as good as that, so
// there it only says so.
func CheckChance(b *report.Body, prefix string, accuracy float64, test *data.Set) {
	percent := func(v float64) string { return report.Format(report.Percent(v)) }
	largest := Chance(test)
	if largest == 1 {
		b.Answerf("All test images are of one class, so this does not say whether classes are told apart.")
		return
	}
	name := "better than chance"
	if largest < 0.5 {
		name = "more right than wrong"
	}
	b.Check(prefix+name, accuracy > max(largest, 0.5), "test accuracy %s; the largest class is %s of the images",
		percent(accuracy), percent(largest))
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
