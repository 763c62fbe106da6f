package commute

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name   string
		window []float64
		right  bool
		say    string
	}{
		{"square", []float64{-1, 0}, true, "sigma(rho(X)) = 0 and rho(sigma(X)) = 1"},
		{"square", []float64{1, 0}, false, "no counterexample: sigma(rho(X)) = 1 and rho(sigma(X)) = 1"},
		{"abs", []float64{2, -3, 1}, true, "= 2 and rho(sigma(X)) = 3"},
		{"square", []float64{-4}, false, "A window of 1 number always commutes"},
		{"square", nil, false, "A window of 0 numbers always commutes"},
		{"square", []float64{math.NaN(), 1}, false, "no counterexample"},
	} {
		v, err := Judge(c.name, c.window)
		if err != nil || v.Right != c.right || v.OK() != c.right || v.Score != map[bool]float64{true: 1}[c.right] ||
			v.Code != map[bool]string{true: "right", false: "commutes"}[c.right] {
			t.Errorf("%s %v: %+v, %v", c.name, c.window, v, err)
		}
		if say := v.Answer[0]; !strings.Contains(fmt.Sprint(say), c.say) {
			t.Errorf("%s %v: %v", c.name, c.window, say)
		}
	}
	for _, name := range []string{"tanh", "cube", ""} {
		if _, err := Judge(name, []float64{0, 1}); err == nil {
			t.Errorf("%q has a counterexample", name)
		}
	}
}
