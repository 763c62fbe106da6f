package lenet5

import (
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/pretrained"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/tensor"
)

// The weights that the program brings along are those that README.md names. (The test of
// the proof makes them again.)
func TestOwnWeights(t *testing.T) {
	for arch, want := range ownWeights {
		w, err := training.ParseWeights(arch.String()+".safetensors", pretrained.Files()[arch.String()])
		if err != nil {
			t.Fatal(err)
		}
		is, network, err := NetworkOf(w, "")
		if err != nil || is != arch {
			t.Fatalf("%v, %v", is, err)
		}
		if sum := training.SHA256(network.Params()); sum != want {
			t.Errorf("%v: the sum is %s", arch, sum)
		}
	}
	if w, err := pretrained.LeNet(); err != nil || w.Closeness(own(t)) < 1 {
		t.Errorf("those of --predict: %v", err)
	}
}

// Pictures of the usual troubles, in one call, and what is refused among them.
func TestPredictFiles(t *testing.T) {
	var files []string
	for _, name := range []string{"clean.png", "noise.png", "ruled-paper.png", "uneven-light.png", "speck.png",
		"batch-of-one.npy", "one-row.npy", "three-digits.npy", "none.png"} {
		files = append(files, filepath.Join("testdata", name))
	}
	r, err := Weights{Predict: files}.Solve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	rows := r.Answer[0].(report.Table).Rows
	for i, want := range []any{7, 7, 7, 7, 2, 7, "-", "-", "-"} {
		if rows[i][0] != files[i] || rows[i][1] != want {
			t.Errorf("%v, want %v", rows[i], want)
		}
		if p, ok := rows[i][2].(report.Percent); ok && p < 0.95 {
			t.Errorf("%v", rows[i])
		}
	}
	if failed := r.Failed(); len(failed) != 1 || failed[0].Detail != "6 of 9 do" {
		t.Errorf("failed %v", failed)
	}
	for i, say := range []string{"784x1 pixels", "three different pictures", "no such file"} {
		if line, ok := r.Answer[1+i].(report.Text); !ok || !strings.Contains(string(line), say) {
			t.Errorf("%v does not say %q", r.Answer[1+i], say)
		}
	}
	var input *problem.InputError
	if _, err := (Weights{Predict: files[7:8]}).Solve(context.Background()); !errors.As(err, &input) {
		t.Errorf("one file that is none: %v", err)
	}
}

// One picture is answered in a sentence, with a table of probabilities.
func TestPredictOne(t *testing.T) {
	path := filepath.Join("testdata", "clean.png")
	r, err := Weights{Predict: []string{path}}.Solve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(told(&r.Body), path+" shows a 7, with probability 9") || !r.OK() || len(r.Checks) != 3 {
		t.Errorf("%s\n%s", told(&r.Body), failed(&r.Body))
	}
	for _, item := range r.Items {
		if table, ok := item.(report.Table); ok {
			if len(table.Rows) != 10 || table.Rows[7][0] != 7 || table.Rows[7][1].(report.Percent) < 0.9 {
				t.Errorf("table %v", table.Rows)
			}
		}
	}
}

// sheetWith returns a page of 200 x 120 with squares of ink.
func sheetWith(squares ...image.Rectangle) *tensor.Tensor[float32] {
	m := image.NewGray(image.Rect(0, 0, 200, 120))
	draw.Draw(m, m.Bounds(), image.White, image.Point{}, draw.Src)
	for _, r := range squares {
		draw.Draw(m, r, image.NewUniform(color.Gray{Y: 30}), image.Point{}, draw.Src)
	}
	return tensor.Reshape(data.FromImage[float32](m), 120, 200)
}

func TestUnlikeOneDigit(t *testing.T) {
	network := own(t)
	for say, x := range map[string]*tensor.Tensor[float32]{
		"2 pieces of ink of about the same size lie apart": sheetWith(image.Rect(40, 30, 50, 90),
			image.Rect(120, 30, 130, 90)),
		"times as wide as high":                                 sheetWith(image.Rect(40, 50, 130, 60)),
		"the paper is uneven, by 50.00 % of the ink's contrast": sheetWith(image.Rect(90, 20, 98, 100)),
	} {
		readings := data.Digit(x)
		if strings.Contains(say, "uneven") {
			for i := range readings {
				readings[i].Rough = 0.5
			}
		}
		if _, err := Predict(readings, network); err == nil || !strings.Contains(err.Error(), say) ||
			!strings.Contains(err.Error(), "this does not look like one digit") {
			t.Errorf("%v, want an error that says %q", err, say)
		}
	}
}

// Weights that make no numbers, or all digits alike, read no digit.
func TestWeightsThatReadNothing(t *testing.T) {
	for weight, say := range map[float32]string{
		3e38: "no numbers",
		0:    "this does not look like one digit: the likeliest, a 0, has a probability of only 10.00 %",
	} {
		network := newLeNet(lenet.Modern)
		for _, p := range network.Params() {
			for i := range p.Value.Data() {
				p.Value.Data()[i] = weight
			}
		}
		r := []data.Reading[float32]{{Image: tensor.Ones[float32](1, 1, 28, 28)}}
		if _, err := Predict(r, network); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("weights of %g: error %v", weight, err)
		}
	}
}

// A reading with even paper, alone on its page, counts more than others.
func TestWeigh(t *testing.T) {
	network := own(t)
	even := data.Digit(sheetWith(image.Rect(90, 20, 98, 100)))[0]
	other := even
	other.Image, other.Rough = tensor.Zeros[float32](1, 1, 28, 28), even.Rough+1
	p := weigh([]data.Reading[float32]{even, other}, network)
	alone := digitProbabilities(network, even.Image)
	for i, v := range p.Probabilities {
		if math.Abs(v-alone[i]) > 1e-9 {
			t.Errorf("digit %d: %v, want %v", i, v, alone[i])
		}
	}
	if p.Digit != 1 || !slices.Equal(p.Reading.Image.Data(), even.Image.Data()) {
		t.Errorf("a %d", p.Digit)
	}
}
