// Package atomicfile replaces files as a whole. If the disk is full, the process is
// killed or the power fails, the file holds either its old content or all of the new
// one, never a part.
package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Options are the options of Write.
type Options struct {
	// Previous is a name, in the same folder, under which the file that is replaced
	// stays. Empty: it goes.
	Previous string
	// Temporary is a name, in the same folder, for the file while it is written. A
	// leftover of that name from a process that was killed is overwritten, so the
	// caller must know that no other process uses it. Empty: a new name, different
	// every time.
	Temporary string
	// FS is the file system; nil: the operating system's.
	FS FS
}

// Write makes content the content of the file at path, which it creates if need
// be, with the permissions that the user's umask leaves. A symbolic link is
// followed, even to a file that is not there yet. The content is written to a temporary file in the same folder and
// brought to the disk before the file gets its name, and then the folder is, so
// that it survives a power cut too once Write has returned nil.
//
// Write returns a *WriteError if path is a folder or another thing that is no regular
// file, or if a step failed. The file then is what it was before,
// unless the only step that failed was the last, of bringing the folder to the
// disk.
func Write(path string, content []byte, opt Options) error {
	if opt.FS == nil {
		opt.FS = System{}
	}
	target, err := opt.FS.Follow(path)
	if err == nil {
		err = check(opt.FS, target)
	}
	if err != nil {
		return &WriteError{path, err}
	}
	if err := replace(opt, target, content); err != nil {
		// What came into the way meanwhile says more than the step that met it.
		if kind, ok := errors.AsType[otherKind](check(opt.FS, target)); ok {
			err = kind
		}
		return &WriteError{path, err}
	}
	return nil
}

// A WriteError is a file that cannot be written.
type WriteError struct {
	Path string // as the caller named it
	Err  error
}

// Error names the file, and no other that only takes part in writing it.
func (e *WriteError) Error() string {
	return fmt.Sprintf("%s cannot be written: %v", e.Path, reason(e.Err))
}

// Unwrap returns the cause.
func (e *WriteError) Unwrap() error { return e.Err }

// reason returns the error of the system in that of a step, without the names of its
// files.
func reason(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return link.Err
	}
	return err
}

// Check returns the *WriteError that Write would return for a path, as far as that can be
// known before there is something to write.
func Check(path string) error {
	target, err := System{}.Follow(path)
	if err == nil {
		err = check(System{}, target)
	}
	if err == nil {
		err = CheckFolder(filepath.Dir(target))
	}
	if err != nil {
		return &WriteError{path, reason(err)}
	}
	return nil
}

// CheckFolder returns a *WriteError if no file can be made in a folder.
func CheckFolder(dir string) error {
	f, err := os.CreateTemp(dir, ".hw4-*.tmp")
	if err == nil {
		err = errors.Join(f.Close(), os.Remove(f.Name()))
	}
	if err != nil {
		return &WriteError{dir, err}
	}
	return nil
}

// An otherKind says what a path is that is no regular file.
type otherKind string

// Error returns what the path is.
func (k otherKind) Error() string { return string(k) }

// check refuses what a rename would replace, or fail at, without a sensible
// message: folders and devices.
func check(sys FS, path string) error {
	info, err := sys.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return otherKind("it is a folder, want a regular file or none")
	case !info.Mode().IsRegular():
		return otherKind(fmt.Sprintf("it is no regular file (%v), want one or none", info.Mode()))
	}
	return nil
}

func replace(opt Options, path string, content []byte) (err error) {
	sys, dir := opt.FS, filepath.Dir(path)
	temporary := filepath.Join(dir, opt.Temporary)
	if opt.Temporary == "" {
		temporary = filepath.Join(dir, fmt.Sprintf(".%x.tmp", rand.Uint64()))
	} else if err := remove(sys, temporary); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			sys.Remove(temporary)
		}
	}()
	if err := create(sys, temporary, content); err != nil {
		return err
	}
	restore := func() {}
	if opt.Previous != "" {
		if restore, err = keep(sys, path, filepath.Join(dir, opt.Previous), temporary+".old"); err != nil {
			return err
		}
	}
	if err := sys.Rename(temporary, path); err != nil {
		restore()
		return err
	}
	return sys.SyncDir(dir)
}

// create writes a new file and brings its content to the disk.
func create(sys FS, path string, content []byte) error {
	f, err := sys.Create(path)
	if err != nil {
		return err
	}
	n, err := f.Write(content)
	if err == nil && n < len(content) {
		err = io.ErrShortWrite
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// keep gives the file at path the name previous too. It makes a second link and
// renames it, so that both names stand for a whole file at every moment. On a file
// system without links it renames the file itself; restore gives it its name back
// and is to be called if no new file takes its place.
func keep(sys FS, path, previous, link string) (restore func(), err error) {
	restore = func() {}
	if err := remove(sys, link); err != nil {
		return restore, err
	}
	if err = sys.Link(path, link); err != nil {
		if err := check(sys, path); err != nil {
			return restore, err // a folder, which must not become the previous version
		}
		if err = sys.Rename(path, previous); errors.Is(err, fs.ErrNotExist) {
			return restore, nil // a first version has no previous one
		}
		return func() { sys.Rename(previous, path) }, err
	}
	err = sys.Rename(link, previous)
	// Where both were links to one file already, Rename has left both.
	return restore, errors.Join(err, remove(sys, link))
}

// remove removes a file that may not be there.
func remove(sys FS, path string) error {
	if err := sys.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
