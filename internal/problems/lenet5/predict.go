package lenet5

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"hw4/data"
	"hw4/internal/draw"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// Bounds of what is taken for a digit.
const (
	leastProbability = 0.6 // of the likeliest digit
	// The same where light and paper may look like ink: with more of the contrast left on
	// the paper, or with less contrast.
	surest, rough, weak = 0.9, 0.1, 0.25
	widestDigit         = 2.  // width of the ink by its height
	roughest            = 0.2 // share of the contrast that may be left on the paper
	// A reading whose paper is rougher than the evenest by so much of the contrast has 1/e
	// of its weight.
	unevenness = 0.03
)

// A Prediction is what a network sees in a picture.
type Prediction struct {
	Reading       data.Reading[float32] // of the picture, which counts most
	Probabilities []float64             // of the ten digits
	Digit         int                   // the likeliest
}

// predict reports what a network sees in pictures of digits. If there is one picture
// only, one that shows no digit is an error; of several, a failed check.
func predict(b *report.Body, paths []string, network nn.Module[float32]) error {
	var rows [][]any
	var refused []report.Item
	for _, path := range paths {
		p, err := predictFile(path, network)
		switch {
		case err != nil && len(paths) == 1:
			return problem.Input(err)
		case err != nil:
			rows = append(rows, []any{path, "-", "-"})
			refused = append(refused, report.Textf("%v", err))
			continue
		}
		rows = append(rows, []any{path, p.Digit, report.Percent(p.Probabilities[p.Digit])})
		p.report(b, path)
	}
	if len(paths) == 1 {
		b.Answerf("%s shows %s, with probability %s.", paths[0], aDigit(rows[0][1].(int)), report.Format(rows[0][2]))
		return nil
	}
	b.Answer = append(b.Answer, report.Table{Header: []string{"picture", "digit", "probability"}, Rows: rows})
	b.Answer = append(b.Answer, refused...)
	b.Check("every picture shows one digit", len(refused) == 0, "%d of %d do", len(paths)-len(refused), len(paths))
	return nil
}

// aDigit returns a digit with its article.
func aDigit(n int) string {
	if n == 8 {
		return "an 8"
	}
	return fmt.Sprintf("a %d", n)
}

// report adds what a prediction is made of.
func (p Prediction) report(b *report.Body, path string) {
	x := p.Reading.Image
	h, w := x.Dim(2), x.Dim(3)
	b.Add(report.Picture{
		Title: "What the network sees in " + path,
		Alt: fmt.Sprintf("The digit of %s in %d x %d pixels, scaled and centred as MNIST's are; to the network it is %s.",
			path, w, h, aDigit(p.Digit)),
		Image: draw.Map(tensor.Reshape(x, h, w), draw.Ink, draw.Unit()),
	})
	rows := make([][]any, len(p.Probabilities))
	for digit, v := range p.Probabilities {
		rows[digit] = []any{digit, report.Percent(v)}
	}
	b.Table([]string{"digit", "probability"}, rows)
	sum := floats.Sum(p.Probabilities)
	b.Check("the probabilities add up", math.Abs(sum-1) <= 1e-12, "their sum differs from 1 by %.2g", math.Abs(sum-1))
	b.Add(report.Textf("The ink differs from its paper by %s of the light; on the paper %s of that is left.",
		report.Percent(p.Reading.Contrast), report.Percent(p.Reading.Rough)))
	row, column := centre(x)
	b.Check("the digit is placed as MNIST's are", math.Abs(row-14) <= 1 && math.Abs(column-14) <= 1,
		"its centre of mass is at row %.1f and column %.1f; MNIST has it at 14 and 14", row, column)
}

// predictFile returns what a network sees in a picture.
func predictFile(path string, network nn.Module[float32]) (p Prediction, err error) {
	readings, err := data.ReadDigit[float32](path)
	if err != nil {
		return p, err
	}
	if p, err = Predict(readings, network); err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return p, err
}

// Predict returns what a network sees in a picture, by its readings. The error says what
// keeps that from being one digit.
func Predict(readings []data.Reading[float32], network nn.Module[float32]) (Prediction, error) {
	p := weigh(readings, network)
	why, least := "", leastProbability
	if p.Reading.Rough > rough || p.Reading.Contrast < weak {
		least = surest
	}
	switch v := p.Probabilities[p.Digit]; {
	case math.IsNaN(v):
		return p, errors.New("the network's outputs are no numbers with these weights; want weights of a training that " +
			"went well")
	case p.Reading.Rough > roughest:
		why = fmt.Sprintf("the paper is uneven, by %s of the ink's contrast", report.Percent(p.Reading.Rough))
	case p.Reading.Others > 0:
		why = fmt.Sprintf("%d pieces of ink of about the same size lie apart", p.Reading.Others+1)
	case aspect(p.Reading.Image) > widestDigit:
		why = fmt.Sprintf("its ink is %.1f times as wide as high", aspect(p.Reading.Image))
	case v < least:
		why = fmt.Sprintf("the likeliest, %s, has a probability of only %s", aDigit(p.Digit), report.Percent(v))
	default:
		return p, nil
	}
	return p, fmt.Errorf("this does not look like one digit: %s; want one digit, alone on its paper", why)
}

// weigh returns what a network sees in all readings of a picture together: the mean of
// the probabilities, in which those readings count more whose paper is even, which hold
// the only ink of their size, and of which the network is sure.
func weigh(readings []data.Reading[float32], network nn.Module[float32]) (p Prediction) {
	p.Probabilities = make([]float64, 10)
	total, heaviest := 0.0, -1.0
	for _, r := range readings {
		q := digitProbabilities(network, r.Image)
		weight := math.Exp((readings[0].Rough-r.Rough)/unevenness) * math.Pow(floats.Max(q), 3)
		if r.Others > 0 {
			weight /= 4
		}
		floats.AddScaled(p.Probabilities, weight, q)
		total += weight
		if weight > heaviest || math.IsNaN(weight) {
			heaviest, p.Reading = weight, r
		}
	}
	floats.Scale(1/total, p.Probabilities)
	p.Digit = floats.MaxIdx(p.Probabilities)
	return p
}

// centre returns the centre of mass of a digit's pixels.
func centre(x *tensor.Tensor[float32]) (row, column float64) {
	ink := 0.0
	for i, v := range x.Data() {
		ink += float64(v)
		row, column = row+float64(v)*float64(i/x.Dim(3)), column+float64(v)*float64(i%x.Dim(3))
	}
	return row / ink, column / ink
}

// aspect returns the width of a digit's ink by its height.
func aspect(x *tensor.Tensor[float32]) float64 {
	top, bottom, left, right := math.MaxInt, -1, math.MaxInt, -1
	for i, v := range x.Data() {
		if v > 0 {
			top, bottom = min(top, i/x.Dim(3)), max(bottom, i/x.Dim(3))
			left, right = min(left, i%x.Dim(3)), max(right, i%x.Dim(3))
		}
	}
	return float64(right-left+1) / float64(bottom-top+1)
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
