package losses

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"hw4/data"
	"hw4/internal/progress"
	"hw4/internal/stats"
	"hw4/internal/training"
)

func tinyContest(seeds int, rates []float64, stops ...int) Options {
	o := Defaults()
	o.Batch, o.Seeds, o.Rates, o.Stops = 8, seeds, rates, stops
	return o
}

// A run that is looked at on the way is the run that is not, bit for bit.
func TestLongRunsPassThroughShortOnes(t *testing.T) {
	duels, err := tinyContest(2, []float64{0.3}, 5, 2, 2).contest(context.Background(), tinySets())
	if err != nil {
		t.Fatal(err)
	}
	if len(duels) != 2 || duels[0].epochs != 2 || duels[1].epochs != 5 {
		t.Fatalf("duels %+v", duels)
	}
	o := Defaults()
	o.Batch, o.LR, o.Epochs, o.Seed = 8, 0.3, 5, 1
	for l, of := range binaryLosses {
		f := o.fit(of, tinySets())
		alone, err := f.Run(context.Background(), progress.Progress{})
		if err != nil {
			t.Fatal(err)
		}
		long, short := duels[1].trials[1][l], duels[0].trials[1][l]
		if !slices.Equal(long.curve, alone) || !slices.Equal(long.right, f.Right(f.Test)) {
			t.Errorf("%s: curve %+v, alone %+v", of.name, long.curve, alone)
		}
		if !slices.Equal(short.curve, alone[:3]) {
			t.Errorf("%s: curve %+v, alone %+v", of.name, short.curve, alone[:3])
		}
		state, err := f.Order.MarshalBinary()
		if order := hex.EncodeToString(state); err != nil || long.order != order || short.order != order {
			t.Errorf("%s: the order ends at %s and %s, alone %s", of.name, long.order, short.order, order)
		}
	}
}

// The results do not depend on the number of cores.
func TestContestOnAnyNumberOfCores(t *testing.T) {
	many, err := tinyContest(3, []float64{0.1, 0.5}, 1, 2).contest(context.Background(), tinySets())
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one, err := tinyContest(3, []float64{0.1, 0.5}, 1, 2).contest(context.Background(), tinySets())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(one, many) {
		t.Error("one core gave other duels")
	}
}

func TestContestReportsProgress(t *testing.T) {
	o := tinyContest(2, nil)
	var lines []string
	var steps []progress.Step
	o.Progress = progress.Progress{
		Line: func(l string) { lines = append(lines, l) }, Step: func(s progress.Step) { steps = append(steps, s) },
	}
	duels, err := o.contest(context.Background(), tinySets())
	if err != nil {
		t.Fatal(err)
	}
	e := duels[0].errors()
	want := fmt.Sprintf("test error %.2f %% for the sum of squares, %.2f %% for the KL divergence",
		50*(e[0][0]+e[0][1]), 50*(e[1][0]+e[1][1]))
	if len(lines) != 1 || !strings.HasSuffix(lines[0], want) ||
		!strings.Contains(lines[0], "learning rate 0.0255, 3 epochs, 2 seeds: test error") ||
		len(steps) != 4 || steps[3].Done != 4 || steps[3].Total != 4 {
		t.Errorf("lines %q, steps %+v", lines, steps)
	}
}

func TestContestStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := tinyContest(2, nil).contest(ctx, tinySets()); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	var diverged *training.DivergedError
	_, err := tinyContest(2, []float64{0.1, 1e39}, 2).contest(context.Background(), tinySets())
	if !errors.As(err, &diverged) || !strings.Contains(err.Error(), "learning rate 1e+39, seed 0") {
		t.Errorf("diverged: %v", err)
	}
}

// reference is losses.json, which testdata/losses.py writes.
type reference struct {
	Infimum float64
	Runs    struct{ MSE, KL []float64 } // correct test images, by seed
}

func pytorch(t *testing.T) reference {
	t.Helper()
	file, err := os.ReadFile("testdata/losses.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(file, &r); err != nil || len(r.Runs.MSE) == 0 {
		t.Fatal("losses.json:", err)
	}
	return r
}

// mnist returns the images of MNIST, and skips the test if it is to be short.
func mnist(t *testing.T) *data.MNIST {
	t.Helper()
	if testing.Short() {
		t.Skip("trains on MNIST")
	}
	s, err := load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The accuracies of the course's settings, over five seeds: PyTorch's runs with
// these settings lie between 94.8 and 95.5 per cent for the KL divergence and
// between 95.1 and 95.8 for the sum of squares, and so must ours.
func TestProblem5OnMNIST(t *testing.T) {
	s := mnist(t)
	bounds := map[string][4]float64{ // accuracy and test loss, least and most
		"kl":  {0.9475, 0.9555, 0.1735, 0.1770},
		"mse": {0.9505, 0.9580, 0.0990, 0.1016},
	}
	for seed := range uint64(5) {
		for _, l := range binaryLosses {
			o := Defaults()
			o.Seed = seed
			epochs, err := o.fit(l, s).Run(context.Background(), progress.Progress{})
			if err != nil {
				t.Fatal(err)
			}
			b, last := bounds[l.name], epochs[len(epochs)-1]
			if last.TestAcc < b[0] || last.TestAcc > b[1] || last.TestLoss < b[2] || last.TestLoss > b[3] {
				t.Errorf("%s, seed %d: accuracy %.4f, loss %.4f, want within %v", l.name, seed, last.TestAcc, last.TestLoss, b)
			}
		}
	}
}

// Counts of correct images, and the paired differences of the losses, have the
// mean that PyTorch's have with the course's settings, to within four standard
// errors.
func TestContestAgainstPyTorch(t *testing.T) {
	duels, err := Defaults().contest(context.Background(), mnist(t))
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
