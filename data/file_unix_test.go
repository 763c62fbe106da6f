//go:build unix

package data

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hw4/tensor"
)

// What is no regular file is refused at once, without reading it.
func TestSpecialFiles(t *testing.T) {
	for kind, make := range map[string]func(path string) error{
		"folder":     func(path string) error { return os.Mkdir(path, 0o755) },
		"named pipe": func(path string) error { return syscall.Mkfifo(path, 0o644) },
		"device":     func(path string) error { return os.Symlink("/dev/zero", path) },
	} {
		dir := folder(t, func(files map[string][]byte) { delete(files, trainImages) })
		if err := make(filepath.Join(dir, trainImages)); err != nil {
			t.Skipf("%s: %v", kind, err)
		}
		_, err := Load(Source{Dir: dir})
		if err == nil || !strings.Contains(err.Error(), "the file is a "+kind+", want a regular file") {
			t.Errorf("%s: %v", kind, err)
		}
		if _, err := ReadImage[float32](filepath.Join(dir, trainImages)); err == nil ||
			!strings.Contains(err.Error(), kind) {
			t.Errorf("%s as a picture: %v", kind, err)
		}
	}
	if os.Getuid() != 0 {
		dir := folder(t, nil)
		os.Chmod(filepath.Join(dir, trainImages), 0)
		if _, err := Load(Source{Dir: dir}); !errors.Is(err, os.ErrPermission) {
			t.Errorf("unreadable file: %v", err)
		}
	}
}

// A new picture has the permissions that the user's umask leaves.
func TestWriteImageKeepsUmask(t *testing.T) {
	for mask, want := range map[int]os.FileMode{0o077: 0o600, 0o002: 0o664} {
		path := filepath.Join(t.TempDir(), "x.png")
		old := syscall.Umask(mask)
		err := WriteImage(path, tensor.Zeros[float32](1, 2, 2))
		syscall.Umask(old)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("umask %o: %v, %v, want permissions %o", mask, info, err, want)
		}
	}
}

// What keeps a folder from being looked into is reported as it is: the files in it
// may be there.
func TestUnreadableFolder(t *testing.T) {
	_, err := Load(Source{Dir: file(t, nil) + "/inside"})
	if !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("a folder in a file: %v", err)
	}
}
