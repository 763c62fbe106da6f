package losses

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"hw4/data"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/training"
	"hw4/tensor/nn"
)

// A Jury judges weights and claims by the images of a data set.
type Jury struct{ s *data.MNIST }

// NewJury reads the images. The error is a *problem.InputError.
func NewJury(source data.Source) (*Jury, error) {
	s, err := load(source)
	return &Jury{s}, err
}

// usualLoss is the mean loss on MNIST's test images after the course's three epochs, by
// PyTorch, for the losses in their order, and nearLoss how many times as large it may be.
var usualLoss = [2]float64{0.1, 0.175}

const nearLoss = 1.25

// Judge judges weights as those of a model trained with a loss: so large a share of the
// test images as floor must be classified correctly, and the loss must be near what training
// by the course's settings gives, or smaller. The error is a *problem.InputError for
// weights of another model.
func (j *Jury) Judge(w *training.Weights, lossName string, floor float64) (report.Verdict, error) {
	which := slices.Index(names(), lossName)
	if which < 0 {
		return report.Verdict{}, problem.Unknown("loss", lossName, names())
	}
	l := binaryLosses[which]
	model, err := linearOf(w, j.s.Test.Rows*j.s.Test.Cols)
	if err != nil {
		return report.Verdict{}, err
	}
	f := Options{NoBias: model.Bias == nil}.fit(l, j.s)
	f.Network = model
	most := nearLoss * usualLoss[which]
	mean, accuracy := f.Evaluate(j.s.Test)
	var v report.Verdict
	v.Check("accuracy", accuracy >= floor, "%s of the %d test images are classified correctly; at least %s are wanted",
		report.Percent(accuracy), j.s.Test.Len(), report.Percent(floor))
	v.Check("near what the "+l.title+" gives", mean <= most, "its mean on the test images is %.4f; training by the "+
		"course's settings gives about %g, and at most %.3g is wanted", mean, usualLoss[which], most)
	if v.AnswerChecks(); v.Right {
		return v, nil
	}
	v.Code = map[bool]string{true: "far-from-the-minimum", false: "below-the-floor"}[accuracy >= floor]
	if accuracy <= training.Chance(j.s.Test)+0.02 {
		v.Code = "nothing-learned"
	}
	right := func() bool {
		mean, accuracy := f.Evaluate(j.s.Test)
		return accuracy >= floor && mean <= most
	}
	if m := weightMistake(model, right); m.code != "" {
		v.Code = m.code
		v.Answerf("Diagnosis: %s.", m.why)
	}
	return v, nil
}

// weightMistake returns the mistake without which a model is right, changing it; empty:
// none.
func weightMistake(model *nn.LinearLayer[float32], right func() bool) undoing {
	a, bias := model.Weight.Data(), float32(0)
	original := slices.Clone(a)
	if model.Bias != nil {
		bias = model.Bias.Item()
	}
	for _, m := range weightMistakes {
		b := m.offset * bias
		for i, v := range original {
			a[i] = v * m.factor
			b -= m.mean * a[i]
		}
		if model.Bias != nil {
			model.Bias.Data()[0] = b
		}
		if right() {
			return m
		}
	}
	return undoing{}
}

// An undoing makes weights right again that are right for other images or labels: it
// multiplies a and b by factors, and then subtracts from b what the mean of the pixels adds.
type undoing struct {
	code, why            string
	factor, offset, mean float32 // of a, of b, and of the pixels
}

// WeightCodes returns the words for what is wrong with weights.
func WeightCodes() []string {
	return append([]string{"far-from-the-minimum", "below-the-floor", "nothing-learned"},
		report.Each(weightMistakes, func(m undoing) string { return m.code })...)
}

// ClaimCodes returns the words for what is wrong with claims.
func ClaimCodes() []string { return []string{"accuracy-not-possible", "claim-against-numbers"} }

// weightMistakes are the usual ones.
var weightMistakes = []undoing{
	{"labels-swapped", "the labels are swapped: y is -1 for a 4 and +1 for a 9", -1, -1, 0},
	{"pixels-normalised", "the model was trained on pixels without their mean, divided by their deviation (0.1307 " +
		"and 0.3081); they are to be from 0 to 1", 1 / 0.3081, 1, 0.1307},
	{"pixels-to-255", "the model was trained on pixels from 0 to 255; they are to be from 0 to 1", 255, 1, 0},
}

// A Claim is what somebody found of Problem 5: which loss does better, by what accuracies on
// the test images, as shares or in per cent.
type Claim struct {
	Better  string   // "mse", "kl" or "neither"; empty: not answered
	MSE, KL *float64 // nil: not answered
}

// leastAccuracy and mostAccuracy are what the test accuracies of the model can be after
// some training: below is not learned, and above is beyond the minimum of either loss.
const leastAccuracy, mostAccuracy = 0.9, 0.98

// JudgeClaim judges a claim: the two accuracies must be possible, and what is claimed must
// be what they say. Which loss wins is left open, since it depends on the settings.
func JudgeClaim(c Claim) (report.Verdict, error) {
	answers := append(names(), "neither")
	var v report.Verdict
	if c.Better != "" {
		if err := problem.OneOf("answer", c.Better, answers); err != nil {
			return v, problem.Input(err)
		}
	}
	var found [2]float64
	for i, p := range []*float64{c.MSE, c.KL} {
		l := binaryLosses[i]
		if found[i] = math.NaN(); p == nil {
			v.Check("accuracy with the "+l.title, false, "not answered")
			v.Code = cmp.Or(v.Code, report.CodeNotAnswered)
			continue
		}
		if found[i] = *p; *p > 1 {
			found[i] /= 100
		}
		possible := found[i] >= leastAccuracy && found[i] <= mostAccuracy
		v.Check("accuracy with the "+l.title, possible, "%s; training gives %s to %s", report.Percent(found[i]),
			report.Percent(leastAccuracy), report.Percent(mostAccuracy))
		if !possible {
			v.Code = "accuracy-not-possible"
		}
	}
	says := answers[2]
	switch {
	case found[0] > found[1]:
		says = answers[0]
	case found[1] > found[0]:
		says = answers[1]
	}
	follows := c.Better == says || c.Better == answers[2] && math.Abs(found[0]-found[1]) <= noDifference
	switch {
	case c.Better == "" || math.IsNaN(found[0]+found[1]):
		follows, v.Code = false, cmp.Or(v.Code, report.CodeNotAnswered)
	case !follows:
		v.Code = "claim-against-numbers"
	}
	said := fmt.Sprintf("%q is claimed", c.Better)
	if c.Better == "" {
		said = "not answered"
	}
	v.Check("the claim follows from the numbers", follows, "%s", said)
	v.AnswerChecks()
	return v, nil
}

// noDifference is how far accuracies may be apart that are called equal: one standard
// error of a share of 95 % of the 1991 test images, and a little more for the rounding of
// decimals.
const noDifference = 0.005 + 1e-9
