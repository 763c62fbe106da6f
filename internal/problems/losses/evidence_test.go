package losses

import (
	"math"
	"slices"
	"testing"

	"hw4/internal/stats"
	"hw4/internal/training"
)

// made returns a duel on a few test images from the images that each loss gets
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
			pair[l].curve = []training.Epoch{{TestAcc: 0.5, TrainLoss: 1}, {Epoch: 1, TestAcc: share, TrainLoss: 0.5}}
		}
		d.trials = append(d.trials, pair)
	}
	return d
}

func TestWeigh(t *testing.T) {
	d := made(0.1, 3, []string{"1110", "1101", "1100"}, []string{"1000", "0101", "1100"})
	e := weigh([]duel{d})[0]
	if !slices.Equal(e.Differ, []float64{2, 1, 0}) || e.OverSeeds.Mean != 1 || e.Images != 4 {
		t.Errorf("differences %v, mean %v", e.Differ, e.OverSeeds.Mean)
	}
	want := stats.Student([]float64{0.25, 0.25, 0.5}, 0.95)
	few := made(0.1, 3, []string{"1110", "1111"}, []string{"1000", "0101"})
	if i := weigh([]duel{few})[0].errors[0]; i != (stats.Interval{Mean: 0.125, Low: 0, High: 1}) {
		t.Errorf("errors from two seeds %+v, want none below 0 and above 1", i)
	}
	if math.Abs(e.errors[0].Mean-1.0/3) > 1e-15 || math.Abs(e.errors[0].High-want.High) > 1e-15 {
		t.Errorf("errors of the sum of squares %+v, want %+v", e.errors[0], want)
	}
	if byImage := stats.Student([]float64{1.0 / 3, 1.0 / 3, 1.0 / 3, 0}, 0.95); math.Abs(
		e.OverImages.High-4*byImage.High,
	) > 1e-12 {
		t.Errorf("over images %+v, want 4 times %+v", e.OverImages, byImage)
	}
	if math.Abs(e.OverImages.Mean-1) > 1e-15 {
		t.Errorf("over images %+v, want the mean over the seeds", e.OverImages)
	}
	if e.Sign.Plus != 2 || e.Sign.Zeros != 1 || e.Rank.P != 0.5 || e.winner() != neither {
		t.Errorf("sign %+v, rank %+v, winner %d", e.Sign, e.Rank, e.winner())
	}
}

func TestFourfold(t *testing.T) {
	d := made(0.1, 1, []string{"11111000", "1"}, []string{"11100110", "0"})
	if n := d.fourfold(); n != [2][2]int{{1, 2}, {2, 3}} {
		t.Errorf("%v", n)
	}
}

// Eight seeds alike give p = 1/128. Holm's adjustment multiplies it by the number of
// such settings: 6/128 is below 0.05, 7/128 is not.
func TestWinnerAmongSettings(t *testing.T) {
	good, bad := slices.Repeat([]string{"1111"}, 8), slices.Repeat([]string{"1110"}, 8)
	for n, want := range map[int]int{6: 0, 7: neither} {
		duels := slices.Repeat([]duel{made(0.1, 1, good, bad)}, n)
		if w := weigh(duels); w[n-1].winner() != want {
			t.Errorf("%d settings: p = %v, adjusted %v, winner %d, want %d", n, w[0].Rank.P,
				w[0].Adjusted, w[n-1].winner(), want)
		}
	}
	if w := weigh([]duel{made(0.1, 1, bad, good)}); w[0].winner() != 1 {
		t.Errorf("the winner is %d, want the KL divergence", w[0].winner())
	}
	e := weigh([]duel{made(0.1, 1, good, bad)})[0]
	if e.OverSeeds = (stats.Interval{Mean: 1, Low: -1, High: 3}); e.winner() != neither {
		t.Error("an interval around 0 has a winner")
	}
}

// Whether other test images should show the same is asked at a level that is adjusted
// for the number of settings.
func TestBeyond(t *testing.T) {
	good, bad := slices.Repeat([]string{"1111111111"}, 3), slices.Repeat([]string{"1101111111"}, 3)
	if e := weigh([]duel{made(0.1, 1, good, bad)})[0]; e.Excludes0 {
		t.Errorf("one image of ten: beyond, by %+v", e.OverImages)
	}
	most := slices.Repeat([]string{"0000000111"}, 3)
	var held []bool
	for n := 1; n <= 1024; n *= 2 {
		held = append(held, weigh(slices.Repeat([]duel{made(0.1, 1, good, most)}, n))[0].Excludes0)
	}
	if !held[0] || held[len(held)-1] || !slices.IsSortedFunc(held, func(a, b bool) int { return one(b) - one(a) }) {
		t.Errorf("seven images of ten, among ever more settings: %v", held)
	}
}

func TestNamesOfSettings(t *testing.T) {
	d := func(lr float64, epochs int) *evidence { return &evidence{duel: duel{lr: lr, epochs: epochs}} }
	for want, duels := range map[string][]*evidence{
		"learning rate 0.1 after 1 epoch":                                      {d(0.1, 1)},
		"learning rate 0.1 after 3 epochs":                                     {d(0.1, 3)},
		"learning rate 0.1 after 1 and 3 epochs":                               {d(0.1, 1), d(0.1, 3)},
		"learning rate 0.1 after 3 epochs and learning rate 0.2 after 1 epoch": {d(0.1, 3), d(0.2, 1)},
		"learning rate 0.1 after 1 and 3 epochs, learning rate 0.2 after 5 epochs and learning rate 0.3 after 1 epoch": {
			d(0.1, 1), d(0.1, 3), d(0.2, 5), d(0.3, 1),
		},
	} {
		if got := settings(duels...); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
