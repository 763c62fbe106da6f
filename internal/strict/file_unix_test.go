//go:build unix

package strict_test

import (
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"hw4/internal/strict"
)

// What is no regular file is refused by its kind, and not opened, which would
// wait for ever at a pipe.
func TestReadFileOfSpecialFiles(t *testing.T) {
	dir := t.TempDir()
	for kind, make := range map[string]func(path string) error{
		"folder":      func(path string) error { return os.Mkdir(path, 0o755) },
		"named pipe":  func(path string) error { return syscall.Mkfifo(path, 0o644) },
		"device":      func(path string) error { return os.Symlink("/dev/zero", path) },
		"socket":      func(path string) error { _, err := net.Listen("unix", path); return err },
		"broken link": func(path string) error { return os.Symlink("nowhere", path) },
	} {
		path := filepath.Join(dir, kind)
		if err := make(path); err != nil {
			t.Logf("%s: %v", kind, err)
			continue
		}
		_, err := strict.ReadFile(path, 10)
		if kind == "broken link" {
			if !os.IsNotExist(err) {
				t.Errorf("%s: %v", kind, err)
			}
			continue
		}
		if err == nil || err.Error() != path+": the file is a "+kind+", want a regular file" {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
