package strict_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hw4/internal/strict"
	"hw4/internal/stricttest"
)

func TestReadFileLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte("12345"), 0o644); err != nil {
		t.Fatal(err)
	}
	if b, err := strict.ReadFile(path, 5); err != nil || string(b) != "12345" {
		t.Errorf("at the limit: %q, %v", b, err)
	}
	if _, err := strict.ReadFile(path, 4); err == nil ||
		err.Error() != path+": the length is 5 bytes, want at most 4 bytes" {
		t.Errorf("above the limit: %v", err)
	}
	// A file of /proc has size 0 and content all the same.
	const endless = "/proc/self/maps"
	if info, err := os.Stat(endless); err != nil || info.Size() != 0 {
		t.Skip("there is no " + endless)
	}
	if _, err := strict.ReadFile(endless, 10); err == nil ||
		!strings.Contains(err.Error(), "the length is longer, want at most 10 bytes") {
		t.Errorf("a file that is longer than it says: %v", err)
	}
}

func TestKind(t *testing.T) {
	for mode, want := range map[fs.FileMode]string{
		fs.ModeDir | 0o755: "folder", fs.ModeNamedPipe: "named pipe", fs.ModeDevice: "device",
		fs.ModeDevice | fs.ModeCharDevice: "device",
		fs.ModeSocket:                     "socket", fs.ModeIrregular: "special file",
	} {
		if got := strict.Kind(mode); got != want {
			t.Errorf("%v is a %s, want %s", mode, got, want)
		}
	}
}

// A file takes its size in memory, and not what a growing slice takes.
func TestReadFileAllocation(t *testing.T) {
	const size = 8 << 20
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, make([]byte, size), 0o644); err != nil {
		t.Fatal(err)
	}
	used := stricttest.Allocated(func() {
		if _, err := strict.ReadFile(path, size); err != nil {
			t.Error(err)
		}
	})
	if used > size+stricttest.Constant {
		t.Errorf("%d bytes for a file of %d", used, size)
	}
}
