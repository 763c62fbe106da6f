package cli_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every line that README shows below a command is what the command prints, but
// for numbers that rounding, which differs between machines, has a part in.
// What takes long (hw4 all, and training LeNet-5) is left out.
func TestReadmeShowsRealOutput(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?m)`\\./bin/hw4 ([^`]*)`\\n\\n((?:(?:    .*)?\\n)+)")
	found := shown.FindAllStringSubmatch(string(readme), -1)
	if len(found) != 8 {
		t.Errorf("found %d commands with their output, want one for each of seven problems and one that judges", len(found))
	}
	for _, m := range found {
		stdout, _, code := hw4(t, append(strings.Fields(strings.ReplaceAll(m[1], "'", "")), "--quiet")...)
		if wrong := strings.Contains(m[2], "is wrong"); (code != 0) != wrong {
			t.Errorf("hw4 %s: exit code %d", m[1], code)
		}
		rounded := regexp.MustCompile(`-?\b\d+(\.\d+(e-?\d+)?|e-?\d+)\b`)
		if strings.HasPrefix(m[1], "train") || strings.HasPrefix(m[1], "mlp") {
			rounded = regexp.MustCompile(`-?\d+(\.\d+)?(e-?\d+)?`) // counts, and differences that may be 0
		}
		rest := comparable(stdout, rounded)
		for line := range strings.Lines(m[2]) {
			line = strings.TrimSpace(comparable(line, rounded))
			if line == "..." || line == "" {
				continue
			}
			_, after, ok := strings.Cut(rest, line)
			if !ok {
				t.Errorf("hw4 %s does not print %q (any more, or there)", m[1], line)
				break
			}
			rest = after
		}
	}
}

// comparable replaces the rounded numbers, and every run of spaces or dashes,
// whose length depends on them, by one character.
func comparable(s string, rounded *regexp.Regexp) string {
	s = rounded.ReplaceAllString(s, "#")
	s = regexp.MustCompile(`--+`).ReplaceAllString(s, "-")
	return regexp.MustCompile(`[ \n]+`).ReplaceAllString(s, " ")
}
