package cli_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"hw4/internal/cli"
)

// update makes the tests write what they otherwise compare with: the golden files
// and the reference under docs. "make docs" sets it.
var update = flag.Bool("update", false, "write the golden files and the reference instead of comparing with them")

// The reference under docs says what the commands say of themselves.
func TestReferenceIsCurrent(t *testing.T) {
	root := cli.Root()
	root.InitDefaultCompletionCmd()
	root.DisableAutoGenTag = true
	for dir, generate := range map[string]func(*cobra.Command, string) error{"reference": doc.GenMarkdownTree,
		"man": manPages} {
		fresh := t.TempDir()
		if err := generate(root, fresh); err != nil {
			t.Fatal(err)
		}
		committed := filepath.Join("..", "..", "docs", dir)
		if *update {
			if err := os.RemoveAll(committed); err != nil {
				t.Fatal(err)
			}
			if err := os.CopyFS(committed, os.DirFS(fresh)); err != nil {
				t.Fatal(err)
			}
		}
		compareFolders(t, committed, fresh)
	}
}

// manPages writes a page of section 1 for every command, without a date, which
// would differ from day to day.
func manPages(root *cobra.Command, dir string) error {
	header := &doc.GenManHeader{Section: "1", Source: "hw4", Manual: "Homework 4"}
	if err := doc.GenManTree(root, header, dir); err != nil {
		return err
	}
	pages, err := filepath.Glob(filepath.Join(dir, "*.1"))
	if err != nil {
		return err
	}
	title := regexp.MustCompile(`(?m)^\.TH ("[^"]*" "[^"]*") "[^"]*"`)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			return err
		}
		if err := os.WriteFile(page, title.ReplaceAll(text, []byte(`.TH $1 ""`)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// compareFolders reports every file that is in one folder only or differs.
func compareFolders(t *testing.T, committed, fresh string) {
	t.Helper()
	names := make(map[string]bool)
	for _, dir := range []string{committed, fresh} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Errorf("%v; run 'make docs'", err)
			return
		}
		for _, e := range entries {
			names[e.Name()] = true
		}
	}
	for name := range names {
		old, errOld := os.ReadFile(filepath.Join(committed, name))
		want, errWant := os.ReadFile(filepath.Join(fresh, name))
		if errOld != nil || errWant != nil || !bytes.Equal(old, want) {
			t.Errorf("docs/%s/%s is not what the commands say of themselves; run 'make docs'", filepath.Base(committed), name)
		}
	}
}
