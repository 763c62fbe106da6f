package homework

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"hw4/data"
	"hw4/internal/draw"
	"hw4/internal/report"
	"hw4/tensor"
	"hw4/tensor/train"
)

// outputs returns what the network says to every image of a set, (N, K).
func (f *fit) outputs(set *data.Set) *tensor.Tensor[float32] {
	const shard = 100
	rows := make([][]float32, set.Len())
	train.Evaluate(set.Len(), shard, func(scope *tensor.Scope[float32], lo, hi int) []float64 {
		out, _ := f.infer(scope, set, lo, hi)
		out = out.Clone()
		for i := range hi - lo {
			rows[lo+i] = out.Data()[i*out.Dim(1):][:out.Dim(1)]
		}
		return nil
	})
	return tensor.FromSlice(slices.Concat(rows...), set.Len(), len(rows[0]))
}

// A mistake is an image of a set that a network takes for another class.
type mistake struct {
	image       int     // its number in the set
	label, said int     // the class that it has, and that the network gives it
	probability float64 // of the latter, by the network
}

// worstFirst sorts mistakes by their probability, the surest first.
func worstFirst(mistakes []mistake) {
	slices.SortStableFunc(mistakes, func(a, b mistake) int { return cmp.Compare(b.probability, a.probability) })
}

// digit returns an image of a set as a picture, in ink on white.
func digit(set *data.Set, i int) *tensor.Tensor[float32] {
	return tensor.Reshape(data.Images[float32](set, []int{i}), set.Rows, set.Cols)
}

// mistakesPicture shows the surest mistakes of a network. who says whose they are.
func (a *answer) mistakesPicture(who string, set *data.Set, mistakes []mistake) {
	const shown, columns = 18, 6
	if len(mistakes) == 0 {
		return
	}
	worstFirst(mistakes)
	var tiles []draw.Tile
	for _, m := range mistakes[:min(shown, len(mistakes))] {
		tiles = append(tiles, draw.Tile{
			Image:   draw.Map(digit(set, m.image), draw.Ink, draw.Unit()),
			Caption: []string{fmt.Sprintf("a %d", m.label), fmt.Sprintf("P(%d) = %s", m.said, probability(m.probability))},
		})
	}
	worst := mistakes[0]
	a.add(report.Picture{
		Title: "Mistakes of " + who,
		Alt: fmt.Sprintf("The %d surest of %d mistakes on %d test images, each with the probability that the model gives the wrong class; the surest is a %d taken for a %d with probability %s.",
			len(tiles), len(mistakes), set.Len(), worst.label, worst.said, probability(worst.probability)),
		Image: draw.Tiles(tiles, columns, 4), Panels: tiles,
	})
}

// probability writes a probability with two decimals, or as many as it takes to
// be less than 1.
func probability(p float64) string {
	decimals := 2
	if p > 0.99 && p < 1 {
		decimals = min(9, int(math.Ceil(-math.Log10(1-p)-1e-9)))
	}
	return fmt.Sprintf("%.*f", decimals, p)
}
