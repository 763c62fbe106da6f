package atomicfile_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"hw4/internal/atomicfile"
	"hw4/internal/faultfs"
)

// Every step fails once in every way, alone and for good. What was there before
// is never lost, nothing is ever half there, and the next write works.
func TestEveryStepMayFail(t *testing.T) {
	faults := 0
	for _, noLinks := range []bool{false, true} {
		for _, dead := range []bool{false, true} {
			for _, err := range []error{faultfs.ErrNoSpace, faultfs.ErrDevice, nil} {
				for _, part := range []int{0, 2} {
					for versions := range 3 {
						f := faultfs.FS{Err: err, Part: part, Dead: dead, NoLinks: noLinks}
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
func failEachStep(t *testing.T, f faultfs.FS, versions int) int {
	for at := 1; ; at++ {
		dir := t.TempDir()
		path := filepath.Join(dir, "f")
		opt := atomicfile.Options{Previous: "f.previous", Temporary: "f.new", FS: &faultfs.FS{NoLinks: f.NoLinks}}
		old := "-"
		for v := range versions {
			old = fmt.Sprintf("v%d;", v)
			if err := atomicfile.Write(path, []byte(old), opt); err != nil {
				t.Fatal(err)
			}
		}
		tried := f
		tried.At = at
		opt.FS = &tried
		err := atomicfile.Write(path, []byte("new;"), opt)
		if !tried.Hit {
			if err != nil || content(t, path) != "new;" {
				t.Fatalf("without a fault: %v, %q", err, content(t, path))
			}
			return at - 1
		}
		name := fmt.Sprintf("%d versions, fault %+v: error %v", versions, tried, err)
		checkWhole(t, name, path, old, err)
		opt.FS = &faultfs.FS{NoLinks: f.NoLinks}
		if err := atomicfile.Write(path, []byte("next"), opt); err != nil || content(t, path) != "next" {
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
