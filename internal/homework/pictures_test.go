package homework

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/report"
	"hw4/lenet"
	"hw4/loss"
	"hw4/tensor"
)

// pictures returns the titles of a report's pictures and plots, and checks that
// each has a text in its place and pixels or curves.
func pictures(t *testing.T, items []report.Item) []string {
	t.Helper()
	var titles []string
	for _, item := range items {
		title, alt, fault := "", "", ""
		switch item := item.(type) {
		case report.Picture:
			title, alt = item.Title, item.Alt
			if b := item.Image.Bounds(); b.Dx() < 40 || b.Dy() < 40 || b.Dx() > 1200 {
				fault = fmt.Sprintf("has %v pixels", b.Size())
			}
			if len(item.Panels) == 0 {
				fault = "has no panels"
			}
		case report.Plot:
			title, alt = item.Title, item.Alt
			if len(item.Series) == 0 || len(item.Series[0].X) < 2 {
				fault = "has no curves"
			}
		default:
			continue
		}
		if !strings.HasSuffix(alt, ".") || len(alt) < 20 {
			fault = fmt.Sprintf("has the alternative text %q", alt)
		}
		if fault != "" {
			t.Errorf("%s %s", title, fault)
		}
		titles = append(titles, title)
	}
	return titles
}

func TestPicturesOfProblem5(t *testing.T) {
	cfg := Defaults(5)
	cfg.Epochs, cfg.Batch = 1, 8
	var fits []*fit
	var curves [][]epoch
	a := newAnswer(5)
	for _, l := range binaryLosses {
		f := logisticFit(cfg, l, tiny(50), tiny(20))
		epochs, err := f.run(t.Context(), Progress{})
		if err != nil {
			t.Fatal(err)
		}
		fits, curves = append(fits, f), append(curves, epochs)
	}
	a.lossPictures(fits, curves)
	titles := pictures(t, a.r.Items)
	for _, want := range []string{"Loss by epoch", "Accuracy by epoch", "The weight vector a, trained by the sum of squares", "The weight vector a, trained by the KL divergence"} {
		if !slices.Contains(titles, want) {
			t.Errorf("no picture %q among %q", want, titles)
		}
	}
	if p := a.r.Items[0].(report.Plot); len(p.Series) != 4 {
		t.Errorf("%d curves, want training and test of two losses", len(p.Series))
	}
}

// digits returns a set of random images of all ten classes.
func digits(n int) *data.Set {
	rng := rand.New(rand.NewPCG(3, 3))
	s := &data.Set{Rows: 28, Cols: 28}
	for i := range n {
		s.Labels = append(s.Labels, byte(i%10))
		for range 28 * 28 {
			s.Images = append(s.Images, byte(rng.IntN(256)))
		}
	}
	return s
}

func TestPicturesOfProblem7(t *testing.T) {
	for _, arch := range lenet.Archs() {
		cfg := Defaults(7)
		f := lenetFit(cfg, arch, &data.MNIST{Train: digits(10), Test: digits(230)})
		var e epoch
		e.TestLoss, e.TestAcc = f.evaluate(f.test)
		a := newAnswer(7)
		a.connectionsPicture()
		a.networkPictures(f, []epoch{{TrainLoss: math.NaN(), TrainAcc: math.NaN()}, e})
		want := []string{"The connections of C3", "Loss by epoch", "Accuracy by epoch", "The filters that C1 learned", "A digit on its way through the network", "Confusion matrix", "Mistakes of the network"}
		if got := pictures(t, a.r.Items); !slices.Equal(got, want) {
			t.Errorf("%v: pictures %q, want %q", arch, got, want)
		}
		if !a.r.OK() {
			t.Errorf("%v: %s", arch, failed(&a.r))
		}
	}
}

// What the pictures are made of is what was measured: the outputs give the same
// accuracy as evaluate.
func TestOutputsAreThoseThatAreEvaluated(t *testing.T) {
	f := lenetFit(Defaults(7), lenet.Modern, &data.MNIST{Train: digits(10), Test: digits(230)})
	_, accuracy := f.evaluate(f.test)
	if right := loss.Correct(f.outputs(f.test), classes(f.test.Labels)); float64(right)/230 != accuracy {
		t.Errorf("%d of 230 outputs are right, the accuracy is %v", right, accuracy)
	}
}

func TestConfusion(t *testing.T) {
	set := &data.Set{Rows: 1, Cols: 1, Images: []byte{0, 0, 0}, Labels: []byte{0, 2, 1}}
	logits := tensor.FromSlice([]float32{5, 0, 0, 0, 0, 9, 0, 0, float32(math.Log(2))}, 3, 3)
	counts, mistakes := confusion(set, logits)
	if want := [][]int{{1, 0, 0}, {0, 0, 1}, {0, 0, 1}}; fmt.Sprint(counts) != fmt.Sprint(want) {
		t.Errorf("counts %v, want %v", counts, want)
	}
	if len(mistakes) != 1 || mistakes[0].image != 2 || mistakes[0].label != 1 || mistakes[0].said != 2 || math.Abs(mistakes[0].probability-0.5) > 1e-6 {
		t.Errorf("mistakes %+v, want image 2, a 1 taken for a 2 with probability 1/2", mistakes)
	}
}

func TestBinaryMistakes(t *testing.T) {
	set := &data.Set{Rows: 1, Cols: 1, Images: []byte{0, 0, 0, 0}, Labels: []byte{4, 9, 4, 9}}
	z := tensor.FromSlice([]float32{float32(math.Log(3)), 2, -1, float32(-math.Log(9))}, 4, 1)
	got := binaryMistakes(set, z)
	worstFirst(got)
	if len(got) != 2 || got[0].image != 3 || got[0].said != 4 || math.Abs(got[0].probability-0.9) > 1e-6 || got[1].image != 0 || math.Abs(got[1].probability-0.75) > 1e-6 {
		t.Errorf("mistakes %+v, want image 3 with 0.9 and image 0 with 0.75", got)
	}
}

func TestProbability(t *testing.T) {
	for p, want := range map[float64]string{0: "0.00", 0.5: "0.50", 0.987: "0.99", 0.9995: "0.9995", 0.99999: "0.99999", 1: "1.00"} {
		if got := probability(p); got != want {
			t.Errorf("%v is written %s, want %s", p, got, want)
		}
	}
}
