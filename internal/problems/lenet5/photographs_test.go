package lenet5

import (
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"golang.org/x/image/draw"

	"hw4/data"
	"hw4/internal/pretrained"
	"hw4/internal/proof"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// own returns the network with the program's own weights.
func own(t testing.TB) nn.Module[float32] {
	t.Helper()
	w, err := pretrained.LeNet()
	if err != nil {
		t.Fatal(err)
	}
	_, network, err := NetworkOf(w, "modern")
	if err != nil {
		t.Fatal(err)
	}
	return network
}

// A tally counts how pages were read.
type tally struct{ right, wrong, refused int }

func (c *tally) add(digit, want int, err error) {
	switch {
	case err != nil:
		c.refused++
	case digit == want:
		c.right++
	default:
		c.wrong++
	}
}

// Digits of the test set on photographed pages of every kind are read about as well as on
// clean ones. The table of docs/photographs.md is what this test prints for the proof.
func TestPhotographs(t *testing.T) {
	if testing.Short() {
		t.Skip("reads some hundred pages")
	}
	mnist, err := data.Load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	network, n := own(t), proof.Many(12, 300)
	counts, plain := make([]tally, len(kinds)), make([]tally, len(kinds))
	start, reading, pages := time.Now(), time.Duration(0), 0
	table := "| kind of page | read right | wrong | refused | one threshold for all: read right |\n|---|---|---|---|---|\n"
	for i, kind := range kinds {
		for k := range n {
			label := int(mnist.Test.Labels[k])
			x := kind.make(newSheet(mnist.Test, k, rand.New(rand.NewPCG(uint64(k), 7)))).tensor()
			begun := time.Now()
			p, err := Predict(data.Digit(x), network)
			reading, pages = reading+time.Since(begun), pages+1
			counts[i].add(p.Digit, label, err)
			p = weigh([]data.Reading[float32]{{Image: oneThreshold(x)}}, network)
			plain[i].add(p.Digit, label, nil)
		}
		c := counts[i]
		share := func(n int) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(c.right+c.wrong+c.refused)) }
		table += fmt.Sprintf("| %s | %s | %s | %s | %s |\n", kind.name, share(c.right), share(c.wrong), share(c.refused),
			share(plain[i].right))
	}
	t.Logf("%d digits of the test set a kind, %.1f ms a page:\n%s", n, reading.Seconds()*1000/float64(pages), table)
	all := tally{}
	for i, c := range counts {
		if slack := 1 + n/100; 100*c.right < 95*counts[0].right-100*(slack-n/100) || 50*c.wrong > c.right+c.wrong+50 ||
			20*c.refused > n+20*slack {
			t.Errorf("%s: %d of %d right, %d wrong, %d refused; of clean pages %d right", kinds[i].name, c.right, n, c.wrong,
				c.refused, counts[0].right)
		}
		all.right, all.wrong, all.refused = all.right+c.right, all.wrong+c.wrong, all.refused+c.refused
	}
	if 50*all.wrong > all.right+all.wrong || 20*all.refused > pages {
		t.Errorf("of %d pages %d are read wrong and %d refused", pages, all.wrong, all.refused)
	}
	proof.Record(t, proof.Count{What: "photographed pages with a digit", Tried: int64(pages), Failed: int64(all.wrong),
		Note: fmt.Sprintf("%d were refused", all.refused), Seconds: proof.Since(start)})
}

// oneThreshold tells ink from paper with one brightness of paper for the whole page, the
// median of its edge, and a tenth of the contrast as threshold.
func oneThreshold(x *tensor.Tensor[float32]) *tensor.Tensor[float32] {
	h, w := x.Dim(0), x.Dim(1)
	edge := slices.Concat(x.Data()[:w], x.Data()[(h-1)*w:])
	for y := range h {
		edge = append(edge, x.At(y, 0), x.At(y, w-1))
	}
	slices.Sort(edge)
	paper, far := edge[len(edge)/2], slices.Max(x.Data())
	if lo := slices.Min(x.Data()); paper-lo > far-paper {
		far = lo
	}
	ink := image.NewGray(image.Rect(0, 0, w, h))
	var box image.Rectangle
	for i, v := range x.Data() {
		if share := (v - paper) / (far - paper); share >= 0.1 {
			ink.SetGray(i%w, i/w, color.Gray{Y: uint8(255 * share)})
			box = box.Union(image.Rect(i%w, i/w, i%w+1, i/w+1))
		}
	}
	side := float64(max(box.Dx(), box.Dy()))
	scaled := func(n int) int { return max(1, int(20*float64(n)/side)) }
	digit := image.NewGray(image.Rect(0, 0, scaled(box.Dx()), scaled(box.Dy())))
	draw.BiLinear.Scale(digit, digit.Bounds(), ink, box, draw.Src, nil)
	var mass, mx, my float64
	for i, v := range digit.Pix {
		mass, mx, my = mass+float64(v), mx+float64(v)*float64(i%digit.Stride), my+float64(v)*float64(i/digit.Stride)
	}
	left, top := int(14.5-mx/mass), int(14.5-my/mass)
	out := tensor.Zeros[float32](1, 1, 28, 28)
	for i, v := range digit.Pix {
		r, c := max(0, min(27, top+i/digit.Stride)), max(0, min(27, left+i%digit.Stride))
		out.Set(float32(v)/255, 0, 0, r, c)
	}
	return out
}

// On a dark table, also one that the picture shows on one side only, a sheet's digit is
// read; and what light, rules and a table leave on a blank sheet is none.
func TestTables(t *testing.T) {
	mnist, err := data.Load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	network := own(t)
	for _, blank := range []bool{false, true} {
		var count tally
		for k := range 24 {
			random := rand.New(rand.NewPCG(uint64(k), 8))
			p := newSheet(mnist.Test, k, random)
			if blank {
				p.each(func(_, _, _ float64) float64 { return 0.9 })
			}
			p = []func(*sheet) *sheet{light, rules, shadow}[k%3](p)
			p, table := noise(p), 0.05+0.3*random.Float64()
			border := max(p.w, p.h) / 8
			if !blank {
				border *= 1 + k%4*2 // so wide that most of the picture is table
			}
			x := tensor.Zeros[float32](p.h+2*border, p.w+2*border)
			for i := range x.Data() {
				x.Data()[i] = float32(table)
				if u, v := i%x.Dim(1)-border, i/x.Dim(1)-border; u >= 0 && v >= 0 && u < p.w && v < p.h {
					x.Data()[i] = float32(p.light[v*p.w+u])
				}
			}
			got, err := Predict(data.Digit(x), network)
			count.add(got.Digit, int(mnist.Test.Labels[k]), err)
		}
		if blank && count.refused < 23 || !blank && count.right < 23 {
			t.Errorf("blank %v: %d right, %d wrong, %d refused", blank, count.right, count.wrong, count.refused)
		}
	}
}
