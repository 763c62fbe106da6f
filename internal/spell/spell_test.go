package spell

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"identity", "sigmoid", "tanh", "relu", "elu", "gelu", "mse", "kl", "both"}
	for word, want := range map[string]string{
		"tahn": "tanh", "TANH": "tanh", "sigmod": "sigmoid", "sigmoids": "sigmoid", "rleu": "relu", "gelo": "gelu",
		"bot": "both", "ms": "mse", "cosine": "", "": "", "x": "", "kll": "kl",
	} {
		if got := Nearest(word, names); got != want {
			t.Errorf("%q is taken for %q, want %q", word, got, want)
		}
	}
}

func TestEdits(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"größe", "grösse", 2}} {
		if got := edits(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: %d edits, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestSuggestion(t *testing.T) {
	if got := Suggestion("tahn", []string{"tanh"}); got != " (did you mean tanh?)" {
		t.Errorf("%q", got)
	}
	if got := Suggestion("frobnicate", []string{"tanh"}); got != "" {
		t.Errorf("%q", got)
	}
}
