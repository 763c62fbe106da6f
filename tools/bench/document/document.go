// Package document puts the results of benchmarks into a document.
package document

import (
	"fmt"
	"os"
	"strings"
)

// Record puts a text between the lines <!-- name --> and <!-- /name --> of a file. An
// empty path stands for no file.
func Record(path, name, text string) error {
	if path == "" {
		return nil
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	first, last := "<!-- "+name+" -->\n", "<!-- /"+name+" -->\n"
	before, rest, ok1 := strings.Cut(string(file), first)
	_, after, ok2 := strings.Cut(rest, last)
	if !ok1 || !ok2 {
		return fmt.Errorf("%s: no lines %q and %q behind it", path, first, last)
	}
	return os.WriteFile(path, []byte(before+first+"\n"+text+"\n"+last+after), 0o666)
}
