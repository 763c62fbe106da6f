package losses

import (
	"math"
	"slices"
	"testing"

	"hw4/data"
	"hw4/internal/report"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// tiny returns a set of images whose brightness tells their class, 4 or 9.
func tiny(n int) *data.Set {
	s := &data.Set{Rows: 2, Cols: 3}
	for i := range n {
		s.Labels = append(s.Labels, []byte{4, 9}[i%2])
		for p := range 6 {
			s.Images = append(s.Images, byte(200*(i%2)+p+i%7))
		}
	}
	return s
}

func tinySets() *data.MNIST { return &data.MNIST{Train: tiny(50), Test: tiny(20)} }

// Between the classes, at z = 0, every image is taken for a four: what is right there
// does not depend on the label.
func TestTies(t *testing.T) {
	for z, want := range map[float32]byte{
		-1: four, 0: four, float32(math.Copysign(0, -1)): four, math.SmallestNonzeroFloat32: nine, 2: nine,
		float32(math.NaN()): four,
	} {
		for _, class := range []byte{four, nine} {
			if n := correct(tensor.FromSlice([]float32{z}), []byte{class}); n != one(class == want) {
				t.Errorf("z = %v, which says %d, is right for a %d %d times", z, want, class, n)
			}
		}
	}
	z := tensor.FromSlice([]float32{0, 0, 1, -1}, 4, 1)
	labels := []byte{four, nine, nine, nine}
	if n := correct(z, labels); n != 2 {
		t.Errorf("%d are right, want the four at 0 and the nine at 1", n)
	}
	list := Misread(&data.Set{Labels: labels}, z)
	if len(list) != 2 || list[0].Image != 1 || list[0].Said != four || list[0].Probability != 0.5 || list[1].Image != 3 {
		t.Errorf("misread %+v", list)
	}
	o := objective(binaryLosses[1], tiny(4), true)
	if a := o.Accuracy(make([]float64, o.Dim)); a != 0.5 {
		t.Errorf("with weights of 0 the accuracy is %v, want that of always saying 4, 0.5", a)
	}
}

func TestMisread(t *testing.T) {
	z := tensor.FromSlice([]float32{float32(math.Log(3)), 2, -1, float32(-math.Log(9))}, 4, 1)
	got := Misread(&data.Set{Labels: []byte{4, 9, 4, 9}}, z)
	if len(got) != 2 || got[0].Image != 0 || got[0].Label != 4 || got[0].Said != 9 ||
		math.Abs(got[0].Probability-0.75) > 1e-6 ||
		got[1].Image != 3 || got[1].Label != 9 || got[1].Said != 4 || math.Abs(got[1].Probability-0.9) > 1e-6 {
		t.Errorf("misread %+v, want image 0 with 0.75 and image 3 with 0.9", got)
	}
}

// Two networks with the same seed start alike, whatever the loss, and see the same
// batches.
func TestBothLossesStartAlike(t *testing.T) {
	o := Defaults()
	f, g := o.fit(binaryLosses[0], tinySets()), o.fit(binaryLosses[1], tinySets())
	a, b := f.Network.Params(), g.Network.Params()
	for i := range a {
		if !slices.Equal(a[i].Value.Data(), b[i].Value.Data()) {
			t.Errorf("%s differs", a[i].Name)
		}
	}
	if f.Order.Uint64() != g.Order.Uint64() {
		t.Error("the shuffles differ")
	}
	o.Seed = 1
	other := o.fit(binaryLosses[0], tinySets()).Network.Params()
	if slices.Equal(other[0].Value.Data(), a[0].Value.Data()) {
		t.Error("another seed has the same start")
	}
	o.NoBias = true
	if n := nn.Count(o.fit(binaryLosses[0], tinySets()).Network.Params()); n != 6 {
		t.Errorf("%d parameters without bias, want 6", n)
	}
}

// The losses are the sheet's, at points that are worked out by hand.
func TestFormulas(t *testing.T) {
	half := 1 / (1 + math.Exp(math.Log(3))) // sigma(-log 3) = 1/4
	for _, c := range []struct{ z, y, squares, kl float64 }{
		{0, 1, 0.5, math.Ln2}, {0, -1, 0.5, math.Ln2},
		{math.Log(3), 1, 2 * half * half, math.Log(4.0 / 3)}, {math.Log(3), -1, 2 * 9.0 / 16, math.Log(4)},
	} {
		if h, d := hint(c.z, c.y), divergence(c.z, c.y); math.Abs(h-c.squares) > 1e-15 || math.Abs(d-c.kl) > 1e-15 {
			t.Errorf("z = %v, y = %v: %v and %v, want %v and %v", c.z, c.y, h, d, c.squares, c.kl)
		}
	}
}

// The checks of the formulas hold, and refute a loss that is another.
func TestCheckFormulas(t *testing.T) {
	var b report.Body
	checkFormulas(&b, 0)
	if len(b.Checks) != 4 || !b.OK() {
		t.Errorf("checks %+v", b.Checks)
	}
	saved := slices.Clone(binaryLosses)
	defer copy(binaryLosses, saved)
	for name, spoil := range map[string]func(){
		"mse: the sheet's formula": func() { binaryLosses[0].exact = saved[1].exact },
		"kl: the definition":       func() { binaryLosses[1].exact = saved[0].exact },
		"mse: at z = 0":            func() { binaryLosses[0].start = 0.25 },
		"kl: at z = 0":             func() { binaryLosses[1].start = 0.25 },
	} {
		spoil()
		b = report.Body{}
		checkFormulas(&b, 0)
		for _, c := range b.Checks {
			if c.OK == (c.Name == name) {
				t.Errorf("spoilt %q: check %+v", name, c)
			}
		}
		copy(binaryLosses, saved)
	}
}
