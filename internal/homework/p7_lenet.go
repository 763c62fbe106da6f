package homework

import (
	"context"
	"fmt"
	"math/rand/v2"

	"hw4/data"
	"hw4/internal/report"
	"hw4/lenet"
	"hw4/loss"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// lenetShard is the number of images that go through LeNet-5 together: few
// enough for their activations to stay in a core's cache, enough for the matrix
// products of the linear layers.
const lenetShard = 16

// solveLeNet answers Problem 7: the parameters, and if asked for the training.
func solveLeNet(ctx context.Context, cfg Config) (*report.Report, error) {
	if cfg.Weights == "" || cfg.Arch != "" { // weights tell their variant
		if _, err := archNamed(cfg.Arch); err != nil {
			return nil, err
		}
	}
	a := newAnswer(7)
	if cfg.Params || !cfg.Train && cfg.Weights == "" {
		a.parameters()
	}
	if cfg.Weights != "" {
		if err := a.useWeights(cfg); err != nil {
			return nil, err
		}
	}
	if cfg.Train {
		if err := a.trainLeNet(ctx, cfg); err != nil {
			return nil, err
		}
	}
	return a.report()
}

// parameters answers the questions of the problem.
func (a *answer) parameters() {
	totals := make(map[lenet.Arch]lenet.Entry)
	ledgers := make(map[lenet.Arch][]lenet.Entry)
	for _, arch := range []lenet.Arch{lenet.Original, lenet.Modern} {
		a.text("The %s LeNet-5:", arch)
		ledgers[arch] = a.ledger(arch)
		totals[arch] = lenet.Total(ledgers[arch])
	}
	a.text("C3 by Table I: an X means that the map of S2 in the row feeds the map of C3 in the column.")
	a.block(lenet.TableI())
	a.connectionsPicture()
	connections := 0
	for _, from := range lenet.Connections() {
		connections += len(from)
	}
	original, modern := ledgers[lenet.Original][1], ledgers[lenet.Modern][1]
	reduction := totals[lenet.Modern].Counted - totals[lenet.Original].Counted
	a.text("The reduction is %d parameters: C3 has %d instead of %d. By hand, %d of the 6·16 = 96 connections are there, and each of the %d missing ones saves the 25 weights of a 5 x 5 kernel: %d·25 = %d.",
		reduction, original.Counted, modern.Counted, connections, 96-connections, 96-connections, (96-connections)*25)
	a.check("the reduction agrees with hand calculation", reduction == (96-connections)*25 && reduction == modern.ByHand-original.ByHand,
		"%d - %d = %d = %d·25", totals[lenet.Modern].Counted, totals[lenet.Original].Counted, reduction, 96-connections)
	a.text("LeNet-5 as it was published, lecun1998:")
	ledgers[lenet.LeCun1998] = a.ledger(lenet.LeCun1998)
	a.wiring(ledgers)
}

// ledger adds and returns the account of a network's parameters.
func (a *answer) ledger(arch lenet.Arch) []lenet.Entry {
	ledger := lenet.Ledger(arch, lenet.New[float32](rand.New(rand.NewPCG(0, 7)), arch))
	total := lenet.Total(ledger)
	a.text("Total number of trainable parameters: %d", total.Counted)
	for _, e := range ledger {
		a.check(fmt.Sprintf("%s, %s", arch, e.Layer), e.ByHand == e.Counted, "%s = %d by hand, %d counted", e.Formula, e.ByHand, e.Counted)
	}
	a.entries(append(ledger, total))
	return ledger
}

// entries adds a table of accounts.
func (a *answer) entries(entries []lenet.Entry) {
	var rows [][]any
	for _, e := range entries {
		rows = append(rows, []any{e.Layer, e.Formula, e.ByHand, e.Counted})
	}
	a.table([]string{"layer", "formula", "by hand", "counted"}, rows)
}

// trainLeNet trains one variant on MNIST.
func (a *answer) trainLeNet(ctx context.Context, cfg Config) error {
	arch, err := archNamed(cfg.Arch)
	if err != nil {
		return err
	}
	if err := checkSave(cfg.Save); err != nil {
		return err
	}
	if err := checkExport(cfg.ONNX, arch); err != nil {
		return err
	}
	mnist, err := loadLeNetData(cfg.Data)
	if err != nil {
		return err
	}
	f, r := lenetFit(cfg, arch, mnist), recipeOf(arch)
	a.text("Training the %s LeNet-5 (%d parameters) on %d images: %s, %s with learning rate %g%s, batches of %d, seed %d.",
		arch, nn.Count(f.network.Params()), mnist.Train.Len(), r.lossName, r.optimizer(), cfg.LR, r.schedule, cfg.Batch, cfg.Seed)
	f.checkpoint, err = openCheckpoint(cfg, *mnist, f.shard, r.settings(f.name, cfg.Epochs)...)
	if err != nil {
		return err
	}
	defer f.checkpoint.close()
	epochs, err := f.run(ctx, cfg.Progress)
	if err != nil {
		return err
	}
	rows := make([][]any, len(epochs))
	for i, e := range epochs {
		rows[i] = []any{e.Epoch, e.TestLoss, report.Percent(e.TestAcc)}
	}
	a.table([]string{"epoch", "test loss", "test accuracy"}, rows)
	a.weightsSums([][]any{weightsSum(f)})
	first, last := epochs[0], epochs[len(epochs)-1]
	if arch == lenet.LeCun1998 {
		a.text("The test error is %s; the paper reports 0.95 %% without distortions of the training images.", percent(1-last.TestAcc))
	}
	a.check("the test loss fell", last.TestLoss < first.TestLoss, "from %.4g to %.4g", first.TestLoss, last.TestLoss)
	a.networkPictures(f, epochs)
	a.checkAccuracy(last, cfg, mnist.Test)
	if err := a.save(cfg, f, last); err != nil || cfg.ONNX == "" {
		return err
	}
	return a.export(cfg, lenetModel(arch, f.network.(nn.Sequential[float32])))
}

// linearAccuracy is the test accuracy of the linear classifier on the images as
// they are, in Figure 9 of LeCun, Bottou, Bengio and Haffner (1998): 12.0 % errors.
const linearAccuracy = 0.88

// checkAccuracy checks the final accuracy of a network: on MNIST against that of
// linear models, which is known, and on any other data against guessing.
func (a *answer) checkAccuracy(last epoch, cfg Config, test *data.Set) {
	if cfg.Data.Dir != "" {
		a.check("better than chance", last.TestAcc > chance(test),
			"test accuracy %s after %d epochs; the largest class is %s of the images", percent(last.TestAcc), last.Epoch, percent(chance(test)))
		return
	}
	a.check("better than a linear model", last.TestAcc > linearAccuracy,
		"test accuracy %s after %d epochs; the paper's linear classifier has %s", percent(last.TestAcc), last.Epoch, percent(linearAccuracy))
}

// lenetFit returns the training of a variant by its recipe, with the settings'
// epochs, batch size and learning rate.
func lenetFit(cfg Config, arch lenet.Arch, mnist *data.MNIST) *fit {
	r := recipeOf(arch)
	return &fit{
		name:    fmt.Sprintf("LeNet-5 (%s)", arch),
		network: lenet.New[float32](rand.New(rand.NewPCG(cfg.Seed, 70)), arch),
		loss: func(logits *tensor.Tensor[float32], labels []byte) *tensor.Tensor[float32] {
			return r.loss(logits, classes(labels))
		},
		correct: func(logits *tensor.Tensor[float32], labels []byte) int { return loss.Correct(logits, classes(labels)) },
		train:   mnist.Train,
		test:    mnist.Test,
		epochs:  cfg.Epochs,
		batch:   cfg.Batch,
		lr:      cfg.LR,
		rate:    func(epoch int) float64 { return cfg.LR * r.rate(epoch, cfg.Epochs) },
		order:   rand.NewPCG(cfg.Seed, 71),
		shard:   lenetShard, momentum: r.momentum,
	}
}

// archNamed returns the variant that --arch names.
func archNamed(name string) (lenet.Arch, error) {
	for _, arch := range lenet.Archs() {
		if arch.String() == name {
			return arch, nil
		}
	}
	return 0, unknownName("architecture", name, Archs())
}

func classes(labels []byte) []int {
	out := make([]int, len(labels))
	for i, l := range labels {
		out[i] = int(l)
	}
	return out
}
