package html

import "testing"

// What a terminal has to spell is set; names of files, flags and numbers stay.
func TestTypeset(t *testing.T) {
	for plain, want := range map[string]string{
		"y_l = sigma(A_l y_(l-1) + b_l)": "<i>y</i><sub>l</sub> = σ(" +
			"<i>A</i><sub>l</sub> <i>y</i><sub>l−1</sub> + <i>b</i><sub>l</sub>)",
		"dy_L/dA_12": "∂<i>y</i><sub>L</sub>/∂<i>A</i><sub>12</sub>",
		"D_l (dy_L/dy_l)' y_(l-1)', it's": "<i>D</i><sub>l</sub> " +
			"(∂<i>y</i><sub>L</sub>/∂<i>y</i><sub>l</sub>)<sup>⊤</sup> " +
			"<i>y</i><sub>l−1</sub><sup>⊤</sup>, it&#39;s",
		"z = a'x + b, sigma'(z)":          "z = a<sup>⊤</sup>x + b, σ′(z)",
		"X[m+1,:], w1 and |x2| || 0":      "<i>X</i><sub>m+1,:</sub>, <i>w</i><sub>1</sub> and |<i>x</i><sub>2</sub>| ‖ 0",
		"images of 1x28x28 and 3x3":       "images of 1×28×28 and 3×3",
		"by 2.2e-16, 1e-05 and 4e+06":     "by 2.2 × 10<sup>−16</sup>, 10<sup>−5</sup> and 4 × 10<sup>6</sup>",
		"1e-05 1.1e-11, -2.1e-05 (1e-06)": "10<sup>−5</sup> 1.1 × 10<sup>−11</sup>, −2.1 × 10<sup>−5</sup> (10<sup>−6</sup>)",
		"sigma(x) = x^2":                  "σ(x) = x<sup>2</sup>",
		"goes to -infinity":               "goes to −∞",

		"w in R^(3 x 3 x 2 x 2)":                    "w in ℝ<sup>3 × 3 × 2 × 2</sup>",
		"(c, d) with c != d":                        "(c, d) with c ≠ d",
		"xi <= xk implies <b>":                      "<i>x</i><sub>i</sub> ≤ <i>x</i><sub>k</sub> implies &lt;b&gt;",
		"X -> Y, w_c = 1/k^2":                       "X → Y, <i>w</i><sub>c</sub> = 1/k<sup>2</sup>",
		"2 sigma(-yz)^2, log(1 + e^-yz)":            "2 σ(−yz)<sup>2</sup>, log(1 + e<sup>−yz</sup>)",
		"[-2 -1] and 7 - 5":                         "[−2 −1] and 7 − 5",
		"lenet_original.py --lr 3 lecun1998 conv2d": "lenet_original.py --lr 3 lecun1998 conv2d",
		"6 x 28 x 28 pixels":                        "6 × 28 × 28 pixels",
	} {
		if got := string(typeset(plain)); got != want {
			t.Errorf("%q is set as %q, want %q", plain, got, want)
		}
	}
}
