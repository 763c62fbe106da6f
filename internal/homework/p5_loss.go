package homework

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"hw4/data"
	"hw4/internal/checkpoint"
	"hw4/internal/report"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// A binaryLoss is one of the two losses of Problem 5, of logits and labels -1
// and +1.
type binaryLoss struct {
	name  string // as the flag spells it
	title string
	apply func(z, y *tensor.Tensor[float32], r loss.Reduction) *tensor.Tensor[float32]
	exact func(z, y *tensor.Tensor[float64], r loss.Reduction) *tensor.Tensor[float64] // the same in double precision
	start float64                                                                      // its value at z = 0
}

var binaryLosses = []binaryLoss{
	{"mse", "sum of squares", loss.SumOfSquares[float32], loss.SumOfSquares[float64], 0.5},
	{"kl", "KL divergence", loss.KL[float32], loss.KL[float64], math.Ln2},
}

// trainLosses answers Problem 5 by training the model.
func trainLosses(ctx context.Context, cfg Config) (*report.Report, error) {
	mnist, err := data.Load(cfg.Data)
	if err != nil {
		return nil, &InputError{Err: err}
	}
	trainSet, testSet, err := foursAndNines(mnist)
	if err != nil {
		return nil, err
	}
	a := newAnswer(5)
	a.text("%d training and %d test images of the classes 4 (y = -1) and 9 (y = +1), pixels in [0, 1]; z = %s; SGD with learning rate %s, batches of %d, %s epochs, seed %d.",
		trainSet.Len(), testSet.Len(), modelFormula(cfg), alternatives(cfg.rates()), cfg.Batch, alternatives(cfg.stops()), cfg.Seed)
	a.checkLossFormulas(cfg)
	if cfg.isGrid() {
		if cfg.Loss != "both" || cfg.Seeds < 2 {
			return nil, usagef("several learning rates or numbers of epochs compare both losses, from at least 2 seeds")
		}
		if err := a.compareSeeds(ctx, cfg, trainSet, testSet); err != nil {
			return nil, err
		}
		return a.report()
	}
	keep, err := openCheckpoint(cfg, data.MNIST{Train: trainSet, Test: testSet}, logisticShard,
		checkpoint.Setting{Name: "model", Value: modelFormula(cfg)},
		checkpoint.Setting{Name: "loss", Value: cfg.Loss},
		checkpoint.Setting{Name: "optimizer", Value: "SGD"})
	if err != nil {
		return nil, err
	}
	defer keep.close()
	var curves [][]epoch
	var chosen []binaryLoss
	var sums [][]any
	var fits []*fit
	for _, l := range binaryLosses {
		if cfg.Loss != l.name && cfg.Loss != "both" {
			continue
		}
		f := logisticFit(cfg, l, trainSet, testSet)
		f.checkpoint = keep
		epochs, err := f.run(ctx, cfg.Progress)
		if err != nil {
			return nil, err
		}
		sums = append(sums, weightsSum(f))
		a.lossCurve(l, epochs, chance(testSet))
		curves, chosen, fits = append(curves, epochs), append(chosen, l), append(fits, f)
	}
	a.lossPictures(fits, curves)
	if len(chosen) == 2 {
		a.compareLosses(chosen, curves, testSet.Len())
	}
	a.weightsSums(sums)
	if cfg.Loss == "both" && cfg.Seeds > 1 {
		if err := a.compareSeeds(ctx, cfg, trainSet, testSet); err != nil {
			return nil, keep.stopped(err)
		}
	}
	return a.saved(cfg, fits, curves)
}

func modelFormula(cfg Config) string {
	if cfg.NoBias {
		return "a'x"
	}
	return "a'x + b"
}

// logisticFit returns the training of the sheet's model. The start and the order
// of the batches depend on the seed alone, so that both losses get the same.
func logisticFit(cfg Config, l binaryLoss, trainSet, testSet *data.Set) *fit {
	pixels := trainSet.Rows * trainSet.Cols
	start := rand.New(rand.NewPCG(cfg.Seed, 50))
	return &fit{
		name:    l.title,
		network: nn.NewLinear[float32](start, pixels, 1, nn.LinearOptions{NoBias: cfg.NoBias}),
		loss: func(z *tensor.Tensor[float32], labels []byte) *tensor.Tensor[float32] {
			y := tensor.Out(z.Shape(), z)
			for i, label := range labels {
				y.Data()[i] = sign(label)
			}
			return l.apply(z, y, loss.Mean)
		},
		correct: correctSigns,
		train:   trainSet,
		test:    testSet,
		fitted:  trainSet,
		epochs:  cfg.Epochs,
		batch:   cfg.Batch,
		lr:      cfg.LR,
		order:   rand.NewPCG(cfg.Seed, 51),
		shard:   logisticShard,
	}
}

// logisticShard is the number of images that go through the model together: large,
// since the graph of a shard takes a good part of its time, but so that two cores
// have something to do for a usual batch.
const logisticShard = 32

// sign returns the label of Problem 5 for the digit 4 or 9, -1 or +1, without a
// branch: (2 digit - 13) / 5.
func sign(digit byte) float32 { return float32((2*int(digit) - 13) / 5) }

// correctSigns counts the logits on the right side: z y >= 0.
func correctSigns(z *tensor.Tensor[float32], digits []byte) int {
	n := 0
	for i, digit := range digits {
		if z.Data()[i]*sign(digit) >= 0 {
			n++
		}
	}
	return n
}

// lossCurve reports one training run, of which guessing is right with probability
// chance.
func (a *answer) lossCurve(l binaryLoss, epochs []epoch, chance float64) {
	rows := make([][]any, len(epochs))
	for i, e := range epochs {
		rows[i] = []any{e.Epoch, e.TrainLoss, report.Percent(e.TrainAcc), e.TestLoss, report.Percent(e.TestAcc)}
	}
	a.text("Minimising the %s:", l.title)
	a.table([]string{"epoch", "training loss", "accuracy", "test loss", "accuracy"}, rows)
	first, last := epochs[0], epochs[len(epochs)-1]
	a.check(l.name+": the training loss fell", last.TrainLoss < first.TrainLoss, "from %.4g to %.4g", first.TrainLoss, last.TrainLoss)
	a.check(l.name+": better than chance", last.TestAcc > chance, "test accuracy %s; the larger class is %s of the images", percent(last.TestAcc), percent(chance))
}

// compareLosses reports the difference that the loss made.
func (a *answer) compareLosses(ls []binaryLoss, curves [][]epoch, images int) {
	var right [2]int
	for i, c := range curves {
		right[i] = int(math.Round(c[len(c)-1].TestAcc * float64(images)))
	}
	ahead, behind := 0, 1
	if right[1] > right[0] {
		ahead, behind = 1, 0
	}
	verdict := "both classify the same number of test images correctly"
	if difference := right[ahead] - right[behind]; difference > 0 {
		verdict = fmt.Sprintf("the %s classifies %s more correctly", ls[ahead].title, plural(difference, "test image"))
	}
	p := float64(right[0]+right[1]) / float64(2*images)
	a.text("From the same start, on the same batches, %s: %d against %d of %d. One run tells little: one standard error of such a count is %.0f images.",
		verdict, right[ahead], right[behind], images, math.Sqrt(float64(images)*p*(1-p)))
	a.check("same start", curves[0][0].TestAcc == curves[1][0].TestAcc, "both begin at a test accuracy of %s", percent(curves[0][0].TestAcc))
}

// checkLossFormulas checks the losses against the sheet's definitions.
func (a *answer) checkLossFormulas(cfg Config) {
	rng := rand.New(rand.NewPCG(cfg.Seed, 52))
	worst := map[string]float64{}
	for range 1000 {
		z := 6 * rng.NormFloat64()
		for _, y := range []float64{-1, 1} {
			zt, yt := tensor.FromSlice([]float64{z}), tensor.FromSlice([]float64{y})
			worst["mse"] = math.Max(worst["mse"], math.Abs(loss.SumOfSquares(zt, yt, loss.Mean).Item()-hint(z, y)))
			worst["kl"] = math.Max(worst["kl"], math.Abs(loss.KL(zt, yt, loss.Mean).Item()-divergence(z, y)))
		}
	}
	a.check("mse: the sheet's formula", worst["mse"] < 1e-14, "2 sigma(-yz)^2 and the hint's l(z, y) differ by at most %.2g at 2000 points", worst["mse"])
	a.check("kl: the definition", worst["kl"] < 1e-10, "log(1 + e^-yz) and D_KL(P(y) || f(x)) differ by at most %.2g at 2000 points", worst["kl"])
	for _, l := range binaryLosses {
		z := tensor.FromSlice([]float32{0}).RequireGrad()
		v := l.apply(z, tensor.FromSlice([]float32{1}), loss.Mean)
		slope := tensor.Gradients(v, nil, z)[0].Item()
		a.check(l.name+": at z = 0", closeTo(float64(v.Item()), float64(float32(l.start))) && slope == -0.5, "value %.6f, slope %g y", v.Item(), slope)
	}
}

// hint is l(z, y) as the sheet's hint writes it.
func hint(z, y float64) float64 {
	sigma := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	square := func(x float64) float64 { return x * x }
	return 0.5*(1-y)*(square(1-sigma(-z))+square(sigma(z))) +
		0.5*(1+y)*(square(sigma(-z))+square(1-sigma(z)))
}

// divergence is the KL divergence of f(x) from the label's distribution P(y), by
// the definition: the sum of p log(p/q), where 0 log 0 is 0.
func divergence(z, y float64) float64 {
	p := [2]float64{(1 - y) / 2, (1 + y) / 2}
	q := [2]float64{1 / (1 + math.Exp(z)), 1 / (1 + math.Exp(-z))}
	d := 0.0
	for i := range p {
		if p[i] > 0 {
			d += p[i] * math.Log(p[i]/q[i])
		}
	}
	return d
}
