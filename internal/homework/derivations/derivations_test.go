package derivations_test

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

	"hw4/internal/homework/derivations"
)

// Every part is well-formed, has paragraphs and formulas, and leaves no LaTeX or
// Markdown behind.
func TestParts(t *testing.T) {
	for problem := 1; problem <= 7; problem++ {
		d := derivations.Of(problem)
		for name, part := range map[string]string{"statement": string(d.Statement), "proof": string(d.Proof)} {
			if problem == 7 && name == "statement" {
				part += "<math></math>" // the one without a formula
			}
			if !strings.Contains(part, "<p>") || !strings.Contains(part, "<math") {
				t.Errorf("problem %d: the %s has no paragraph or no formula: %q", problem, name, part)
			}
			if left := regexp.MustCompile(`\\[a-z]+|\$|@@|\*\*|tml-error`).FindString(part); left != "" {
				t.Errorf("problem %d: the %s contains %q", problem, name, left)
			}
			if err := wellFormed(part); err != nil {
				t.Errorf("problem %d: the %s: %v", problem, name, err)
			}
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

func TestUnknownProblem(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("problem 8 has a derivation")
		}
	}()
	derivations.Of(8)
}

// mathml is the folder of the generator.
const mathml = "../../../tools/mathml"

// The generated files are those of the sources and the generator as they are.
// This needs no tool: every file says what it was made of.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	generator := fmt.Sprintf("%x", sha256.Sum256([]byte(read(t, mathml+"/generate.mjs")+read(t, mathml+"/package.json"))))
	sources, err := filepath.Glob("source/*.md")
	if err != nil || len(sources) != 7 {
		t.Fatalf("%d sources (%v), want 7", len(sources), err)
	}
	for _, source := range sources {
		name := strings.TrimSuffix(filepath.Base(source), ".md") + ".html"
		head, body, _ := strings.Cut(read(t, name), "\n")
		for what, content := range map[string]string{"source": read(t, source), "body": body} {
			if sum := fmt.Sprintf("%s %x", what, sha256.Sum256([]byte(content))); !strings.Contains(head, sum) {
				t.Errorf("%s is stale: its %s has changed; run 'make generate'", name, what)
			}
		}
		if !strings.Contains(head, "generator "+generator) {
			t.Errorf("%s is stale: the generator has changed; run 'make generate'", name)
		}
	}
}

// The generator, run again, writes the same bytes.
func TestGeneratorReproducesFiles(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed; on Debian: apt-get install nodejs npm")
	}
	if _, err := os.Stat(mathml + "/node_modules/temml"); err != nil {
		t.Skip("temml is not installed; run 'make web-tools'")
	}
	dir := t.TempDir()
	if out, err := exec.Command(node, mathml+"/generate.mjs", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := map[string]string{"math.woff2": "../../report/html/math.woff2"}
	for problem := 1; problem <= 7; problem++ {
		name := fmt.Sprintf("problem%d.html", problem)
		want[name] = name
	}
	for name, committed := range want {
		if !bytes.Equal([]byte(read(t, filepath.Join(dir, name))), []byte(read(t, committed))) {
			t.Errorf("%s is not what the generator writes; run 'make generate'", committed)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
