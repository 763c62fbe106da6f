package backprop

import "testing"

// An example is wrong, and the judge names its mistake.
func TestExamples(t *testing.T) {
	codes := make(map[string]bool)
	for _, sigma := range []string{"tanh", "softplus", "square"} {
		for _, sizes := range networks {
			a, _ := solved(t, sigma, sizes...)
			for _, e := range a.Examples() {
				codes[e.Code] = true
				flat := Numbers{Shape: []int{len(e.Rows), len(e.Rows[0])}}
				for _, row := range e.Rows {
					flat.Values = append(flat.Values, row...)
				}
				if v := judged(t, a.with(e.Derivative, flat)); v.Right || v.Code != e.Code {
					t.Errorf("%s %v: %s is %s, want %s", sigma, sizes, e.Derivative, v.Code, e.Code)
				}
			}
		}
	}
	if len(codes) < len(mistakes())-1 {
		t.Errorf("examples of %d of %d mistakes", len(codes), len(mistakes()))
	}
}
