package sheet_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	problems   = "../problems"
	generator  = "../../tools/mathml"
	reportFont = "../report/html/math.woff2" // the font of the formulas, of which the generator picks the glyphs
)

// Every problem has a statement and a derivation. Both are well-formed HTML with
// paragraphs, and no LaTeX or Markdown is left in them. A derivation has formulas.
func TestWrittenParts(t *testing.T) {
	for _, path := range written(t) {
		page := read(t, path)
		if !strings.Contains(page, "<p>") {
			t.Errorf("%s has no paragraph", path)
		}
		if filepath.Base(path) == "derivation.html" && !strings.Contains(page, "<math") {
			t.Errorf("%s has no formula", path)
		}
		if left := regexp.MustCompile(`\\[a-z]+|\$|@@|\*\*|tml-error`).FindString(page); left != "" {
			t.Errorf("%s contains %q", path, left)
		}
		if err := wellFormed(page); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func wellFormed(fragment string) error {
	d := xml.NewDecoder(strings.NewReader("<div>" + strings.ReplaceAll(fragment, "<hr>", "<hr/>") + "</div>"))
	for {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// Every generated file is what the generator makes of its source. This needs no
// tool: the first line of the file holds a sum of all three.
func TestWrittenPartsAreCurrent(t *testing.T) {
	tool := read(t, generator+"/generate.mjs") + read(t, generator+"/package.json")
	for _, path := range written(t) {
		source := read(t, strings.TrimSuffix(path, ".html")+".md")
		head, body, _ := strings.Cut(read(t, path), "\n")
		if sum := sha256.Sum256([]byte(tool + source + body)); !strings.Contains(head, fmt.Sprintf("sum %x", sum)) {
			t.Errorf("%s is out of date: it, its source or the generator has changed; run 'make generate'", path)
		}
	}
}

// The generator, run again, writes the same bytes.
func TestGeneratorWritesTheSameBytes(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed; on Debian: apt-get install nodejs npm")
	}
	if _, err := os.Stat(generator + "/node_modules/temml"); err != nil {
		t.Skip("temml is not installed; run 'make web-tools'")
	}
	dir := t.TempDir()
	if out, err := exec.Command(node, generator+"/generate.mjs", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, committed := range append(written(t), reportFont) {
		again := filepath.Join(dir, "internal/sheet", committed)
		if !bytes.Equal([]byte(read(t, again)), []byte(read(t, committed))) {
			t.Errorf("%s is not what the generator writes; run 'make generate'", committed)
		}
	}
}

// written returns the paths of the generated files, two for each problem.
func written(t *testing.T) []string {
	t.Helper()
	folders, err := os.ReadDir(problems)
	if err != nil || len(folders) == 0 {
		t.Fatalf("%d folders of problems (%v)", len(folders), err)
	}
	var paths []string
	for _, folder := range folders {
		for _, part := range []string{"statement.html", "derivation.html"} {
			paths = append(paths, filepath.Join(problems, folder.Name(), part))
		}
	}
	return paths
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
