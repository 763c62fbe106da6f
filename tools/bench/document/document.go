// Package document puts the results of benchmarks into README and docs/speed.md.
package document

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Record puts results between the marks of a name, <!-- name --> and <!-- /name -->: the
// whole of them into docs/speed.md of a folder, and a summary into its README.md.
func Record(root, name, whole, summary string) error {
	if err := replace(filepath.Join(root, "docs", "speed.md"), name, whole); err != nil {
		return err
	}
	return replace(filepath.Join(root, "README.md"), name, summary)
}

// replace puts a text between the marks in a file.
func replace(path, name, text string) error {
	file, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	first, last := "<!-- "+name+" -->\n", "<!-- /"+name+" -->\n"
	before, rest, ok1 := strings.Cut(string(file), first)
	_, after, ok2 := strings.Cut(rest, last)
	if !ok1 || !ok2 {
		return fmt.Errorf("%s: no lines %q and %q behind it", path, strings.TrimSpace(first), strings.TrimSpace(last))
	}
	return os.WriteFile(path, []byte(before+first+"\n"+strings.TrimSpace(text)+"\n\n"+last+after), 0o666)
}

// Wrap breaks a paragraph into lines of at most 140 columns.
func Wrap(text string) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		switch {
		case column == 0:
		case column+1+len(word) > 140:
			b.WriteString("\n")
			column = 0
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String() + "\n"
}
