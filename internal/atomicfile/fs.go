package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// FS is what Write does to a file system, so that tests can let every step fail.
type FS interface {
	// Create opens a new file for writing; it is an error if there is one.
	Create(path string) (File, error)
	// Link, Rename, Remove and Stat are those of package os.
	Link(old, new string) error
	Rename(old, new string) error
	Remove(path string) error
	Stat(path string) (fs.FileInfo, error)
	// Follow returns the file that a path stands for, whether it is there or not.
	Follow(path string) (string, error)
	// SyncDir brings the names in a folder to the disk.
	SyncDir(dir string) error
}

// A File is a file that is being written.
type File interface {
	io.WriteCloser
	// Sync brings the content to the disk.
	Sync() error
}

// System is the operating system's file system.
type System struct{}

// Create leaves the permissions to the user's umask, unlike os.CreateTemp.
func (System) Create(path string) (File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err // and not a File that holds a nil *os.File
	}
	return f, nil
}

// Link is os.Link.
func (System) Link(old, new string) error { return os.Link(old, new) }

// Rename is os.Rename.
func (System) Rename(old, new string) error { return os.Rename(old, new) }

// Remove is os.Remove.
func (System) Remove(path string) error { return os.Remove(path) }

// Stat is os.Stat.
func (System) Stat(path string) (fs.FileInfo, error) { return os.Stat(path) }

// Follow is filepath.EvalSymlinks, but for a file that is not there, which only its folder must be.
func (System) Follow(path string) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return real, err
	}
	dir, name := filepath.Split(path)
	if dir, err = filepath.EvalSymlinks(dir + "."); err != nil {
		return "", err
	}
	path = filepath.Join(dir, name)
	link, err := os.Readlink(path)
	if err != nil {
		return path, nil // no link
	}
	if !filepath.IsAbs(link) {
		link = dir + string(filepath.Separator) + link
	}
	return System{}.Follow(link)
}

// SyncDir does nothing where the system has no such call.
func (System) SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil // some file systems cannot, and there is nothing else to do
	}
	return errors.Join(err, d.Close())
}
