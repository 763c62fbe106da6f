package html

import "testing"

func TestNameMath(t *testing.T) {
	const one = "<msub><mi>Y</mi><mn>1</mn></msub>"
	for name, want := range map[string]string{
		"X":              "<mi>X</mi>",
		"Y1":             one,
		"Y_1":            one,
		"Y[1]":           one,
		"your Y[1]":      "<mtext>your\u00a0</mtext>" + one,
		"w[2,1,1] (red)": "<msub><mi>w</mi><mn>2,1,1</mn></msub><mtext>\u00a0(red)</mtext>",
		"w_c":            "<msub><mi>w</mi><mi>c</mi></msub>",
		"dy_3/dA_12": "<mfrac><mrow><mo>∂</mo><msub><mi>y</mi><mn>3</mn></msub></mrow>" +
			"<mrow><mo>∂</mo><msub><mi>A</mi><mn>12</mn></msub></mrow></mfrac>",
		"the <rest>": "<mtext>the\u00a0&lt;rest&gt;</mtext>",
	} {
		if got := nameMath(name); got != want {
			t.Errorf("%q is set as %q, want %q", name, got, want)
		}
	}
}
