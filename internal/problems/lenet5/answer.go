// Package lenet5 is Problem 7: the original C3 layer of LeNet-5, its parameters, and
// the training of the network.
package lenet5

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"math/rand/v2"
	"slices"

	"hw4/data"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// texts are what the problem asks and why the answer is right, made of the Markdown beside it.
//
//go:embed statement.html derivation.html
var texts embed.FS

// Problem returns Problem 7 as the sheet lists it. Its Solve counts the parameters and
// trains the original network.
func Problem() problem.Problem {
	return problem.Problem{
		Number: 7, Title: "The original C3 layer of LeNet-5", Command: "lenet", Written: texts,
		Solve: func(ctx context.Context, s problem.Settings) (*report.Report, error) {
			o := Options{Params: true, Train: true, Training: Defaults(lenet.Original)}
			o.Seed, o.Data, o.Progress = s.Seed, s.Data, s.Progress
			if s.Epochs > 0 {
				o.Epochs = s.Epochs
			}
			return o.Solve(ctx)
		},
	}
}

// Options are the settings of Problem 7.
type Options struct {
	Params bool // count the parameters
	Train  bool // train a network
	Training
}

// Training is what is trained, and how.
type Training struct {
	Arch lenet.Arch
	training.Options
}

// Solve answers the questions of the problem, trains a network, or both.
func (o Options) Solve(ctx context.Context) (*report.Report, error) {
	r := Problem().Report("")
	if o.Params {
		parameters(&r.Body)
	}
	if o.Train {
		if err := o.train(ctx, &r.Body); err != nil {
			return nil, err
		}
	}
	return r, ctx.Err()
}

// shard is the number of images that go through the network together: few enough for
// their activations to stay in a core's cache, enough for the matrix products of the
// linear layers.
const shard = 16

// Fit returns the training of a variant by its recipe, with the options' epochs, batch
// size and learning rate, on the given data instead of Options.Data.
func (o Training) Fit(mnist *data.MNIST) *training.Fit {
	r := recipeOf(o.Arch)
	return &training.Fit{
		Name:    fmt.Sprintf("LeNet-5 (%s)", o.Arch),
		Network: lenet.New[float32](rand.New(rand.NewPCG(o.Seed, 70)), o.Arch),
		Loss: func(logits *tensor.Tensor[float32], labels []byte) *tensor.Tensor[float32] {
			classes := tensor.OutInts(len(labels), logits)
			for i, l := range labels {
				classes[i] = int(l)
			}
			return r.loss(logits, classes)
		},
		Correct: func(logits *tensor.Tensor[float32], labels []byte) int {
			return loss.Correct(logits, data.Classes(labels))
		},
		Train:    mnist.Train,
		Test:     mnist.Test,
		Epochs:   o.Epochs,
		Batch:    o.Batch,
		LR:       o.LR,
		Momentum: r.momentum,
		Rate:     func(epoch int) float64 { return o.LR * r.rate(epoch, o.Epochs) },
		Order:    rand.NewPCG(o.Seed, 71),
		Shard:    shard,
	}
}

func (o Training) train(ctx context.Context, b *report.Body) error {
	if err := cmp.Or(checkExport(o.ONNX, o.Arch), o.Check()); err != nil {
		return err
	}
	mnist, err := load(o.Data)
	if err != nil {
		return err
	}
	if training.Chance(mnist.Train) == 1 {
		return problem.Inputf("all training images are of class %d; a training needs images of two classes or more",
			mnist.Train.Labels[0])
	}
	f, r := o.Fit(mnist), recipeOf(o.Arch)
	if f.Keeper, err = o.Keeper(*mnist, f.Shard, r.settings(f.Name, o.Epochs)...); err != nil {
		return err
	}
	defer f.Keeper.Close()
	curve, err := f.Run(ctx, o.Progress)
	if err != nil {
		return err
	}
	first, last := curve[0], curve[len(curve)-1]
	b.Answerf("The %s LeNet-5, trained for %s, classifies %s of the %d test images correctly.",
		o.Arch, report.Plural(last.Epoch, "epoch"), report.Percent(last.TestAcc), mnist.Test.Len())
	b.Textf("Training the %s LeNet-5 (%d parameters) on %d images: %s, %s with learning rate %g%s, batches of %d, seed "+
		"%d.", o.Arch,
		nn.Count(f.Network.Params()), mnist.Train.Len(), r.lossName, r.optimizer(), o.LR, r.schedule, o.Batch, o.Seed)
	row := func(e training.Epoch) []any { return []any{e.Epoch, e.TestLoss, report.Percent(e.TestAcc)} }
	b.Table([]string{"epoch", "test loss", "test accuracy"}, report.Each(curve, row))
	training.WeightsSums(b, f)
	if o.Arch == lenet.LeCun1998 {
		b.Textf("The test error is %s; the paper reports 0.95 %% without distortions of the training images.",
			report.Percent(1-last.TestAcc))
	}
	b.Check("the test loss fell", last.TestLoss < first.TestLoss, "from %.4g to %.4g", first.TestLoss, last.TestLoss)
	networkPictures(b, o.Arch, f, curve)
	checkAccuracy(b, last.TestAcc, o.Data, mnist.Test)
	if err := training.Save(b, o.Save, f, last); err != nil {
		return err
	}
	return export(b, o.ONNX, o.Arch, f.Network)
}

// linearAccuracy is the test accuracy of the linear classifier on the images as
// they are, in Figure 9 of LeCun, Bottou, Bengio and Haffner (1998): 12.0 % errors.
const linearAccuracy = 0.88

// checkAccuracy checks the accuracy of a network: on MNIST against that of linear
// models, which is known, and on any other data against guessing.
func checkAccuracy(b *report.Body, accuracy float64, source data.Source, test *data.Set) {
	if source.Dir != "" {
		training.CheckChance(b, "", accuracy, test)
		return
	}
	b.Check("better than a linear model", accuracy > linearAccuracy, "test accuracy %s; the paper's linear classifier "+
		"has %s", report.Percent(accuracy), report.Percent(linearAccuracy))
}

// load reads a data set whose images LeNet-5 takes.
func load(source data.Source) (*data.MNIST, error) {
	mnist, err := data.Load(source)
	if err != nil {
		return nil, problem.Input(err)
	}
	return mnist, checkSize(mnist)
}

// checkSize returns an error unless LeNet-5 takes the images.
func checkSize(mnist *data.MNIST) error {
	if rows, cols := mnist.Train.Rows, mnist.Train.Cols; rows != lenet.Side || cols != lenet.Side {
		return problem.Inputf("the images are %dx%d; LeNet-5 takes %dx%d", rows, cols, lenet.Side, lenet.Side)
	}
	return nil
}

// Named returns the variant of a name.
func Named(name string) (lenet.Arch, error) {
	if i := slices.Index(Names(), name); i >= 0 {
		return lenet.Archs()[i], nil
	}
	return 0, problem.Unknown("architecture", name, Names())
}

// Names returns the names of the variants.
func Names() []string { return report.Each(lenet.Archs(), lenet.Arch.String) }
