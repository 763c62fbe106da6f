package document

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The documents have the marks of both benchmarks, and what is between them changes alone.
func TestRecord(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "docs"), 0o777); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"README.md": "summary", "docs/speed.md": "whole"}
	old := make(map[string]string)
	for name := range files {
		file, err := os.ReadFile(filepath.Join("../../..", name))
		if err != nil {
			t.Fatal(err)
		}
		old[name] = string(file)
		if err := os.WriteFile(filepath.Join(root, name), file, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, bench := range []string{"bench-torch", "bench-course"} {
		for range 2 { // what was recorded is replaced
			if err := Record(root, bench, bench+" whole\n", bench+" summary"); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, text := range files {
		now, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		want := old[name]
		for _, bench := range []string{"bench-torch", "bench-course"} {
			first, last := "<!-- "+bench+" -->\n", "<!-- /"+bench+" -->\n"
			from, to := strings.Index(want, first)+len(first), strings.Index(want, last)
			want = want[:from] + "\n" + bench + " " + text + "\n\n" + want[to:]
		}
		if string(now) != want {
			t.Errorf("%s is\n%s\nwant\n%s", name, now, want)
		}
	}
	if err := Record(root, "bench-none", "", ""); err == nil || !strings.Contains(err.Error(), "<!-- bench-none -->") {
		t.Errorf("marks that are not there: %v", err)
	}
}

func TestWrap(t *testing.T) {
	text := strings.Repeat("abcdefghi ", 40)
	got := Wrap(text)
	if strings.Join(strings.Fields(got), " ")+" " != text {
		t.Errorf("other words: %q", got)
	}
	for line := range strings.Lines(got) {
		if n := len(line) - 1; n != 139 && n != 119 {
			t.Errorf("a line of %d columns: %q", n, line)
		}
	}
}
