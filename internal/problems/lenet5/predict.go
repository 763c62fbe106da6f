package lenet5

import (
	"fmt"
	"math"
	"slices"

	"hw4/data"
	"hw4/internal/draw"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// predict reports what a network sees in a picture of a digit.
func predict(b *report.Body, path string, network nn.Module[float32]) error {
	rs, err := data.ReadDigit[float32](path)
	if err != nil {
		return problem.Input(err)
	}
	x := rs[0].Image
	p := digitProbabilities(network, x)
	seen := slices.Index(p, slices.Max(p))
	b.Answerf("%s shows a %d, with probability %s.", path, seen, percent(p[seen]))
	b.Add(report.Picture{
		Title: "What the network sees",
		Alt: fmt.Sprintf("The digit of %s in %d x %d pixels, scaled and centred as MNIST's are; to the network it is a %d.",
			path, x.Dim(2), x.Dim(3), seen),
		Image: draw.Map(tensor.Reshape(x, x.Dim(2), x.Dim(3)), draw.Ink, draw.Unit()),
	})
	rows := make([][]any, len(p))
	sum := 0.0
	for digit, v := range p {
		rows[digit] = []any{digit, report.Percent(v)}
		sum += v
	}
	b.Table([]string{"digit", "probability"}, rows)
	b.Check("the probabilities add up", math.Abs(sum-1) <= 1e-12, "their sum differs from 1 by %.2g", math.Abs(sum-1))
	return nil
}

// digitProbabilities returns the softmax of a network's logits for one image.
func digitProbabilities(network nn.Module[float32], x *tensor.Tensor[float32]) []float64 {
	logits := network.Forward(x.NoGrad())
	wide := tensor.Zeros[float64](logits.Shape()...)
	for i, v := range logits.Data() {
		wide.Data()[i] = float64(v)
	}
	return tensor.Softmax(wide, 1).Data()
}

