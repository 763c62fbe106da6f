package homework

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"hw4/data"
	"hw4/internal/report"
	"hw4/internal/stats"
)

func tinyContest(seeds int, lrs []float64, stops ...int) *contest {
	cfg := Defaults(5)
	cfg.Batch, cfg.Seeds, cfg.LRs, cfg.Stops = 8, seeds, lrs, stops
	return &contest{cfg: cfg, train: tiny(50), test: tiny(20)}
}

// A run that is looked at on the way is the run that is not, bit for bit.
func TestLongRunsPassThroughShortOnes(t *testing.T) {
	duels, err := tinyContest(2, []float64{0.3}, 5, 2, 2).run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(duels) != 2 || duels[0].epochs != 2 || duels[1].epochs != 5 {
		t.Fatalf("duels %+v", duels)
	}
	cfg := Defaults(5)
	cfg.Batch, cfg.LR, cfg.Epochs, cfg.Seed = 8, 0.3, 5, 1
	for l, of := range binaryLosses {
		alone, err := logisticFit(cfg, of, tiny(50), tiny(20)).run(context.Background(), Progress{})
		if err != nil {
			t.Fatal(err)
		}
		if got := duels[1].trials[1][l].curve; !slices.Equal(got, alone) {
			t.Errorf("%s: curve %+v, alone %+v", of.name, got, alone)
		}
		if got := duels[0].trials[1][l].curve; !slices.Equal(got, alone[:3]) {
			t.Errorf("%s: curve %+v, alone %+v", of.name, got, alone[:3])
		}
	}
}

// The results do not depend on the number of cores.
func TestContestOnAnyNumberOfCores(t *testing.T) {
	many, err := tinyContest(3, []float64{0.1, 0.5}, 1, 2).run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one, err := tinyContest(3, []float64{0.1, 0.5}, 1, 2).run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(one, many) {
		t.Error("one core gave other duels")
	}
}

func TestContestReportsProgress(t *testing.T) {
	c := tinyContest(2, nil)
	var lines []string
	var steps []Step
	c.cfg.Progress = Progress{Line: func(l string) { lines = append(lines, l) }, Step: func(s Step) { steps = append(steps, s) }}
	if _, err := c.run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(lines) != 1 || !strings.Contains(lines[0], "3 epochs, 2 seeds") || len(steps) != 4 || steps[3].Done != 4 || steps[3].Total != 4 {
		t.Errorf("lines %q, steps %+v", lines, steps)
	}
}

func TestContestStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := tinyContest(2, nil).run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	var diverged *DivergedError
	if _, err := tinyContest(2, []float64{0.1, 1e39}, 2).run(context.Background()); !errors.As(err, &diverged) || !strings.Contains(err.Error(), "learning rate 1e+39, seed 0") {
		t.Errorf("diverged: %v", err)
	}
}

// made returns a duel on four test images from the images that each loss gets
// right, seed by seed, written as 1s and 0s.
func made(lr float64, epochs int, squares, kl []string) duel {
	d := duel{lr: lr, epochs: epochs}
	for s := range squares {
		var pair [2]trial
		for l, images := range []string{squares[s], kl[s]} {
			for _, c := range images {
				pair[l].right = append(pair[l].right, c == '1')
			}
			share := float64(pair[l].count()) / float64(len(images))
			pair[l].curve = []epoch{{TestAcc: 0.5, TrainLoss: 1}, {Epoch: 1, TestAcc: share, TrainLoss: 0.5}}
		}
		d.trials = append(d.trials, pair)
	}
	return d
}

func TestWeigh(t *testing.T) {
	d := made(0.1, 3, []string{"1110", "1101", "1100"}, []string{"1000", "0101", "1100"})
	e := weigh([]duel{d})[0]
	if !slices.Equal(e.differ, []float64{2, 1, 0}) || e.overSeeds.Mean != 1 || e.test != 4 {
		t.Errorf("differences %v, mean %v", e.differ, e.overSeeds.Mean)
	}
	if want := stats.Student([]float64{0.25, 0.25, 0.5}, 0.95); math.Abs(e.errors[0].Mean-1.0/3) > 1e-15 || math.Abs(e.errors[0].High-want.High) > 1e-15 {
		t.Errorf("errors of the sum of squares %+v, want %+v", e.errors[0], want)
	}
	if got := d.byImage(); !floats.EqualApprox(got, []float64{1.0 / 3, 1.0 / 3, 1.0 / 3, 0}, 1e-15) {
		t.Errorf("by image %v", got)
	}
	if math.Abs(e.overImages.Mean-1) > 1e-15 {
		t.Errorf("over images %+v, want the mean over the seeds", e.overImages)
	}
	if both, first, second, neither := d.fourfold(); both != 1 || first != 2 || second != 0 || neither != 1 {
		t.Errorf("first seed: %d, %d, %d, %d", both, first, second, neither)
	}
	if e.sign.Plus != 2 || e.sign.Zeros != 1 || e.rank.P != 0.5 || e.winner() != -1 {
		t.Errorf("sign %+v, rank %+v, winner %d", e.sign, e.rank, e.winner())
	}
}

// The verdict says which loss is ahead, where, and where neither is.
func TestVerdict(t *testing.T) {
	good, bad := slices.Repeat([]string{"1111"}, 8), slices.Repeat([]string{"1110"}, 8)
	mixed := []string{"1111", "1110", "1111", "1110", "1111", "1110", "1111", "1110"}
	other := []string{"1110", "1111", "1110", "1111", "1110", "1111", "1110", "1111"}
	a := newAnswer(5)
	a.reportVerdict(weigh([]duel{made(0.1, 1, good, bad), made(0.1, 3, good, bad), made(0.2, 1, bad, good), made(0.3, 1, mixed, other)}))
	text := string(a.r.Items[0].(report.Text))
	for _, part := range []string{
		"holds at learning rate 0.1 after 1 and 3 epochs, where the sum of squares classifies 1.0 more of the 4 test images",
		"does not hold at learning rate 0.2 after 1 epoch, where the KL divergence classifies 1.0 (95 % interval 1.0 to 1.0) more",
		"is undecided at learning rate 0.3 after 1 epoch",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("verdict %q lacks %q", text, part)
		}
	}
	// Eight seeds alike give p = 1/128. Holm's adjustment multiplies it by the
	// number of such settings: 6/128 is below 0.05, 7/128 is not.
	for n, want := range map[int]int{6: 0, 7: -1} {
		duels := slices.Repeat([]duel{made(0.1, 1, good, bad)}, n)
		if w := weigh(duels); w[n-1].winner() != want {
			t.Errorf("%d settings: p = %v, adjusted %v, winner %d, want %d", n, w[0].rank.P, w[0].adjusted, w[n-1].winner(), want)
		}
	}
}

// Each check of the comparison fails when what it rests on is broken.
func TestBrokenComparisonsAreRefuted(t *testing.T) {
	for name, spoil := range map[string]func(e *evidence){
		"same starts, same batches":  func(e *evidence) { e.trials[0][1].next++ },
		"images counted one by one":  func(e *evidence) { e.trials[1][0].right[0] = !e.trials[1][0].right[0] },
		"all training losses fell":   func(e *evidence) { e.trials[1][0].curve[1].TrainLoss = 2 },
		"all better than chance":     func(e *evidence) { e.trials[0][0].curve[1].TestAcc = 0.9 },
		"Wilcoxon's p-values":        func(e *evidence) { e.rank.P *= 1.2 },
		"":                           func(e *evidence) {},
		"same starts, same batches ": func(e *evidence) { e.trials[0][0].curve[0].TestAcc = 0.6 },
	} {
		good := slices.Repeat([]string{"1111"}, 6)
		all := weigh([]duel{made(0.1, 1, good, good), made(0.1, 2, good, good)})
		all[1].differ = []float64{1, 2, 3, 4, -1, -2}
		all[1].rank = stats.SignedRank(all[1].differ)
		spoil(&all[1])
		a := newAnswer(5)
		a.checkSeeds(Defaults(5), all)
		for _, c := range a.r.Checks {
			if broken := c.Name == strings.TrimSpace(name); broken == c.OK && (broken || name == "") {
				t.Errorf("spoilt %q: check %q is %v (%s)", name, c.Name, c.OK, c.Detail)
			}
		}
		if a.r.OK() != (name == "") {
			t.Errorf("spoilt %q: OK is %v", name, a.r.OK())
		}
	}
}

func TestMeanCurve(t *testing.T) {
	d := made(0.1, 1, []string{"1110", "1100"}, []string{"1111", "1111"})
	d.trials[1][0].curve[1].TrainLoss = 0.25
	c := d.meanCurve(0)
	if len(c) != 2 || c[1].Epoch != 1 || c[1].TestAcc != 0.625 || c[1].TrainLoss != 0.375 || c[0].TrainLoss != 1 {
		t.Errorf("curve %+v", c)
	}
}

// losses is losses.json, which testdata/losses.py writes.
type losses struct {
	Infimum float64
	Runs    struct{ MSE, KL []float64 } // correct test images, by seed
}

func pytorch(t *testing.T) losses {
	t.Helper()
	file, err := os.ReadFile("testdata/losses.json")
	if err != nil {
		t.Fatal(err)
	}
	var l losses
	if err := json.Unmarshal(file, &l); err != nil || len(l.Runs.MSE) == 0 {
		t.Fatal("losses.json:", err)
	}
	return l
}

func mnist49(t *testing.T) (trainSet, testSet *data.Set) {
	t.Helper()
	if testing.Short() {
		t.Skip("trains on MNIST")
	}
	mnist, err := data.Load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	return mnist.Train.Subset(4, 9), mnist.Test.Subset(4, 9)
}

// Counts of correct images, and the paired differences of the losses, have the
// mean that PyTorch's have with the course's settings, to within four standard
// errors.
func TestContestAgainstPyTorch(t *testing.T) {
	trainSet, testSet := mnist49(t)
	duels, err := (&contest{cfg: Defaults(5), train: trainSet, test: testSet}).run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var ours [3][]float64
	for _, pair := range duels[0].trials {
		m, k := float64(pair[0].count()), float64(pair[1].count())
		ours[0], ours[1], ours[2] = append(ours[0], m), append(ours[1], k), append(ours[2], m-k)
	}
	r := pytorch(t).Runs
	theirs := [3][]float64{r.MSE, r.KL, floats.SubTo(make([]float64, len(r.MSE)), r.MSE, r.KL)}
	for i, what := range []string{"sum of squares", "KL divergence", "difference"} {
		a, b := stats.Student(ours[i], 0.68), stats.Student(theirs[i], 0.68)
		se := math.Hypot(a.High-a.Low, b.High-b.Low) / 2
		if math.Abs(a.Mean-b.Mean) > 4*se {
			t.Errorf("%s: mean %.2f, PyTorch's %.2f, standard error %.2f", what, a.Mean, b.Mean, se)
		}
	}
}
