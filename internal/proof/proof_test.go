package proof_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hw4/internal/proof"
)

func TestMany(t *testing.T) {
	t.Setenv(proof.Variable, "")
	if n := proof.Many(1, 100); n != 1 {
		t.Errorf("%d times without the variable", n)
	}
	t.Setenv(proof.Variable, "x")
	if n := proof.Many(1, 100); n != 100 {
		t.Errorf("%d times with it", n)
	}
}

// Every fuzz target of a strict reader is part of the proof.
func TestTargetsAreComplete(t *testing.T) {
	const root = "../.."
	readers, fuzzed := make(map[string]bool), make(map[string]bool)
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		text, err := os.ReadFile(file)
		names := func(pattern string, to map[string]bool) {
			for _, f := range regexp.MustCompile(pattern).FindAllSubmatch(text, -1) {
				to[filepath.Dir(file)+"."+string(f[1])] = true
			}
		}
		if bytes.Contains(text, []byte("stricttest.Read")) {
			names(`(?m)^func (Fuzz\w+)`, readers)
		}
		names(`proof\.Fuzz\(t, "(\w+)"`, fuzzed)
		return err
	})
	if err != nil || len(readers) == 0 || fmt.Sprint(readers) != fmt.Sprint(fuzzed) {
		t.Errorf("%v; the readers' fuzz targets are %v, and proof.Fuzz runs %v", err, readers, fuzzed)
	}
}
