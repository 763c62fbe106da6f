package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// snippets has the documents with code in Go, and the files that it comes from.
var snippets = map[string]string{
	"../README.md":    "../tensor/train/resnet_test.go",
	"../docs/tour.md": "tour_*_test.go",
}

// The code in a document is code that a test runs, and what the document says it
// prints is the output that is tested.
func TestSnippetsAreTested(t *testing.T) {
	eachDocument(t, func(path, document string) {
		blocks := strings.Split(document, "```go\n")[1:]
		if len(blocks) == 0 {
			return
		}
		if snippets[path] == "" {
			t.Errorf("%s has code that no test runs", path)
			return
		}
		source := readAll(t, snippets[path])
		outputs := strings.Count(source, "// Output:")
		for _, block := range blocks {
			code, prose, _ := strings.Cut(block, "```\n")
			rest, ok := after(source, code)
			if !ok {
				t.Errorf("%s: this is not in %s:\n%s", path, snippets[path], code)
				continue
			}
			if output, ok := strings.CutPrefix(rest, "\t// Output:\n"); ok {
				outputs--
				output, _, _ = strings.Cut(output, "\n}\n")
				want := strings.ReplaceAll(output, "\t// ", "    ") + "\n"
				if got := regexp.MustCompile(`(?m)(^    .*\n)+`).FindString(prose); got != want {
					t.Errorf("%s: this prints\n%snot\n%s:\n%s", path, want, got, code)
				}
			}
		}
		if outputs != 0 {
			t.Errorf("%s leaves out %d examples of %s", path, outputs, snippets[path])
		}
	})
}

// after returns what follows code in a source, in which it may be indented.
func after(source, code string) (string, bool) {
	_, rest, ok := strings.Cut(source, code)
	if !ok {
		_, rest, ok = strings.Cut(source, regexp.MustCompile(`(?m)^.`).ReplaceAllString(code, "\t$0"))
	}
	return rest, ok
}

// README trains a network in 25 lines, and has 160 itself.
func TestReadmeIsShort(t *testing.T) {
	readme := read(t, "../README.md")
	_, block, _ := strings.Cut(readme, "```go\n")
	if code, _, _ := strings.Cut(block, "```\n"); strings.Count(code, "\n") > 25 {
		t.Error("README's function has more than 25 lines")
	}
	if n := strings.Count(readme, "\n"); n > 160 {
		t.Errorf("README has %d lines", n)
	}
}

// The links between the documents, and to files and headings, lead somewhere.
func TestLinksLeadSomewhere(t *testing.T) {
	code := regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")
	link := regexp.MustCompile(`\]\(([^)#\s]*)(?:#([^)\s]*))?\)`)
	heading := regexp.MustCompile(`(?m)^#+ (.*)$`)
	links := 0
	eachDocument(t, func(path, document string) {
		for _, m := range link.FindAllStringSubmatch(code.ReplaceAllString(document, ""), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			links++
			target := path
			if m[1] != "" {
				target = filepath.Join(filepath.Dir(path), m[1])
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			found := m[2] == ""
			if !found {
				for _, h := range heading.FindAllStringSubmatch(read(t, target), -1) {
					found = found || anchor(h[1]) == m[2]
				}
			}
			if !found {
				t.Errorf("%s: %s has no heading #%s", path, target, m[2])
			}
		}
	})
	if links < 50 {
		t.Errorf("found %d links", links)
	}
}

// anchor returns what a link to a heading has behind its #.
func anchor(heading string) string {
	heading = regexp.MustCompile(`[^\pL\pN _-]`).ReplaceAllString(strings.ToLower(heading), "")
	return strings.ReplaceAll(heading, " ", "-")
}

// eachDocument visits the documents of the project, with their paths from here.
func eachDocument(t *testing.T, visit func(path, document string)) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && (name == "node_modules" || name == "bin" || name == ".git") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".md") {
			visit(path, read(t, path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// readAll returns the files of a pattern, one after the other.
func readAll(t *testing.T, pattern string) string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, path := range paths {
		all += read(t, path)
	}
	return all
}
