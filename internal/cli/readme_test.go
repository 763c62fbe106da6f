package cli_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"hw4/internal/kernel"
)

// Every line that README and docs show below a command is what the command prints,
// except numbers that depend on rounding, which differs between machines. A training
// gives the same bits on all that have fused vector instructions. Commands that take
// long (hw4 all, and training LeNet-5) are left out.
func TestReadmeShowsRealOutput(t *testing.T) {
	if found := checkOutput(t, "../../README.md"); found != 8 {
		t.Errorf("README shows the output of %d commands, want one for each of seven problems and one that judges", found)
	}
	if found := checkOutput(t, "../../docs/judging.md"); found != 4 {
		t.Errorf("docs/judging.md shows the output of %d commands, want 4", found)
	}
}

// checkOutput runs the commands whose output a document shows and compares. It
// returns how many there are.
func checkOutput(t *testing.T, path string) int {
	t.Helper()
	document, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?m)`\\./bin/hw4 ([^`]*)`\\n\\n((?:(?:    .*)?\\n)+)")
	found := shown.FindAllStringSubmatch(string(document), -1)
	for _, m := range found {
		stdout, _, code := hw4(t, append(strings.Fields(strings.ReplaceAll(m[1], "'", "")), "--quiet")...)
		if wrong := regexp.MustCompile(`is wrong|Refused|is not a number`).MatchString(m[2]); (code != 0) != wrong {
			t.Errorf("hw4 %s: exit code %d", m[1], code)
		}
		rounded := regexp.MustCompile(`-?\b\d+(\.\d+(e-?\d+)?|e-?\d+)\b`)
		switch isTraining := strings.HasPrefix(m[1], "train"); {
		case isTraining && kernel.ISA() != kernel.Generic:
			rounded = regexp.MustCompile(`^$`) // none
		case isTraining || strings.HasPrefix(m[1], "mlp"):
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
	return len(found)
}

// comparable replaces the rounded numbers, and every run of spaces or dashes,
// whose length depends on them, by one character.
func comparable(s string, rounded *regexp.Regexp) string {
	s = rounded.ReplaceAllString(s, "#")
	s = regexp.MustCompile(`--+`).ReplaceAllString(s, "-")
	return regexp.MustCompile(`[ \n]+`).ReplaceAllString(s, " ")
}
