package lenet5

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/problem"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
)

func network(arch lenet.Arch) nn.Sequential[float32] {
	return lenet.New[float32](rand.New(rand.NewPCG(9, 9)), arch)
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

func few(s *data.Set, n int) *data.Set {
	return &data.Set{Rows: s.Rows, Cols: s.Cols, Images: s.Images[:n*s.Rows*s.Cols], Labels: s.Labels[:n]}
}

// mnist returns the first images of MNIST, or skips a short test.
func mnist(t *testing.T, train, test int) *data.MNIST {
	t.Helper()
	if testing.Short() {
		t.Skip("trains on MNIST")
	}
	all, err := data.Load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	return &data.MNIST{Train: few(all.Train, train), Test: few(all.Test, test)}
}

// The answer has the sheet's numbers, and the evidence those of 1998.
func TestParameters(t *testing.T) {
	r, err := Options{Params: true}.Solve(t.Context())
	if err != nil || !r.OK() || len(r.Answer) > 5 {
		t.Fatalf("%v, %+v", err, r)
	}
	text := fmt.Sprint(r.Answer)
	for _, say := range []string{"1516 parameters, a regular convolution 2416", "60806 instead of 61706. The reduction is 900.",
		"36 of the 96 connections are missing", "36·25 = 900"} {
		if !strings.Contains(text, say) {
			t.Errorf("the answer %s does not say %q", text, say)
		}
	}
	checks := fmt.Sprint(r.Checks)
	for _, say := range []string{
		"60806 - 850 + 12 + 32 = 60000", "60000 trainable parameters and 340908 connections",
		"layer by layer; 339342 by hand, 339342 counted", "61706 - 60806 = 900 = 36·25",
	} {
		if !strings.Contains(checks, say) {
			t.Errorf("no check says %q", say)
		}
	}
}

func TestDefaults(t *testing.T) {
	for arch, want := range map[lenet.Arch][3]float64{
		lenet.Original: {10, 100, 0.1}, lenet.Modern: {10, 100, 0.1}, lenet.LeCun1998: {20, 20, 0.0007},
	} {
		d := Defaults(arch)
		if got := [3]float64{float64(d.Epochs), float64(d.Batch), d.LR}; got != want || d.Arch != arch {
			t.Errorf("%s: %v, want %v", arch, got, want)
		}
	}
	if _, err := Named("ancient"); err == nil || !strings.Contains(err.Error(), "original, modern and lecun1998") {
		t.Errorf("error %v", err)
	}
}

func TestCosine(t *testing.T) {
	for _, c := range []struct {
		epoch, epochs int
		want          float64
	}{{1, 20, 1}, {11, 20, 0.5}, {6, 20, 0.5 + math.Sqrt2/4}, {1, 1, 1}} {
		if got := cosine(c.epoch, c.epochs); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("epoch %d of %d: %v, want %v", c.epoch, c.epochs, got, c.want)
		}
	}
	for e := 2; e <= 20; e++ {
		if r := cosine(e, 20); !(r > 0 && r < cosine(e-1, 20)) {
			t.Errorf("epoch %d: %v after %v", e, r, cosine(e-1, 20))
		}
	}
}

// A few thousand images are enough for the network of 1998 to read nine of ten
// digits.
func TestLeCun1998Learns(t *testing.T) {
	o := Defaults(lenet.LeCun1998)
	o.Epochs = 3
	curve, err := o.fit(mnist(t, 4000, 1000)).Run(context.Background(), progress.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	if first, last := curve[0], curve[3]; last.TestAcc < 0.88 || first.TestAcc > 0.3 || last.TestLoss > first.TestLoss/3 {
		t.Errorf("epochs %+v", curve)
	}
}

// The accuracy is compared with what is known of MNIST, and else with guessing.
func TestCheckAccuracy(t *testing.T) {
	set := &data.Set{Rows: 1, Cols: 1, Images: []byte{0, 0}, Labels: []byte{4, 9}}
	for _, c := range []struct {
		dir  string
		acc  float64
		pass bool
	}{{"", 0.98, true}, {"", 0.85, false}, {"fashion", 0.85, true}, {"fashion", 0.5, false}} {
		var b report.Body
		o := Training{Options: training.Options{Data: data.Source{Dir: c.dir}}}
		if o.checkAccuracy(&b, training.Epoch{Epoch: 1, TestAcc: c.acc}, set); b.OK() != c.pass {
			t.Errorf("data %q, accuracy %v: passed is %v", c.dir, c.acc, b.OK())
		}
	}
}

// Every variant shows what its captions name.
func TestPictures(t *testing.T) {
	for _, arch := range lenet.Archs() {
		f := Defaults(arch).fit(&data.MNIST{Train: digits(10), Test: digits(230)})
		e := training.Epoch{TrainLoss: math.NaN(), TrainAcc: math.NaN()}
		before := e
		e.TestLoss, e.TestAcc = f.Evaluate(f.Test)
		var b report.Body
		connectionsPicture(&b)
		networkPictures(&b, f, []training.Epoch{before, e})
		var titles []string
		for _, item := range b.Items {
			switch item := item.(type) {
			case report.Picture:
				if size := item.Image.Bounds().Size(); size.X < 40 || size.Y < 40 || size.X > 1200 || len(item.Panels) == 0 ||
					!strings.HasSuffix(item.Alt, ".") {
					t.Errorf("%s: %v pixels, %d panels, %q", item.Title, size, len(item.Panels), item.Alt)
				}
				titles = append(titles, item.Title)
			case report.Plot:
				titles = append(titles, item.Title)
			}
		}
		want := []string{"The connections of C3", "Loss by epoch", "Accuracy by epoch", "The filters that C1 learned",
			"A digit on its way through the network", "Confusion matrix", "Mistakes of the network"}
		if !slices.Equal(titles, want) || !b.OK() {
			t.Errorf("%v: pictures %q, checks %v", arch, titles, b.Checks)
		}
	}
}

func TestConfusion(t *testing.T) {
	set := &data.Set{Rows: 1, Cols: 1, Images: []byte{0, 0, 0}, Labels: []byte{0, 2, 1}}
	logits := tensor.FromSlice([]float32{5, 0, 0, 0, 0, 9, 0, 0, float32(math.Log(2))}, 3, 3)
	counts, misread := confusion(set, logits)
	if want := "[[1 0 0] [0 0 1] [0 0 1]]"; fmt.Sprint(counts) != want {
		t.Errorf("counts %v, want %v", counts, want)
	}
	if len(misread) != 1 || misread[0].Image != 2 || misread[0].Label != 1 || misread[0].Said != 2 ||
		math.Abs(misread[0].Probability-0.5) > 1e-6 {
		t.Errorf("%+v, want image 2, a 1 taken for a 2 with probability 1/2", misread)
	}
}

// saved writes a network's weights, as a training does, and reads them.
func saved(t *testing.T, name string, n nn.Module[float32]) *training.Weights {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	f := &training.Fit{Name: name, Network: n, Test: digits(10)}
	var b report.Body
	if err := training.Save(&b, path, f, training.Epoch{}); err != nil {
		t.Fatal(err)
	}
	w, err := training.ReadWeights(path)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Weights tell their variant, and those of another model are refused with what differs.
func TestWeights(t *testing.T) {
	for _, want := range lenet.Archs() {
		if arch, _, err := networkOf(saved(t, "w.npz", network(want)), ""); arch != want || err != nil {
			t.Errorf("%v: taken for %v, %v", want, arch, err)
		}
	}
	linear := func(in, out int) *nn.LinearLayer[float32] {
		return nn.NewLinear[float32](rand.New(rand.NewPCG(0, 0)), in, out, nn.LinearOptions{})
	}
	almost := network(lenet.Modern)
	almost[7].Module = linear(84, 26)
	original, letters := saved(t, "o.safetensors", network(lenet.Original)), saved(t, "letters.safetensors", almost)
	for _, c := range []struct {
		w         *training.Weights
		arch, say string
	}{
		{original, "modern", "the modern LeNet-5, but those of the original one: C3_layer.0.conv_layer.bias is missing"},
		{letters, "", "the modern LeNet-5: F7_layer.bias has shape (26,), want (10,); F7_layer.weight has shape (26,84)"},
		{letters, "original", "the original LeNet-5: C3_layer.0.conv_layer.bias is not a parameter"},
		{saved(t, "l.npz", linear(784, 1)), "", "C1_layer.0.bias is missing"},
	} {
		_, _, err := networkOf(c.w, c.arch)
		var input *problem.InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), c.say) || !strings.HasPrefix(err.Error(), c.w.Path) {
			t.Errorf("%s as %q: %v, want an error that says %q", c.w.Path, c.arch, err, c.say)
		}
	}
	if _, _, err := networkOf(&training.Weights{}, "ancient"); err == nil || !strings.Contains(err.Error(), `no architecture "ancient"`) {
		t.Errorf("ancient: %v", err)
	}
}

// A digit on a page is read as MNIST's own is.
func TestPredictions(t *testing.T) {
	o := Defaults(lenet.Original)
	o.Epochs, o.Batch = 2, 20
	f := o.fit(mnist(t, 6000, 400))
	curve, err := f.Run(context.Background(), progress.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i := range f.Test.Len() {
		page := tensor.Ones[float32](150, 120)
		for y := range 84 {
			for x := range 84 {
				page.Set(1-float32(f.Test.Image(i)[y/3*28+x/3])/255, 60+y, 5+x)
			}
		}
		digit, ok := data.Digit(page)
		if !ok {
			t.Fatalf("image %d: blank", i)
		}
		if p := digitProbabilities(f.Network, digit); p[f.Test.Labels[i]] > 0.5 {
			right++
		}
	}
	if own := int(math.Round(curve[2].TestAcc * 400)); right < own-12 || own < 360 {
		t.Errorf("%d of %d digits on pages recognised, %d of MNIST's own", right, f.Test.Len(), own)
	}
}
