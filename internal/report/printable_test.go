package report

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestPrintable(t *testing.T) {
	for s, want := range map[string]string{
		"":         "",
		"a  b.png": "a  b.png",
		"6·(5·5) = 150, µ = ∞, naïve 数 🙂": "6·(5·5) = 150, µ = ∞, naïve 数 🙂",
		"\x1b]8;;http://x\x07link":        `\x1b]8;;http://x\alink`,
		"a\nb\tc\rd\x00\x7f":              `a\nb\tc\rd\x00\x7f`,
		"\u009b31m":                       `\u009b31m`,
		"\x9b31m\xff":                     `\x9b31m\xff`,
		"gpj.\u202eexe\u2028":             `gpj.\u202eexe\u2028`,
		"\U000e0041":                      `\U000e0041`,
		"\ufffd '":                        "\ufffd '",
	} {
		if got := Printable(s); got != want {
			t.Errorf("Printable(%q) = %s, want %s", s, got, want)
		}
	}
}

// JSON has nothing in it that a terminal could act on, and says the same.
func TestJSONIsPrintable(t *testing.T) {
	const text = "\x1b[31m \x7f \u009b31m \u202e <&> naïve 🙂"
	r := &Report{Problem: 1}
	r.Answerf("%s", text)
	var out strings.Builder
	if err := WriteJSON(&out, "conv", []*Report{r}); err != nil {
		t.Fatal(err)
	}
	if seen := strings.ReplaceAll(out.String(), "\n", ""); Printable(seen) != seen {
		t.Errorf("written: %q", seen)
	}
	if !strings.Contains(out.String(), `\u001b[31m \u007f \u009b31m \u202e <&> naïve 🙂`) {
		t.Errorf("written: %s", out.String())
	}
	var back struct {
		Reports []struct{ Answer []struct{ Text string } }
	}
	if err := json.Unmarshal([]byte(out.String()), &back); err != nil || back.Reports[0].Answer[0].Text != text {
		t.Errorf("read again: %+v, %v", back, err)
	}
}
