package losses

import (
	"testing"

	"hw4/internal/datatest"
	"hw4/internal/training"
	"hw4/tensor"
)

// Weights are judged by their accuracy and by their loss, and right ones for other labels or
// pixels are recognised.
func TestJury(t *testing.T) {
	set := datatest.Set(64, []byte{4, 9}, func(i, p int) byte { // one nine looks like a four
		if p < 10 && (i%2 == 0 || i == 33) || p >= 10 && p < 20 && i%2 == 1 && i != 33 {
			return 255
		}
		return 0
	})
	jury, err := NewJury(datatest.Source(t, set, set))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name         string
		scale, never float32 // of the weights that matter, and of those of pixels that are never lit
		bias         float32
		code         string
		score        float64
	}{
		{"right", 0.4, 0, 0, "right", 1},
		{"swapped", -0.4, 0, 0, "labels-swapped", 0},
		{"to 255", 0.4 / 255, 0, 0, "pixels-to-255", 0.5},
		{"normalised", 0.4 * 0.3081, 0.3081, 0.1307 * 0.3081 * 764 / 0.3081, "pixels-normalised", 0},
		{"zero", 0, 0, 0, "nothing-learned", 0},
		{"weak", 0.0001, 0, 0, "far-from-the-minimum", 0.5},
	} {
		a := tensor.Zeros[float32](1, 784)
		for i := range a.Data() {
			switch {
			case i < 10:
				a.Data()[i] = -c.scale
			case i < 20:
				a.Data()[i] = c.scale
			default:
				a.Data()[i] = c.never
			}
		}
		for loss, floor := range map[string]float64{"mse": 0.9, "kl": 0.98} {
			w := &training.Weights{Path: "w", Dict: map[string]*tensor.Tensor[float32]{"weight": a.Clone(),
				"bias": tensor.FromSlice([]float32{c.bias})}}
			v, err := jury.Judge(w, loss, floor)
			if err != nil || v.Code != c.code || v.Score != c.score || v.Right != (c.score == 1) {
				t.Errorf("%s by %s: %+v, %v", c.name, loss, v, err)
			}
		}
	}
	if _, err := jury.Judge(&training.Weights{Path: "w"}, "mse", 0); err == nil {
		t.Error("no weights are judged")
	}
	if _, err := jury.Judge(&training.Weights{Path: "w"}, "both", 0); err == nil {
		t.Error("both losses at once")
	}
}

func TestJudgeClaim(t *testing.T) {
	n := func(v float64) *float64 { return &v }
	for _, c := range []struct {
		claim Claim
		code  string
		score float64
	}{
		{Claim{"mse", n(95.4), n(0.952)}, "right", 1},
		{Claim{"kl", n(0.952), n(95.3)}, "right", 1},
		{Claim{"neither", n(0.952), n(0.953)}, "right", 1},
		{Claim{"neither", n(95.5), n(95)}, "right", 1},
		{Claim{"neither", n(0.945), n(0.95)}, "right", 1},
		{Claim{"neither", n(0.955), n(0.9499)}, "claim-against-numbers", 2. / 3},
		{Claim{"neither", n(0.94), n(0.96)}, "claim-against-numbers", 2. / 3},
		{Claim{"kl", n(0.954), n(0.952)}, "claim-against-numbers", 2. / 3},
		{Claim{"mse", n(0.999), n(0.952)}, "accuracy-not-possible", 2. / 3},
		{Claim{"kl", n(5), n(0.952)}, "accuracy-not-possible", 2. / 3},
		{Claim{"", n(0.954), n(0.952)}, "not-answered", 2. / 3},
		{Claim{"mse", n(0.954), nil}, "not-answered", 1. / 3},
		{Claim{}, "not-answered", 0},
	} {
		v, err := JudgeClaim(c.claim)
		if said := v.Checks[2].Detail; err != nil || v.Code != c.code || v.Score != c.score || v.OK() != (c.score == 1) ||
			(said == "not answered") != (c.claim.Better == "") {
			t.Errorf("%+v: %+v, %v", c, v, err)
		}
	}
	if _, err := JudgeClaim(Claim{Better: "both"}); err == nil {
		t.Error("both do better")
	}
}
