package cli_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every line that README shows below a command is what the command prints.
// What takes long (hw4 all, and training LeNet-5) is left out.
func TestReadmeShowsRealOutput(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?m)`\\./bin/hw4 ([^`]*)`\\n\\n((?:(?:    .*)?\\n)+)")
	found := shown.FindAllStringSubmatch(string(readme), -1)
	if len(found) != 7 {
		t.Errorf("found %d commands with their output, want one for each of seven problems", len(found))
	}
	for _, m := range found {
		stdout, _, code := hw4(t, append(strings.Fields(m[1]), "--quiet")...)
		if code != 0 {
			t.Errorf("hw4 %s: exit code %d", m[1], code)
		}
		rest := stdout
		for line := range strings.Lines(m[2]) {
			line = strings.TrimSpace(line)
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
