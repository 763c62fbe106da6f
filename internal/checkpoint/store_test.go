package checkpoint

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hw4/internal/faultfs"
	"hw4/internal/proof"
)

// version returns a state that differs from those of other numbers.
func version(n int) *State {
	s := example()
	s.Trainings[1].Step = n
	s.Trainings[1].Weights[0].Value.Data()[0] = float32(n)
	return s
}

// versionOf returns the number of a state, having checked that all of it fits.
func versionOf(t *testing.T, s *State) int {
	t.Helper()
	n := s.Trainings[1].Step
	if !bytes.Equal(encoded(t, s), encoded(t, version(n))) {
		t.Errorf("not version %d as a whole", n)
	}
	return n
}

// opened returns a store in a new folder in which versions 1 to n have been saved.
func opened(t *testing.T, n int) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "c"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for v := range n {
		if err := s.Save(version(v + 1)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func damage(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)-1] ^= 1
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSaveAndLoad(t *testing.T) {
	s := opened(t, 0)
	if _, _, err := s.Load(); !errors.Is(err, fs.ErrNotExist) || s.Exists() != "" {
		t.Errorf("of nothing: %v, %q exists", err, s.Exists())
	}
	for n := range 3 {
		if err := s.Save(version(n)); err != nil {
			t.Fatal(err)
		}
		got, notice, err := s.Load()
		if err != nil || notice != "" || versionOf(t, got) != n {
			t.Fatalf("version %d: %v, %q", n, err, notice)
		}
	}
	previous, err := read(s.Previous())
	if err != nil || versionOf(t, previous) != 1 || s.Exists() != s.Path() {
		t.Errorf("previous: %v, %q exists", err, s.Exists())
	}
}

// A damaged or missing checkpoint is not passed over in silence, and the one
// before it is used and not overwritten by the damaged one.
func TestPreviousCheckpoint(t *testing.T) {
	for say, spoil := range map[string]func(s *Store){
		"the SHA-256 sum is":      func(s *Store) { damage(t, s.Path()) },
		"no such file":            func(s *Store) { os.Remove(s.Path()) },
		"the length is 0 bytes":   func(s *Store) { os.Truncate(s.Path(), 0) },
		"the file is a folder":    func(s *Store) { os.Remove(s.Path()); os.Mkdir(s.Path(), 0o755) },
		"the format is \"other\"": func(s *Store) { os.WriteFile(s.Path(), other(t), 0o644) },
	} {
		s := opened(t, 2)
		spoil(s)
		state, notice, err := s.Load()
		if err != nil || versionOf(t, state) != 1 {
			t.Errorf("%s: %v", say, err)
			continue
		}
		if !strings.Contains(notice, say) ||
			!strings.HasSuffix(notice, "going on from the previous checkpoint, "+s.Previous()) ||
			!strings.Contains(notice, s.Path()) {
			t.Errorf("%s: notice %q", say, notice)
		}
		if err := s.Save(version(3)); strings.Contains(say, "folder") {
			if err == nil || !strings.Contains(err.Error(), "is a folder") {
				t.Errorf("saved to a folder: %v", err)
			}
			continue
		} else if err != nil {
			t.Errorf("%s: %v", say, err)
		}
		if previous, err := read(s.Previous()); err != nil || versionOf(t, previous) != 1 {
			t.Errorf("%s: after the next save the previous checkpoint is lost: %v", say, err)
		}
		if err := s.Save(version(4)); err != nil {
			t.Error(err)
		}
		if previous, err := read(s.Previous()); err != nil || versionOf(t, previous) != 3 {
			t.Errorf("%s: after two saves: %v", say, err)
		}
	}
	s := opened(t, 2)
	damage(t, s.Path())
	damage(t, s.Previous())
	if _, _, err := s.Load(); err == nil || !strings.Contains(err.Error(), s.Previous()) ||
		errors.Is(err, fs.ErrNotExist) {
		t.Errorf("both damaged: %v", err)
	}
	os.Remove(s.Previous())
	if _, _, err := s.Load(); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("damaged, and no previous one: %v", err)
	}
}

// other returns a file of another format.
func other(t *testing.T) []byte {
	return bytes.Replace(encoded(t, version(9)), []byte(`"format":"`+format+`"`),
		[]byte(`"format":"other"`+strings.Repeat(" ", len(format)-len("other"))), 1)
}

func TestOneRunAtATime(t *testing.T) {
	s := opened(t, 1)
	_, err := Open(s.Path())
	if want := fmt.Sprintf("checkpoint %s: another run is using it: process %d", s.Path(), os.Getpid()); err == nil ||
		!strings.HasPrefix(err.Error(), want) {
		t.Errorf("a second run: %v, want %q", err, want)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.Path() + lockSuffix); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the lock is still there: %v", err)
	}
	again, err := Open(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Open(filepath.Join(s.Path(), "c")); err == nil {
		t.Error("opened in a folder that is a file")
	}
}

// Many want the lock at once, and give it up at once: there is never more than
// one that has it.
func TestLockIsExclusive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	held := make(chan struct{}, 1)
	done := make(chan int)
	for range 8 {
		go func() {
			had := 0
			for range 300 {
				l, err := acquire(path)
				if err != nil {
					if !errors.Is(err, errTaken) {
						t.Error(err)
					}
					continue
				}
				had++
				select {
				case held <- struct{}{}:
				default:
					t.Error("two have it")
				}
				<-held
				if err := l.release(); err != nil {
					t.Error(err)
				}
			}
			done <- had
		}()
	}
	had := 0
	for range 8 {
		had += <-done
	}
	if had == 0 {
		t.Error("no one ever had it")
	}
}

// Every step of writing a checkpoint fails once in every way. One of the two last
// states is always there as a whole, and the next save works.
func TestWriteFaults(t *testing.T) {
	start, faults, lost := time.Now(), 0, 0
	size := len(encoded(t, version(3)))
	for _, noLinks := range []bool{false, true} {
		for _, dead := range []bool{false, true} {
			for _, err := range []error{faultfs.ErrNoSpace, faultfs.ErrDevice, nil} {
				for _, part := range []int{0, 1, size / 2, size - 1} {
					n, bad := failSaves(t, faultfs.FS{NoLinks: noLinks, Dead: dead, Err: err, Part: part})
					faults, lost = faults+n, lost+bad
				}
			}
		}
	}
	if faults < 200 {
		t.Errorf("%d faults, want at least 200", faults)
	}
	proof.Record(t, proof.Count{
		What: "faults in the writing of a checkpoint (no space left, I/O error, short write; " +
			"a disk that works again or not)",
		Tried: int64(faults), Failed: int64(lost),
		Note: "one of the last two states was there as a whole every time", Seconds: proof.Since(start),
	})
}

// failSaves saves a third version as often as that takes steps, and lets a later
// one fail every time. It returns how often one did, and how often that did harm.
func failSaves(t *testing.T, f faultfs.FS) (faults, lost int) {
	for at := 1; ; at++ {
		s := opened(t, 0)
		s.fs = &faultfs.FS{NoLinks: f.NoLinks}
		for v := 1; v <= 2; v++ {
			if err := s.Save(version(v)); err != nil {
				t.Fatal(err)
			}
		}
		faulty := f
		faulty.At = at
		s.fs = &faulty
		saveErr := s.Save(version(3))
		if !faulty.Hit {
			if saveErr != nil {
				t.Fatal(saveErr)
			}
			return faults, lost
		}
		faults++
		s.fs = &faultfs.FS{NoLinks: f.NoLinks}
		state, _, err := s.Load()
		switch {
		case err != nil:
			t.Errorf("%+v: %v", faulty, err)
			lost++
			continue
		case saveErr == nil && versionOf(t, state) != 3 || saveErr != nil && versionOf(t, state) < 2:
			t.Errorf("%+v: save returned %v and load version %d", faulty, saveErr, versionOf(t, state))
			lost++
		case saveErr != nil && !strings.Contains(saveErr.Error(), s.Path()):
			t.Errorf("%+v: the error does not name the file: %v", faulty, saveErr)
		}
		if err := s.Save(version(4)); err != nil {
			t.Errorf("%+v: the next save: %v", faulty, err)
		}
		s.Close()
	}
}

// A checkpoint that is named by a link is that which the link stands for: one run at a time
// has it, and the one before it is found.
func TestLinkToCheckpoint(t *testing.T) {
	s := opened(t, 2)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(s.Path(), link); err != nil {
		t.Skip(err)
	}
	if _, err := Open(link); !errors.Is(err, errTaken) {
		t.Errorf("a run that has it by its name: %v", err)
	}
	s.Close()
	damage(t, s.Path())
	linked, err := Open(link)
	if err != nil {
		t.Fatal(err)
	}
	defer linked.Close()
	if got, _, err := linked.Load(); err != nil || versionOf(t, got) != 1 {
		t.Fatal(err)
	}
	err = linked.Save(version(5))
	if left, _ := filepath.Glob(link + "*"); err != nil || len(left) != 1 {
		t.Errorf("%v, beside the link: %q", err, left)
	}
	if want := linked.Previous(); Beside(link)[0] != want {
		t.Errorf("beside the link there is %s, want %s", Beside(link)[0], want)
	}
}
