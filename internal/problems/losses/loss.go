package losses

import (
	"math"
	"math/rand/v2"
	"slices"

	"hw4/data"
	"hw4/internal/report"
	"hw4/internal/training"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// A binaryLoss is one of the two losses of the problem, of logits and labels -1 and +1.
type binaryLoss struct {
	name  string // as settings spell it
	title string
	apply func(z, y *tensor.Tensor[float32], r loss.Reduction) *tensor.Tensor[float32]
	exact func(z, y *tensor.Tensor[float64], r loss.Reduction) *tensor.Tensor[float64] // in double precision
	start float64                                                                      // its value at z = 0
}

var binaryLosses = []binaryLoss{
	{"mse", "sum of squares", loss.SumOfSquares[float32], loss.SumOfSquares[float64], 0.5},
	{"kl", "KL divergence", loss.SoftMargin[float32], loss.SoftMargin[float64], math.Ln2},
}

// Both is the value of Options.Loss that compares the losses.
const Both = "both"

func names() []string { return report.Each(binaryLosses, func(l binaryLoss) string { return l.name }) }

// lossNamed returns the loss of a name that there is.
func lossNamed(name string) binaryLoss { return binaryLosses[slices.Index(names(), name)] }

// Names returns the values of Options.Loss.
func Names() []string { return append(names(), Both) }

// The classes: y = -1 is a four, y = +1 a nine.
const four, nine = 4, 9

// label returns the y of a class.
func label(class byte) float32 {
	if class == nine {
		return 1
	}
	return -1
}

// labelsLike returns the y of classes, in the shape of their logits z and stored where
// they are.
func labelsLike(z *tensor.Tensor[float32], classes []byte) *tensor.Tensor[float32] {
	y := tensor.Out(z.Shape(), z)
	for i, class := range classes {
		y.Data()[i] = label(class)
	}
	return y
}

// correct counts the images that are classified correctly: a nine for z > 0, else a
// four. A tie, z = 0, is a four whatever the image shows, as argmax would have it of the
// two equal outputs. (The course's script counts z y >= 0 as right, so that a tie is
// right for both classes.)
func correct(z *tensor.Tensor[float32], classes []byte) int {
	return loss.CorrectSign(z, labelsLike(z, classes))
}

// Misread returns the images of a set that logits z take for the other class, with the
// model's probability of that class, sigma(|z|).
func Misread(set *data.Set, z *tensor.Tensor[float32]) []training.Misread {
	var list []training.Misread
	for i, class := range set.Labels {
		v := z.Data()[i]
		if correct(tensor.FromSlice([]float32{v}), set.Labels[i:i+1]) == 0 {
			said := four + nine - int(class)
			list = append(list, training.Misread{Image: i, Label: int(class), Said: said,
				Probability: sigma(math.Abs(float64(v)))})
		}
	}
	return list
}

// shard is the number of images that go through the model together: large, since the
// graph of a shard takes a good part of its time, but so that two cores have something
// to do for a usual batch.
const shard = 32

// newModel returns the sheet's model for images of so many pixels, a'x + b or a'x.
func newModel(rng *rand.Rand, pixels int, noBias bool) *nn.LinearLayer[float32] {
	opt := nn.LinearOptions{}
	if noBias {
		opt.Bias = nn.WithoutBias
	}
	return nn.NewLinear[float32](rng, pixels, 1, opt)
}

// fit returns the training of the sheet's model. The start and the order of the batches
// depend on the seed alone, so that both losses get the same.
func (o Options) fit(l binaryLoss, s *data.MNIST) *training.Fit {
	pixels := s.Train.Rows * s.Train.Cols
	return &training.Fit{
		Name:    l.title,
		Network: newModel(seeded(o.Seed, 50), pixels, o.NoBias),
		Loss: func(z *tensor.Tensor[float32], classes []byte) *tensor.Tensor[float32] {
			return l.apply(z, labelsLike(z, classes), loss.Mean)
		},
		Correct: correct,
		Train:   s.Train,
		Test:    s.Test,
		Fitted:  s.Train,
		Epochs:  o.Epochs,
		Batch:   o.Batch,
		LR:      o.LR,
		Order:   rand.NewPCG(o.Seed, 51),
		Shard:   shard,
	}
}

// Fit returns the training of a single run with one loss, that which Solve does. The data is
// what MNIST has of the two classes, not Options.Data.
func (o Options) Fit(mnist *data.MNIST) (*training.Fit, error) {
	s, err := subsets(mnist)
	if err != nil {
		return nil, err
	}
	return o.fit(lossNamed(o.Loss), s), nil
}

// checkFormulas checks the losses against the sheet's definitions.
func checkFormulas(b *report.Body, seed uint64) {
	rng := seeded(seed, 52)
	var squares, kl float64
	for range 1000 {
		z := 6 * rng.NormFloat64()
		for _, y := range []float64{-1, 1} {
			zt, yt := tensor.FromSlice([]float64{z}), tensor.FromSlice([]float64{y})
			value := func(l binaryLoss) float64 { return l.exact(zt, yt, loss.Mean).Item() }
			squares = math.Max(squares, math.Abs(value(binaryLosses[0])-hint(z, y)))
			kl = math.Max(kl, math.Abs(value(binaryLosses[1])-divergence(z, y)))
		}
	}
	b.Check("mse: the sheet's formula", squares < 1e-14,
		"2 sigma(-yz)^2 and the hint's l(z, y) differ by at most %.2g at 2000 points", squares)
	b.Check("kl: the definition", kl < 1e-10,
		"log(1 + e^-yz) and D_KL(P(y) || f(x)) differ by at most %.2g at 2000 points", kl)
	for _, l := range binaryLosses {
		z := tensor.FromSlice([]float32{0}).RequireGrad()
		v := l.apply(z, tensor.FromSlice([]float32{1}), loss.Mean)
		slope := tensor.Gradients(v, nil, z)[0].Item()
		b.Check(l.name+": at z = 0", v.Item() == float32(l.start) && slope == -0.5, "value %.6f, slope %g y", v.Item(), slope)
	}
}

// sigma is the logistic function.
func sigma(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// hint is l(z, y) as the sheet's hint writes it.
func hint(z, y float64) float64 {
	square := func(x float64) float64 { return x * x }
	return 0.5*(1-y)*(square(1-sigma(-z))+square(sigma(z))) +
		0.5*(1+y)*(square(sigma(-z))+square(1-sigma(z)))
}

// divergence is the KL divergence of f(x) from the label's distribution P(y), by
// the definition: the sum of p log(p/q), where 0 log 0 is 0.
func divergence(z, y float64) float64 {
	p := [2]float64{(1 - y) / 2, (1 + y) / 2}
	q := [2]float64{sigma(-z), sigma(z)}
	d := 0.0
	for i := range p {
		if p[i] > 0 {
			d += p[i] * math.Log(p[i]/q[i])
		}
	}
	return d
}

// one counts a condition.
func one(holds bool) int {
	if holds {
		return 1
	}
	return 0
}
