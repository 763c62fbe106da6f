package document

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// docs/speed.md has the marks of both benchmarks, and what is between them changes alone.
func TestRecord(t *testing.T) {
	file, err := os.ReadFile("../../../docs/speed.md")
	if err != nil {
		t.Fatal(err)
	}
	path, want := filepath.Join(t.TempDir(), "speed.md"), string(file)
	if err := os.WriteFile(path, file, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bench-torch", "bench-course"} {
		first, last := "<!-- "+name+" -->\n", "<!-- /"+name+" -->\n"
		from, to := strings.Index(want, first)+len(first), strings.Index(want, last)
		want = want[:from] + "\n| " + name + " |\n\n" + want[to:]
		for range 2 { // what was recorded is replaced
			if err := Record(path, name, "| "+name+" |\n"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("the document is\n%s\n%v, want\n%s", got, err, want)
	}
	if err := Record(path, "bench-none", ""); err == nil || !strings.Contains(err.Error(), "<!-- bench-none -->") {
		t.Errorf("marks that are not there: %v", err)
	}
	if err := Record("", "bench-none", ""); err != nil {
		t.Errorf("no file: %v", err)
	}
}
