package html

import "testing"

// What a terminal has to spell is set; names of files, flags and numbers stay.
func TestTypeset(t *testing.T) {
	for plain, want := range map[string]string{
		"y_l = sigma(A_l y_(l-1) + b_l)": "<i>y</i><sub>l</sub> = σ(<i>A</i><sub>l</sub> <i>y</i><sub>l−1</sub> + <i>b</i><sub>l</sub>)",
		"dy_L/dA_12":                     "d<i>y</i><sub>L</sub>/d<i>A</i><sub>12</sub>",
		"w in R^(3 x 3 x 2 x 2)":         "w in ℝ<sup>3 × 3 × 2 × 2</sup>",
		"(c, d) with c != d":             "(c, d) with c ≠ d",
		"xi <= xk implies <b>":           "xi ≤ xk implies &lt;b&gt;",
		"X -> Y, w_c = 1/k^2":            "X → Y, <i>w</i><sub>c</sub> = 1/k<sup>2</sup>",
		"2 sigma(-yz)^2, log(1 + e^-yz)": "2 σ(−yz)<sup>2</sup>, log(1 + e<sup>−yz</sup>)",
		"[-2 -1] and 7 - 5":              "[−2 −1] and 7 − 5",
		"lenet_original.py 1e-12 --lr 3": "lenet_original.py 1e-12 --lr 3",
		"6 x 28 x 28 pixels":             "6 × 28 × 28 pixels",
	} {
		if got := string(typeset(plain)); got != want {
			t.Errorf("%q is set as %q, want %q", plain, got, want)
		}
	}
}
