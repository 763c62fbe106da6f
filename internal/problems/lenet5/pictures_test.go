package lenet5

import (
	"fmt"
	"image"
	"math"
	"slices"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/loss"
	"hw4/tensor"
)

func TestPictures(t *testing.T) {
	for _, arch := range lenet.Archs() {
		f := Defaults(arch).Fit(digitsMNIST())
		var e training.Epoch
		e.TestLoss, e.TestAcc = f.Evaluate(f.Test)
		var b report.Body
		connectionsPicture(&b)
		networkPictures(&b, arch, f, []training.Epoch{{TrainLoss: math.NaN(), TrainAcc: math.NaN()}, e})
		want := []string{
			"The connections of C3", "Loss by epoch", "Accuracy by epoch", "The filters that C1 learned",
			"A digit on its way through the network", "Confusion matrix", "Mistakes of the network",
		}
		if got, faults := reporttest.Pictures(b.Items); !slices.Equal(got, want) || faults != nil {
			t.Errorf("%v: pictures %q, want %q; %q", arch, got, want, faults)
		}
		if !b.OK() {
			t.Errorf("%v: %s", arch, failed(&b))
		}
	}
}

// What is said of every digit is what is evaluated.
func TestOutputsAreThoseThatAreEvaluated(t *testing.T) {
	f := Defaults(lenet.Modern).Fit(digitsMNIST())
	_, accuracy := f.Evaluate(f.Test)
	if right := loss.Correct(f.Outputs(f.Test), data.Classes(f.Test.Labels)); float64(right)/230 != accuracy {
		t.Errorf("%d of 230 outputs are right, the accuracy is %v", right, accuracy)
	}
}

// The layers are shown in order under the paper's names, with a picture a map, or one
// of all units.
func TestMapsPicture(t *testing.T) {
	want := []string{
		"input: 28 x 28", "C1: 6 pictures of 28 x 28", "S2: 6 pictures of 14 x 14", "C3: 16 pictures of 10 x 10",
		"S4: 16 pictures of 5 x 5", "C5: 12 x 10", "F6: 12 x 7", "P(class)",
	}
	for _, arch := range lenet.Archs() {
		var b report.Body
		mapsPicture(&b, digits(1), arch, newLeNet(arch))
		p := b.Items[0].(report.Picture)
		var got []string
		for _, panel := range p.Panels {
			got = append(got, panel.Caption[0])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v: %q, want %q", arch, got, want)
		}
		if say := "a 0, and the outputs of the layers C1, S2, C3, S4, C5, F6, from "; !strings.Contains(p.Alt, say) {
			t.Errorf("%v: %q does not say %q", arch, p.Alt, say)
		}
	}
}

func TestProbabilities(t *testing.T) {
	s, sure := probabilities(tensor.FromSlice([]float32{0, float32(math.Log(2)), 0}, 1, 3))
	if sure != 1 || !slices.Equal(s.Captions, []string{"0: 0.25", "1: 0.50", "2: 0.25"}) {
		t.Errorf("%d is the surest of %q", sure, s.Captions)
	}
	if s.Tiles[0].Bounds() != image.Rect(0, 0, 1, 1) {
		t.Errorf("a probability is shown as %v", s.Tiles[0].Bounds())
	}
}

func TestConfusion(t *testing.T) {
	set := &data.Set{Rows: 1, Cols: 1, Images: []byte{0, 0, 0}, Labels: []byte{0, 2, 1}}
	logits := tensor.FromSlice([]float32{5, 0, 0, 0, 0, 9, 0, 0, float32(math.Log(2))}, 3, 3)
	counts, mistakes := confusion(set, logits)
	if want := [][]int{{1, 0, 0}, {0, 0, 1}, {0, 0, 1}}; fmt.Sprint(counts) != fmt.Sprint(want) {
		t.Errorf("counts %v, want %v", counts, want)
	}
	if len(mistakes) != 1 || mistakes[0].Image != 2 || mistakes[0].Label != 1 || mistakes[0].Said != 2 ||
		math.Abs(mistakes[0].Probability-0.5) > 1e-6 {
		t.Errorf("mistakes %+v, want image 2, a 1 taken for a 2 with probability 1/2", mistakes)
	}
}

// Of equal logits the first counts, as in loss.Correct.
func TestConfusionOfTies(t *testing.T) {
	set := &data.Set{Rows: 1, Cols: 1, Images: []byte{0}, Labels: []byte{2}}
	counts, _ := confusion(set, tensor.FromSlice([]float32{0, 1, 1}, 1, 3))
	if counts[2][1] != 1 {
		t.Errorf("counts %v", counts)
	}
}

// The confusion matrix names its most frequent mistake, and must agree with the
// accuracy.
func TestConfusionPicture(t *testing.T) {
	counts := [][]int{{5, 1, 0}, {0, 6, 0}, {3, 0, 5}}
	for accuracy, ok := range map[float64]bool{0.8: true, 0.75: false} {
		var b report.Body
		confusionPicture(&b, counts, 20, accuracy)
		want := "Of 20 test images 16 are classified correctly; the most frequent mistake is a 2 taken for a 0, 3 times."
		if p := b.Items[0].(report.Picture); p.Alt != want || b.OK() != ok ||
			!strings.HasPrefix(b.Checks[0].Detail, "16 of 20 on its diagonal") {
			t.Errorf("accuracy %v: %q, checks %+v", accuracy, p.Alt, b.Checks)
		}
	}
	var b report.Body
	confusionPicture(&b, [][]int{{2, 0}, {0, 3}}, 5, 1)
	if alt := b.Items[0].(report.Picture).Alt; strings.Contains(alt, "mistake is") {
		t.Errorf("without mistakes: %q", alt)
	}
}
