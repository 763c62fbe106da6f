package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Under another path, every package finds what it imports, the programs that others
// write still build, and the command is the same.
func TestRename(t *testing.T) {
	const path = "example.org/you/hw4"
	root := copied(t)
	if err := rename(root, path); err != nil {
		t.Fatal(err)
	}
	run := func(dir, name string, args ...string) string {
		t.Helper()
		out, err := output(filepath.Join(root, dir), name, args...)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, module := range []string{".", "tools"} {
		for p := range strings.FieldsSeq(run(module, "go", "list", "-test", "-deps", "./...")) {
			if strings.HasPrefix(p, "hw4/") {
				t.Errorf("in %s, package %s is still imported", module, p)
			}
		}
		if out := run(module, "go", "mod", "tidy", "-diff"); out != "" {
			t.Errorf("in %s, go.mod is not tidy:\n%s", module, out)
		}
	}
	named, _ := output(root, "git", "grep", "-nE", `"hw4/(cmd|internal|tensor|data)\b`, "--", "*.go", ":!tools/rename")
	if named != "" { // git grep fails if it finds nothing
		t.Errorf("packages are still named by the old path:\n%s", named)
	}
	if out := run(".", "gofmt", "-l", "."); out != "" {
		t.Errorf("gofmt would change %s", out)
	}
	run(".", "go", "test", "./internal/floors")
	if out := run(".", "go", "run", "./cmd/hw4", "lenet", "--params"); !strings.Contains(out, "60806") {
		t.Errorf("the command prints %q", out)
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil || !strings.Contains(string(readme), "`"+path+"/tensor`") || !strings.Contains(string(readme), "./bin/hw4 all") &&
		!strings.Contains(string(readme), "./bin/hw4 conv") {
		t.Errorf("README does not speak of %s, or not of the command: %v", path, err)
	}
}

// A path that is none is refused, and no file has changed.
func TestRenameRefuses(t *testing.T) {
	root := copied(t)
	if err := rename(root, "not a path"); err == nil {
		t.Error("a path with spaces was taken")
	}
	if out, err := output(root, "git", "status", "--short"); err != nil || out != "" {
		t.Errorf("files have changed: %s %v", out, err)
	}
}

// copied returns a copy of what git has of this project.
func copied(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	if _, err := output(root, "git", "clone", "-q", "--depth=1", "file://"+absolute(t, "../.."), "."); err != nil {
		t.Skipf("git cannot copy the project: %v", err)
	}
	return root
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
