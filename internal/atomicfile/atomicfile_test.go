package atomicfile_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hw4/internal/atomicfile"
)

// content returns the text of a file, or "-" if there is none.
func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "-"
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// names returns what is in a folder.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return strings.Join(list, " ")
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	for i, want := range []string{"f", "f f.previous", "f f.previous"} {
		if err := atomicfile.Write(path, []byte(fmt.Sprint(i)),
			atomicfile.Options{Previous: "f.previous", Temporary: "f.new"}); err != nil {
			t.Fatal(err)
		}
		if got := names(t, dir); got != want {
			t.Errorf("after write %d there are %s, want %s", i, got, want)
		}
	}
	if got := content(t, path) + content(t, path+".previous"); got != "21" {
		t.Errorf("the file and the previous one are %q, want 2 and 1", got)
	}
	if err := atomicfile.Write(path, nil, atomicfile.Options{}); err != nil || content(t, path) != "" ||
		names(t, dir) != "f f.previous" {
		t.Errorf("an empty file: %v, %q, %s", err, content(t, path), names(t, dir))
	}
}

// What a killed process has left does not stand in the way.
func TestLeftovers(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	for _, name := range []string{"f", "f.new", "f.new.old"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	if err := atomicfile.Write(path, []byte("new"),
		atomicfile.Options{Previous: "f.previous", Temporary: "f.new"}); err != nil {
		t.Fatal(err)
	}
	if got := names(t, dir); got != "f f.previous" || content(t, path) != "new" ||
		content(t, path+".previous") != "old" {
		t.Errorf("there are %s: %q, %q", got, content(t, path), content(t, path+".previous"))
	}
}

func TestLinksAreFollowed(t *testing.T) {
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "real")
	path := filepath.Join(dir, "f")
	if err := errors.Join(os.WriteFile(elsewhere, []byte("old"), 0o644), os.Symlink(elsewhere, path)); err != nil {
		t.Skip(err)
	}
	if err := atomicfile.Write(path, []byte("new"), atomicfile.Options{}); err != nil ||
		content(t, elsewhere) != "new" || names(t, dir) != "f" {
		t.Errorf("%v: %q in %s", err, content(t, elsewhere), names(t, dir))
	}
	// A link to a file that is not there yet, by a folder that is a link, stays a link; and a
	// file cannot be where there is no folder.
	folder := filepath.Join(dir, "folder")
	err := errors.Join(os.Remove(elsewhere), os.Symlink(filepath.Dir(elsewhere), folder),
		os.Symlink(filepath.Join("..", filepath.Base(filepath.Dir(elsewhere)), "real"), filepath.Join(folder, "g")),
		os.Symlink(filepath.Join("no", "such"), filepath.Join(dir, "h")))
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range []string{path, filepath.Join(folder, "g")} {
		os.Remove(elsewhere)
		err := errors.Join(atomicfile.Check(link), atomicfile.Write(link, []byte("new"), atomicfile.Options{}))
		if _, notLink := os.Readlink(link); err != nil || notLink != nil || content(t, elsewhere) != "new" {
			t.Errorf("%s: %v, %v: %q", link, err, notLink, content(t, elsewhere))
		}
	}
	nowhere := filepath.Join(dir, "h")
	for _, err := range []error{atomicfile.Check(nowhere), atomicfile.Write(nowhere, nil, atomicfile.Options{})} {
		if _, ok := errors.AsType[*atomicfile.WriteError](err); !ok {
			t.Errorf("a link into no folder: %v", err)
		}
	}
}

func TestWhatIsNoFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	for path, say := range map[string]string{
		dir:                           dir + " cannot be written: it is a folder, want a regular file or none",
		os.DevNull:                    os.DevNull + " cannot be written: it is no regular file (Dc",
		filepath.Join(dir, "no", "f"): "no such file",
		filepath.Join(dir, "f\x00"):   "invalid argument",
	} {
		err := atomicfile.Write(path, []byte("x"), atomicfile.Options{Previous: "p"})
		if err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%s: %v, want %q", path, err, say)
		}
		if before := atomicfile.Check(path); before == nil || before.Error() != err.Error() {
			t.Errorf("%s: before, %v", path, before)
		}
	}
	if got := names(t, dir); got != "" {
		t.Errorf("left behind: %s", got)
	}
}

// folderComes is a file system in which someone replaces the file by a folder
// just before a step.
type folderComes struct {
	atomicfile.System
	path, step string
}

func (f folderComes) come(step string) {
	if step == f.step {
		os.Remove(f.path)
		os.Mkdir(f.path, 0o755)
	}
}

func (f folderComes) Link(old, new string) error {
	f.come("link")
	return f.System.Link(old, new)
}

func (f folderComes) Rename(old, new string) error {
	if new == f.path {
		f.come("rename")
	}
	return f.System.Rename(old, new)
}

func TestFolderComesMeanwhile(t *testing.T) {
	for _, versions := range [][]string{{"1"}, {"1", "2"}} {
		for _, step := range []string{"link", "rename"} {
			path := filepath.Join(t.TempDir(), "f")
			opt := atomicfile.Options{Previous: "f.previous", Temporary: "f.new"}
			for _, version := range versions {
				if err := atomicfile.Write(path, []byte(version), opt); err != nil {
					t.Fatal(err)
				}
			}
			opt.FS = folderComes{path: path, step: step}
			err := atomicfile.Write(path, []byte("new"), opt)
			if want := path + " cannot be written: it is a folder, want a regular file or none"; err == nil || err.Error() != want {
				t.Errorf("version %d, at the %s: %v, want %q", len(versions)+1, step, err, want)
			}
			left := "f f.previous"
			if len(versions) == 1 && step == "link" {
				left = "f" // the folder came before the file could be kept
			}
			if got := names(t, filepath.Dir(path)); got != left {
				t.Errorf("version %d, at the %s: there are %s, want %s", len(versions)+1, step, got, left)
			}
		}
	}
}
