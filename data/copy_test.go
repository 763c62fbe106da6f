package data

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A copy is a folder that Load reads, and it holds what the module has.
func TestCopy(t *testing.T) {
	want, from := readings(t)
	dir := filepath.Join(t.TempDir(), "new", "mnist")
	if err := Copy(dir); err != nil {
		t.Fatal(err)
	}
	for name := range bundled {
		a, errA := os.ReadFile(filepath.Join(from, name+".gz"))
		b, errB := os.ReadFile(filepath.Join(dir, name+".gz"))
		if err := errors.Join(errA, errB); err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: the copy differs: %v", name, err)
		}
	}
	got, err := Load(Source{Dir: dir})
	if err != nil || !bytes.Equal(got.Train.Labels, want.Train.Labels) || !bytes.Equal(got.Test.Labels, want.Test.Labels) {
		t.Errorf("Load does not read the copy: %v", err)
	}
}

// A copy is made again in its folder, but not in that of another data set.
func TestCopyIntoAnotherSet(t *testing.T) {
	readings(t)
	for _, name := range []string{names[0] + ".gz", names[3], "test-labels.idx1-ubyte"} {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("other"), 0o666); err != nil {
			t.Fatal(err)
		}
		var format *FormatError
		if err := Copy(dir); !errors.As(err, &format) || format.File != path {
			t.Errorf("over %s: %v", name, err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
			t.Errorf("beside %s there are %d files: %v", name, len(left)-1, err)
		}
		os.Remove(path)
		if err := errors.Join(Copy(dir), Copy(dir)); err != nil {
			t.Error(err)
		}
	}
}

// What is not the published file is not handed on.
func TestCopyRefuses(t *testing.T) {
	t.Setenv("GOMODCACHE", t.TempDir())
	from, err := bundledFolder()
	if err == nil {
		err = os.MkdirAll(from.Dir, 0o777)
	}
	if err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	var missing *MissingError
	if err := Copy(to); !errors.As(err, &missing) || !slices.Contains(names, missing.What) || missing.Dir != from.Dir {
		t.Errorf("without a file: %v", err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(from.Dir, name+".gz"), []byte("other"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var format *FormatError
	if err := Copy(to); !errors.As(err, &format) || format.Field != "the SHA-256 sum" {
		t.Errorf("another file: %v", err)
	}
	if written, err := os.ReadDir(to); err != nil || len(written) > 0 {
		t.Errorf("%d files were written: %v", len(written), err)
	}
}

// The folder beside a program counts, also if the program is called through a link.
func TestFolderBeside(t *testing.T) {
	home := t.TempDir()
	program, link := filepath.Join(home, "hw4", "hw4"), filepath.Join(home, "command")
	if err := os.MkdirAll(filepath.Dir(program), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, nil, 0o777); err != nil {
		t.Fatal(err)
	}
	if dir, ok := folderBeside(program); ok {
		t.Errorf("%s is not there", dir)
	}
	if err := os.Mkdir(filepath.Join(home, "hw4", beside), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(program, link); err != nil {
		t.Skip(err)
	}
	for _, called := range []string{program, link} {
		dir, ok := folderBeside(called)
		if want, err := filepath.EvalSymlinks(filepath.Join(home, "hw4", beside)); err != nil || !ok || dir != want {
			t.Errorf("beside %s: %q, want %q (%v)", called, dir, want, err)
		}
	}
}
