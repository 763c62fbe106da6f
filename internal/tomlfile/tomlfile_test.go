package tomlfile_test

import (
	"errors"
	"strings"
	"testing"

	"hw4/internal/problem"
	"hw4/internal/tomlfile"
)

// TestRead checks what is read, and that every refusal has the name and the line.
func TestRead(t *testing.T) {
	type settings struct {
		Seed  uint64 `toml:"seed"`
		Parts map[string]struct {
			Points *float64           `toml:"points"`
			Shares map[string]float64 `toml:"shares"`
		} `toml:"parts"`
	}
	known := []string{"seed", "parts", "points"}
	var s settings
	if err := tomlfile.Read("a.toml", []byte("seed = 7\n[parts.p1]\npoints = 2\n"), &s, known); err != nil {
		t.Fatal(err)
	}
	if s.Seed != 7 || *s.Parts["p1"].Points != 2 {
		t.Errorf("read %+v", s)
	}
	for text, say := range map[string]string{
		"\nsede = 7":              `a.toml: line 2: no key "sede"; there are seed, parts and points (did you mean seed?)`,
		"[parts.p1]\npoint = 1":   `a.toml: line 2: no key "parts.p1.point"`,
		"seed = 1\nseed = 2":      "a.toml: line 2: ",
		"seed = -1":               "a.toml: ",
		"seed = 'x'":              "a.toml: line 1: seed is of the kind string, want a whole number",
		"\ufeffseed = true":       "a.toml: line 1: seed is of the kind boolean, want a whole number",
		"seed = 1\n[parts\n":      "a.toml: line 2: ",
		"seed = 1.5":              "a.toml: line 1: seed is of the kind float, want a whole number",
		"[parts.p1]\npoints=[1]":  "a.toml: line 2: parts.p1.points is of the kind array, want a number",
		"[parts.p1.shares]\na=''": "a.toml: line 2: parts.p1.shares.a is of the kind string, want a number",
		"[parts]\np1 = 5":         "a.toml: line 2: parts.p1 is of the kind integer, want a table",
		"parts = 5":               "a.toml: line 1: parts is of the kind integer, want a table",
	} {
		err := tomlfile.Read("a.toml", []byte(text), new(settings), known)
		var input *problem.InputError
		if !errors.As(err, &input) || !strings.HasPrefix(err.Error(), say) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q gives the error %v, want one that begins with %q", text, err, say)
		}
	}
}
