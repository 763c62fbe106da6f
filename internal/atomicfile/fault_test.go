package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
)

// What ENOSPC and EIO say.
var (
	errNoSpace = errors.New("no space left on device")
	errDevice  = errors.New("input/output error")
)

// Every step fails once in every way, alone and for good. What was there before
// is never lost, nothing is ever half there, and the next write works.
func TestEveryStepMayFail(t *testing.T) {
	faults := 0
	for _, links := range []bool{true, false} {
		for _, dead := range []bool{false, true} {
			for _, err := range []error{errNoSpace, errDevice, nil} {
				for _, part := range []int{0, 2} {
					for versions := range 3 {
						f := faulty{err: err, part: part, dead: dead, links: links}
						faults += failEachStep(t, f, versions)
					}
				}
			}
		}
	}
	t.Logf("%d faults", faults)
	if faults < 500 {
		t.Errorf("%d faults", faults)
	}
}

// failEachStep writes a file of which there are some versions, as often as that
// takes steps, and lets a later one fail every time. It returns how often one did.
func failEachStep(t *testing.T, f faulty, versions int) int {
	for at := 1; ; at++ {
		dir := t.TempDir()
		path := filepath.Join(dir, "f")
		opt := Options{Previous: "f.previous", Temporary: "f.new", FS: &faulty{links: f.links}}
		old := "-"
		for v := range versions {
			old = fmt.Sprintf("v%d;", v)
			if err := Write(path, []byte(old), opt); err != nil {
				t.Fatal(err)
			}
		}
		tried := f
		tried.at = at
		opt.FS = &tried
		err := Write(path, []byte("new;"), opt)
		if !tried.hit {
			if err != nil || content(t, path) != "new;" {
				t.Fatalf("without a fault: %v, %q", err, content(t, path))
			}
			return at - 1
		}
		name := fmt.Sprintf("%d versions, fault %+v: error %v", versions, tried, err)
		checkWhole(t, name, path, old, err)
		opt.FS = &faulty{links: f.links}
		if err := Write(path, []byte("next"), opt); err != nil || content(t, path) != "next" {
			t.Errorf("%s: the next write: %v, %q", name, err, content(t, path))
		}
		if got := names(t, dir); got != "f f.previous" && got != "f" {
			t.Errorf("%s: left behind: %s", name, got)
		}
	}
}

// checkWhole checks what is there after a fault.
func checkWhole(t *testing.T, name, path, old string, err error) {
	t.Helper()
	now, previous := content(t, path), content(t, path+".previous")
	for _, got := range []string{now, previous} {
		if !slices.Contains([]string{"-", "v0;", "v1;", "new;"}, got) {
			t.Errorf("%s: a file holds %q", name, got)
		}
	}
	switch {
	case err == nil && now != "new;":
		t.Errorf("%s: no error, and the file holds %q", name, now)
	case now != old && now != "new;" && (now != "-" || previous != old):
		t.Errorf("%s: %q is lost: the file holds %q, the previous one %q", name, old, now, previous)
	}
}

// faulty lets one step fail, or that and all that follow, as on a disk that has
// died. It counts the steps.
type faulty struct {
	system
	at    int   // the step that fails, from 1; 0: none
	err   error // with what; nil: a short write without an error
	part  int   // how many bytes a write that fails writes
	dead  bool  // nothing works any more after it
	links bool  // there are hard links
	steps int
	hit   bool // a step has failed
}

func (f *faulty) step() bool {
	f.steps++
	failed := f.steps == f.at || f.dead && f.at > 0 && f.steps > f.at
	f.hit = f.hit || failed
	return failed
}

func (f *faulty) fail(op string) error {
	if err := f.err; err != nil {
		return &fs.PathError{Op: op, Path: "x", Err: err}
	}
	return &fs.PathError{Op: op, Path: "x", Err: errDevice}
}

func (f *faulty) Create(path string) (File, error) {
	if f.step() {
		return nil, f.fail("open")
	}
	file, err := f.system.Create(path)
	if err != nil {
		return nil, err
	}
	return &faultyFile{file, f}, nil
}

func (f *faulty) Link(old, new string) error {
	if f.step() {
		return f.fail("link")
	}
	if !f.links {
		return errors.ErrUnsupported
	}
	return f.system.Link(old, new)
}

func (f *faulty) Rename(old, new string) error {
	if f.step() {
		return f.fail("rename")
	}
	return f.system.Rename(old, new)
}

func (f *faulty) Remove(path string) error {
	if f.step() {
		return f.fail("remove")
	}
	return f.system.Remove(path)
}

func (f *faulty) Stat(path string) (fs.FileInfo, error) {
	if f.step() {
		return nil, f.fail("stat")
	}
	return f.system.Stat(path)
}

func (f *faulty) SyncDir(dir string) error {
	if f.step() {
		return f.fail("sync")
	}
	return nil // what a power cut does is tested elsewhere, and it takes long
}

type faultyFile struct {
	File
	fs *faulty
}

func (f *faultyFile) Write(b []byte) (int, error) {
	if !f.fs.step() {
		return f.File.Write(b)
	}
	n, err := f.File.Write(b[:min(f.fs.part, len(b))])
	if err == nil && f.fs.err != nil {
		err = f.fs.fail("write")
	}
	return n, err
}

func (f *faultyFile) Sync() error {
	if f.fs.step() {
		return f.fs.fail("sync")
	}
	return nil
}

func (f *faultyFile) Close() error {
	err := f.File.Close() // or the test would leak it
	if f.fs.step() {
		return f.fs.fail("close")
	}
	return err
}
