package losses

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"

	"hw4/data"
	"hw4/internal/problems/losses/minimum"
	"hw4/internal/report"
	"hw4/loss"
	"hw4/tensor"
)

// objective returns a loss on a set of images, in double precision.
func objective(l binaryLoss, set *data.Set, noBias bool) *minimum.Objective {
	return minimum.New(l.exact, set, label, noBias)
}

// reportLimit reports where the losses are heading: what L-BFGS finds on all
// training images at once, in double precision.
func (o Options) reportLimit(ctx context.Context, b *report.Body, s *data.MNIST, all []*evidence) error {
	squares, kl := objective(binaryLosses[0], s.Train, o.NoBias), objective(binaryLosses[1], s.Train, o.NoBias)
	test := objective(binaryLosses[1], s.Test, o.NoBias)
	zero := make([]float64, kl.Dim)
	best, err := kl.Minimise(ctx, zero, "optimum of the KL divergence", o.Progress)
	if err != nil {
		return err
	}
	from0, err := squares.Minimise(ctx, zero, "sum of squares from 0", o.Progress)
	if err != nil {
		return err
	}
	fromKL, err := squares.Minimise(ctx, best.W, "sum of squares from the optimum of the KL divergence", o.Progress)
	if err != nil {
		return err
	}
	row := func(l binaryLoss, start string, at minimum.Optimum) []any {
		return []any{l.title, start, at.Loss, report.Percent(kl.Accuracy(at.W)), report.Percent(test.Accuracy(at.W)),
			at.Gradient}
	}
	b.Textf("Where would longer training end? The minimum of each loss, by L-BFGS on all training images in at most %d "+
		"iterations:", minimum.MaxIterations)
	b.Table([]string{"loss", "start", "training loss", "training accuracy", "test accuracy", "gradient norm"}, [][]any{
		row(binaryLosses[1], "0", best), row(binaryLosses[0], "0", from0), row(binaryLosses[0], "KL's optimum", fromKL),
	})
	reportAttained(b, kl, best)
	checkOptimum(b, kl, best, all)
	reportConvexity(b, squares, from0, fromKL)
	checkGradients(b)
	reportEarly(b, test, best, all)
	return nil
}

// reportAttained says how far the KL divergence can fall, and whether any weights
// take it there.
func reportAttained(b *report.Body, kl *minimum.Objective, best minimum.Optimum) {
	wrong := int(math.Round((1 - kl.Accuracy(best.W)) * float64(kl.Images())))
	if wrong == 0 {
		reportSeparated(b, kl, best)
		return
	}
	b.Textf("The KL divergence is convex in (a, b), so a descent cannot get stuck in a local minimum. After %d "+
		"iterations from 0 it is %.4f; the last quarter of them lowered it by %.1f %%. %d of the %d training images are "+
		"still wrong.",
		best.Iterations, best.Loss, 100*best.Gain, wrong, kl.Images())
	b.Check("kl: near the infimum", best.Gain < 0.02,
		"the last quarter of the iterations lowered the loss by %.2g of its value", best.Gain)
	if p := kl.OneSided(); p.Pixels > 0 {
		reportUnattained(b, kl, best, p)
	}
}

// reportUnattained says that pixels that are lit in images of one class alone leave the
// KL divergence without a minimum.
func reportUnattained(b *report.Body, kl *minimum.Objective, best minimum.Optimum, p minimum.OneSided) {
	lit, sign := "1 pixel is", "+"
	if p.Pixels > 1 {
		lit = fmt.Sprintf("%d pixels are", p.Pixels)
	}
	if p.Label < 0 {
		sign = "-"
	}
	row, col := p.Most/kl.Cols, p.Most%kl.Cols
	b.Textf("It has no minimum, only an infimum: %s lit in images of only one class. For example, pixel (%d, %d), "+
		"counted from 0, is lit in %s with y = %s1 and in no others. So the loss always becomes smaller when its weight "+
		"goes to %sinfinity. Here the norm of (a, b) is %.0f.", lit, row, col, report.Plural(p.Images, "image"), sign, sign,
		floats.Norm(best.W, 2))
	w, dw := slices.Clone(best.W), make([]float64, kl.Dim)
	losses := []float64{best.Loss}
	falling := true
	for _, step := range []float64{1, 10, 100} {
		w[p.Most] = best.W[p.Most] + step*p.Label
		v := kl.At(w, dw)
		falling = falling && v < losses[len(losses)-1]
		losses = append(losses, v)
	}
	b.Check("kl: no weights attain the infimum", falling,
		"with the weight of pixel (%d, %d) further out by 1, 10 and 100 the loss falls from %.8f to %.8f, %.8f and %.8f",
		row, col, losses[0], losses[1], losses[2], losses[3])
}

// reportSeparated says what it means that no training image is wrong.
func reportSeparated(b *report.Body, kl *minimum.Objective, best minimum.Optimum) {
	dw := make([]float64, kl.Dim)
	twice := kl.At(floats.ScaleTo(make([]float64, kl.Dim), 2, best.W), dw)
	b.Textf("A hyperplane separates the classes, so that the KL divergence comes as near to 0 as the weights are large, "+
		"and no weights attain its infimum: after %d iterations from 0 it is %.2g.", best.Iterations, best.Loss)
	b.Check("kl: no weights attain the infimum", twice < best.Loss,
		"every training image is right, and with twice the weights the loss falls from %.2g to %.2g", best.Loss, twice)
}

// checkOptimum checks the optimum of the KL divergence: its gradient by a
// difference quotient, and its loss against every training run's.
func checkOptimum(b *report.Body, kl *minimum.Objective, best minimum.Optimum, all []*evidence) {
	w, dw, unused := make([]float64, kl.Dim), make([]float64, kl.Dim), make([]float64, kl.Dim)
	kl.At(w, dw) // at 0, where the gradient is not small
	norm := floats.Norm(dw, 2)
	if norm > 0 { // else all images are black, and there is no bias
		value := func(t float64) float64 {
			floats.AddScaledTo(w, make([]float64, kl.Dim), t/norm, dw)
			return kl.At(w, unused)
		}
		slope := fd.Derivative(value, 0, &fd.Settings{Formula: fd.Central, Step: 1e-5})
		b.Check("kl: the gradient", math.Abs(slope-norm) < 1e-6*norm,
			"at 0 its norm is %.8f, and the difference quotient along it %.8f", norm, slope)
	}
	least := math.Inf(1)
	for _, e := range all {
		for _, pair := range e.trials {
			for _, at := range pair[1].curve {
				least = min(least, at.TrainLoss)
			}
		}
	}
	b.Check("kl: below every run", best.Loss < least, "training loss %.6f, where the best run by SGD has %.6f",
		best.Loss, least)
}

// reportConvexity says whether two places at which L-BFGS came to rest refute
// that the sum of squares is convex: a convex function lies nowhere below its
// tangent planes.
func reportConvexity(b *report.Body, squares *minimum.Objective, x, y minimum.Optimum) {
	if y.Loss > x.Loss {
		x, y = y, x
	}
	step, dw := make([]float64, squares.Dim), make([]float64, squares.Dim)
	squares.At(x.W, dw)
	floats.SubTo(step, y.W, x.W)
	tangent := x.Loss + floats.Dot(dw, step)
	if tangent < y.Loss+1e-3*x.Loss {
		return // these two places leave it open
	}
	b.Textf("The sum of squares is not convex: from two starts it ends at %.4f and at %.4f. For each image, its "+
		"gradient is that of the KL divergence times 4 sigma(z) sigma(-z). This factor is almost 0 for images that are very "+
		"wrong, so they hardly count.", x.Loss, y.Loss)
	b.Check("mse: not convex", tangent > y.Loss, "at its lower minimum it is %.6f; its tangent plane at the higher one "+
		"is %.6f there, and a convex function is never below its tangent planes", y.Loss, tangent)
}

// checkGradients checks that, as functions of the logit, the gradient of the sum
// of squares is that of the KL divergence times 4 sigma(z) sigma(-z).
func checkGradients(b *report.Body) {
	worst, points := 0.0, 0
	for z := -20.0; z <= 20; z += 0.125 {
		for _, y := range []float64{-1, 1} {
			var slope [2]float64
			for i, l := range binaryLosses {
				zt := tensor.FromSlice([]float64{z}).RequireGrad()
				slope[i] = tensor.Gradients(l.exact(zt, tensor.FromSlice([]float64{y}), loss.Mean), nil, zt)[0].Item()
			}
			worst = math.Max(worst, math.Abs(slope[0]-4*sigma(z)*sigma(-z)*slope[1]))
			points++
		}
	}
	b.Check("mse and kl: their gradients", worst < 1e-15, "that of the sum of squares is that of the KL "+
		"divergence times 4 sigma(z) sigma(-z), to %.2g at %d points", worst, points)
}

// reportEarly compares the runs with the minimum.Optimum, and what the settings change
// with what the loss does.
func reportEarly(b *report.Body, test *minimum.Objective, best minimum.Optimum, all []*evidence) {
	limit := 1 - test.Accuracy(best.W)
	at, which := all[0], 0
	low, high, between := math.Inf(1), 0.0, 0.0
	for _, e := range all {
		for l, interval := range e.errors {
			if interval.Mean < at.errors[which].Mean {
				at, which = e, l
			}
		}
		squares, kl := e.errors[0].Mean, e.errors[1].Mean
		low, high, between = min(low, squares), max(high, squares), max(between, math.Abs(squares-kl))
	}
	least := at.errors[which].Mean
	relation := map[int]string{-1: "less than", 0: "as much as", 1: "more than"}[cmp.Compare(least, limit)]
	b.Textf("The runs by SGD stop on the way: at %s the KL divergence on the training images is %.4f on average. The "+
		"smallest mean test error, %s with the %s at that setting, is %s the %s at the optimum of the KL divergence.",
		settings(at), at.meanCurve(1)[at.epochs].TrainLoss, report.Percent(least), binaryLosses[which].title,
		relation, report.Percent(limit))
	if len(all) > 1 {
		b.Textf("Over the settings the mean test error of the sum of squares goes from %s to %s; at one setting the two "+
			"losses differ by at most %.2f points.", report.Percent(low), report.Percent(high), 100*between)
	}
}
