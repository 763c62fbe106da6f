package ink

import "testing"

// A picture that ends where its ring does is read as one with more paper around it: the
// ring is ink, whether it is dark or light, and its inside is not.
func TestTightCrops(t *testing.T) {
	for _, light := range []bool{false, true} {
		m := NewGrey(60, 80)
		for i := range m.Pix {
			x, y := float64(i%m.W)-29.5, float64(i/m.W)-39.5
			d := x*x/(30*30) + y*y/(40*40)
			if m.Pix[i] = 0.9; d < 1 && d > 0.4 {
				m.Pix[i] = 0.1
			}
		}
		if light {
			m = m.negative()
		}
		readings := Find(m)
		if len(readings) == 0 {
			t.Fatalf("light ink %v: nothing", light)
		}
		r := readings[0]
		if r.tight || r.box.Dx() < 60 || r.box.Dy() < 80 || r.Ink.row(r.Ink.H / 2)[r.Ink.W/2] > 0.1 {
			t.Errorf("light ink %v: %v, tight %v, in the middle %v", light, r.box, r.tight, r.Ink.row(r.Ink.H / 2)[r.Ink.W/2])
		}
	}
}

// The margin has the brightness of the paper, however the picture lies in it.
func TestFramed(t *testing.T) {
	m := NewGrey(24, 9)
	for i := range m.Pix {
		m.Pix[i] = 0.8
	}
	m.Pix[0], m.Pix[5*24+7] = 0.1, 0.2
	f := m.framed()
	if f.W != 24+2*5 || f.H != 9+2*5 {
		t.Fatalf("%d x %d", f.W, f.H)
	}
	for i, v := range f.Pix {
		want := float32(0.8)
		switch i {
		case 5*f.W + 5:
			want = 0.1
		case 10*f.W + 12:
			want = 0.2
		}
		if v != want {
			t.Errorf("pixel %d is %v, want %v", i, v, want)
		}
	}
}
