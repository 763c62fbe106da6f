// Package losses is Problem 5: whether the sum of squares or the KL divergence trains a
// better classifier of MNIST's 4s and 9s.
package losses

import (
	"context"
	"embed"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"hw4/data"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/training"
)

// texts are what the problem asks and why the answer is right, made of the Markdown beside it.
//
//go:embed statement.html derivation.html
var texts embed.FS

// Problem returns Problem 5 as the sheet lists it.
func Problem() problem.Problem {
	return problem.Problem{
		Number: 5, Title: "Non-CE loss function", Command: "train", Written: texts,
		Solve: func(ctx context.Context, s problem.Settings) (*report.Report, error) {
			o := Defaults()
			o.Seed, o.Data, o.Progress = s.Seed, s.Data, s.Progress
			return o.Solve(ctx)
		},
	}
}

// Options are the settings of Problem 5.
type Options struct {
	training.Options
	Loss   string // one of Names
	NoBias bool   // leave b out, as the course's script does

	// Both losses are compared from Seeds seeds, beginning with Seed; at most 1 means a
	// single run. Rates and Stops are learning rates and numbers of epochs to compare
	// at; nil means LR and Epochs alone.
	Seeds int
	Rates []float64
	Stops []int
}

// Defaults returns the settings of the course's script, and both losses from 20 seeds.
func Defaults() Options {
	return Options{Options: training.Options{Epochs: 3, Batch: 64, LR: 0.0255}, Loss: Both, Seeds: 20}
}

// rates and stops return the learning rates and the numbers of epochs to compare
// the losses at, each once and ascending.
func (o Options) rates() []float64 { return ascending(o.Rates, o.LR) }
func (o Options) stops() []int     { return ascending(o.Stops, o.Epochs) }

// ascending sorts the numbers, or the single one if there are none.
func ascending[T int | float64](numbers []T, single T) []T {
	if len(numbers) == 0 {
		return []T{single}
	}
	return slices.Compact(slices.Sorted(slices.Values(numbers)))
}

// grid reports whether there is more than one setting to compare at.
func (o Options) grid() bool { return len(o.rates())*len(o.stops()) > 1 }

// compares reports whether both losses are compared from several seeds.
func (o Options) compares() bool { return o.Loss == Both && o.Seeds > 1 }

// formula is the model in the sheet's symbols.
func (o Options) formula() string {
	if o.NoBias {
		return "a'x"
	}
	return "a'x + b"
}

// load reads the images of the two classes, or returns an *problem.InputError if a set
// lacks one of them.
func load(source data.Source) (*data.MNIST, error) {
	mnist, err := data.Load(source)
	if err != nil {
		return nil, problem.Input(err)
	}
	return subsets(mnist)
}

// subsets returns the images of the two classes.
func subsets(mnist *data.MNIST) (*data.MNIST, error) {
	s := &data.MNIST{Train: mnist.Train.Subset(four, nine), Test: mnist.Test.Subset(four, nine)}
	for i, set := range []*data.Set{s.Train, s.Test} {
		for _, class := range []byte{four, nine} {
			if !slices.Contains(set.Labels, class) {
				return s, problem.Inputf("the data has no %s images of class %d; Problem 5 is about 4 and 9",
					[]string{"training", "test"}[i], class)
			}
		}
	}
	return s, nil
}

// describe says what the images are.
func describe(s *data.MNIST) string {
	return fmt.Sprintf("%d training and %d test images of the classes 4 (y = -1) and 9 (y = +1)", s.Train.Len(),
		s.Test.Len())
}

// Solve answers the problem.
func (o Options) Solve(ctx context.Context) (*report.Report, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	if o.grid() && !o.compares() {
		return nil,
			problem.Settingf("", "several learning rates or numbers of epochs compare both losses, from at least 2 seeds")
	}
	s, err := load(o.Data)
	if err != nil {
		return nil, err
	}
	r := Problem().Report("")
	r.Textf("%s, pixels in [0, 1]; z = %s; SGD with learning rate %s, batches of %d, seed %d; epochs: %s.", describe(s),
		o.formula(), report.Join(o.rates(), "or"), o.Batch, o.Seed, report.Join(o.stops(), "or"))
	checkFormulas(&r.Body, o.Seed)
	if o.grid() {
		return r, o.compare(ctx, &r.Body, s)
	}
	return r, o.trainAll(ctx, &r.Body, s)
}

// trainAll trains with each loss that is wanted, from one seed, and compares the losses
// from many seeds if that is wanted too.
func (o Options) trainAll(ctx context.Context, b *report.Body, s *data.MNIST) error {
	keeper, err := o.Keeper(*s, shard, o.keeps(o.Loss)...)
	if err != nil {
		return err
	}
	defer keeper.Close()
	var curves [][]training.Epoch
	var fits []*training.Fit
	for _, l := range binaryLosses {
		if o.Loss != l.name && o.Loss != Both {
			continue
		}
		f := o.fit(l, s)
		f.Keeper = keeper
		curve, err := f.Run(ctx, o.Progress)
		if err != nil {
			return err
		}
		curves, fits = append(curves, curve), append(fits, f)
		reportCurve(b, l, curve, !o.compares(), s.Test)
	}
	if len(fits) == len(binaryLosses) {
		reportOneRun(b, curves, s.Test.Len())
	}
	if o.compares() {
		if err := o.compare(ctx, b, s); err != nil {
			return keeper.Stopped(err)
		}
	}
	training.PlotEpochs(b, fits, curves)
	for i, f := range fits {
		weightsPicture(b, f)
		training.ShowMisread(b, "the "+f.Name, f.Test, Misread(f.Test, f.Outputs(f.Test)))
		if err := training.Save(b, o.Save, f, curves[i][o.Epochs]); err != nil {
			return err
		}
		if err := export(b, o.ONNX, f.Network); err != nil {
			return err
		}
	}
	training.WeightsSums(b, fits...)
	return nil
}

// reportCurve reports one training run; as an answer, if it is to be one.
func reportCurve(b *report.Body, l binaryLoss, curve []training.Epoch, answer bool, test *data.Set) {
	first, last := curve[0], curve[len(curve)-1]
	if answer {
		b.Answerf("Minimising the %s for %s: %s of the %d test images are classified correctly; the mean test loss is %.4g.",
			l.title, report.Plural(last.Epoch, "epoch"), report.Percent(last.TestAcc), test.Len(), last.TestLoss)
	}
	row := func(e training.Epoch) []any {
		return []any{e.Epoch, e.TrainLoss, report.Percent(e.TrainAcc), e.TestLoss, report.Percent(e.TestAcc)}
	}
	b.Textf("Minimising the %s:", l.title)
	b.Table([]string{"epoch", "training loss", "training accuracy", "test loss", "test accuracy"}, report.Each(curve, row))
	b.Check(l.name+": the training loss fell", last.TrainLoss < first.TrainLoss, "from %.4g to %.4g", first.TrainLoss,
		last.TrainLoss)
	training.CheckChance(b, l.name+": ", last.TestAcc, test)
}

// reportOneRun reports the difference that the loss made in one run of each.
func reportOneRun(b *report.Body, curves [][]training.Epoch, images int) {
	var right [2]int
	for i, c := range curves {
		right[i] = int(math.Round(c[len(c)-1].TestAcc * float64(images)))
	}
	ahead, behind := 0, 1
	if right[1] > right[0] {
		ahead, behind = 1, 0
	}
	said := "both classify the same number of test images correctly"
	if difference := right[ahead] - right[behind]; difference > 0 {
		said = fmt.Sprintf("the %s classifies %s correctly", binaryLosses[ahead].title,
			report.Plural(difference, "more test image"))
	}
	p := float64(right[0]+right[1]) / float64(2*images)
	b.Textf("From the same start, on the same batches, %s: %d against %d of %d. One run tells little: one standard error "+
		"of such a count is %.0f images.", said, right[ahead], right[behind], images, math.Sqrt(float64(images)*p*(1-p)))
	b.Check("same start", curves[0][0].TestAcc == curves[1][0].TestAcc, "both begin at a test accuracy of %s",
		report.Percent(curves[0][0].TestAcc))
}

// seeded returns the generator of a purpose.
func seeded(seed, purpose uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, purpose)) }
