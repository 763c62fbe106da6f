package homework

import (
	"fmt"
	"math"

	"hw4/data"
	"hw4/internal/draw"
	"hw4/internal/report"
	"hw4/tensor"
)

// lossPictures shows what the trained models of Problem 5 are: their curves, their
// weights and their mistakes.
func (a *answer) lossPictures(fits []*fit, curves [][]epoch) {
	a.plotEpochs(fits, curves, "loss", func(e epoch) (train, test float64) { return e.TrainLoss, e.TestLoss })
	a.plotEpochs(fits, curves, "accuracy (%)", func(e epoch) (train, test float64) { return 100 * e.TrainAcc, 100 * e.TestAcc })
	for _, f := range fits {
		a.weightsPicture(f)
		a.mistakesPicture("the "+f.name, f.test, binaryMistakes(f.test, f.outputs(f.test)))
	}
}

// plotEpochs plots one quantity of every fit, on the training and the test set,
// over the epochs. If there are enough of them it leaves out epoch 0, the chance
// before training, beside which the rest would look all the same.
func (a *answer) plotEpochs(fits []*fit, curves [][]epoch, y string, of func(e epoch) (train, test float64)) {
	p := report.Plot{Title: plotTitle(y), X: "epoch", Y: y}
	for i, f := range fits {
		train, test := report.Series{Name: f.name + ", training"}, report.Series{Name: f.name + ", test"}
		measured := false
		shown := curves[i]
		if len(shown) > 2 {
			shown = shown[1:]
		}
		for _, e := range shown {
			onTrain, onTest := of(e)
			measured = measured || finite(onTrain)
			train.X, train.Y = append(train.X, float64(e.Epoch)), append(train.Y, onTrain)
			test.X, test.Y = append(test.X, float64(e.Epoch)), append(test.Y, onTest)
		}
		if measured {
			p.Series = append(p.Series, train)
		}
		p.Series = append(p.Series, test)
		if i > 0 {
			p.Alt += "; "
		}
		p.Alt += fmt.Sprintf("%s: from %.3g to %.3g on the test set", f.name, test.Y[0], test.Y[len(test.Y)-1])
	}
	p.Alt += "."
	a.add(p)
}

func plotTitle(y string) string {
	if y == "loss" {
		return "Loss by epoch"
	}
	return "Accuracy by epoch"
}

// weightsPicture shows the weight vector as the image that it is the inner
// product with.
func (a *answer) weightsPicture(f *fit) {
	const square = 11
	weights := tensor.Reshape(f.network.Params()[0].Value.NoGrad(), f.train.Rows, f.train.Cols)
	over := draw.Around(weights)
	a.add(report.Picture{
		Title: "The weight vector a, trained by the " + f.name,
		Alt: fmt.Sprintf("The weights as an image of %d x %d: red, up to %.3g, where ink speaks for a 9, blue, down to %.3g, where it speaks for a 4, white where it says nothing.",
			f.train.Rows, f.train.Cols, over.Hi, over.Lo),
		Image:  draw.HeatMap(weights, square),
		Panels: []report.Panel{{Image: draw.Map(weights, draw.Diverging, over)}},
	})
}

// binaryMistakes returns the images that are on the wrong side, z y < 0, with the
// model's probability of the wrong class, 1/(1 + e^-|z|).
func binaryMistakes(set *data.Set, z *tensor.Tensor[float32]) []mistake {
	var mistakes []mistake
	for i, digit := range set.Labels {
		if v := z.Data()[i]; v*sign(digit) < 0 {
			label := int(digit)
			mistakes = append(mistakes, mistake{image: i, label: label, said: 13 - label, probability: 1 / (1 + math.Exp(-math.Abs(float64(v))))})
		}
	}
	return mistakes
}
