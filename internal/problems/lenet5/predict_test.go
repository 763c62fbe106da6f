package lenet5

import (
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/problem"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/lenet"
	"hw4/tensor"
)

// page returns a digit of a set three times as large, black on white, away from the
// middle of a page.
func page(s *data.Set, i int) *tensor.Tensor[float32] {
	p := tensor.Ones[float32](150, 120)
	for y := range 3 * s.Rows {
		for x := range 3 * s.Cols {
			p.Set(1-float32(s.Image(i)[y/3*s.Cols+x/3])/255, 60+y, 5+x)
		}
	}
	return p
}

// A trained network, saved and loaded, recognises digits that are enlarged, black
// on white and out of place about as well as MNIST's own.
func TestPredictions(t *testing.T) {
	o := Defaults(lenet.Original)
	o.Epochs, o.Batch = 2, 20
	f := o.fit(mnist(t, 6000, 400))
	epochs, err := f.Run(context.Background(), progress.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	_, network, err := networkOf(read(t, saved(t, "w.safetensors", f.Network)), "original")
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i := range f.Test.Len() {
		digit, ok := data.Digit(page(f.Test, i))
		if !ok {
			t.Fatalf("image %d: blank", i)
		}
		if p := digitProbabilities(network, digit); p[f.Test.Labels[i]] > 0.5 {
			right++
		}
	}
	if own := int(math.Round(400 * epochs[2].TestAcc)); right < own-12 || own < 360 {
		t.Errorf("%d of %d digits on pages recognised, %d of MNIST's own", right, f.Test.Len(), own)
	}
}

// What the network sees is reported with its probabilities, from a file.
func TestPredict(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seven.png")
	m := image.NewGray(image.Rect(0, 0, 40, 50))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	for i := range 20 {
		m.SetGray(10+i, 10, color.Gray{})
		m.SetGray(29-i/2, 10+i, color.Gray{})
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(png.Encode(f, m), f.Close()); err != nil {
		t.Fatal(err)
	}
	network := newLeNet(lenet.Modern)
	last := network[len(network)-1].Module.Params() // which then says 7 to everything
	clear(last[0].Value.Data())
	clear(last[1].Value.Data())
	last[1].Value.Data()[7] = float32(math.Log(9))
	r, err := Weights{File: saved(t, "w.npz", network), Predict: path}.Solve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if want := path + " shows a 7, with probability 50.00 %."; !strings.Contains(told(&r.Body), want) {
		t.Errorf("the answer\n%s\ndoes not say %q", told(&r.Body), want)
	}
	if !r.OK() || len(r.Checks) != 3 {
		t.Errorf("checks: %s", failed(&r.Body))
	}
	var rows [][]any
	for _, item := range r.Items {
		if table, ok := item.(report.Table); ok {
			rows = table.Rows
		}
	}
	if len(rows) != 10 || rows[7][0] != 7 || math.Abs(float64(rows[7][1].(report.Percent))-0.5) > 1e-6 {
		t.Errorf("table %v", rows)
	}
	var input *problem.InputError
	o := Weights{File: saved(t, "w.npz", network), Predict: path + ".none"}
	if _, err := o.Solve(context.Background()); !errors.As(err, &input) {
		t.Errorf("no picture: %v", err)
	}
}

// A network that sees another digit in the negative of an image does not tell ink from
// paper; one that is asked for the digit that it does not see, neither.
func TestSameInverted(t *testing.T) {
	network := newLeNet(lenet.Modern)
	digit, _ := data.Digit(page(digits(1), 0))
	p := digitProbabilities(network, digit)
	seen := 0
	for i, v := range p {
		if v > p[seen] {
			seen = i
		}
	}
	if !sameInverted(digit, network, seen) || sameInverted(digit, network, (seen+1)%10) {
		t.Errorf("%d is seen", seen)
	}
	if sameInverted(tensor.Zeros[float32](1, 1, 28, 28), network, seen) {
		t.Error("a blank image has a negative")
	}
}
