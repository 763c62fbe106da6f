package strict_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hw4/internal/strict"
)

func TestReadFileLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte("12345"), 0o644); err != nil {
		t.Fatal(err)
	}
	if b, err := strict.ReadFile(path, 5); err != nil || string(b) != "12345" {
		t.Errorf("at the limit: %q, %v", b, err)
	}
	if _, err := strict.ReadFile(path, 4); err == nil || err.Error() != path+": the length is 5 bytes, want at most 4 bytes" {
		t.Errorf("above the limit: %v", err)
	}
	// A file of /proc has size 0 and content all the same.
	const endless = "/proc/self/maps"
	if info, err := os.Stat(endless); err != nil || info.Size() != 0 {
		t.Skip("there is no " + endless)
	}
	if _, err := strict.ReadFile(endless, 10); err == nil || !strings.Contains(err.Error(), "the length is longer, want at most 10 bytes") {
		t.Errorf("a file that is longer than it says: %v", err)
	}
}
