// Package faultfs is a file system that fails where a test wants it to.
package faultfs

import (
	"cmp"
	"errors"
	"io/fs"

	"hw4/internal/atomicfile"
)

// What ENOSPC and EIO say.
var (
	ErrNoSpace = errors.New("no space left on device")
	ErrDevice  = errors.New("input/output error")
)

// An FS is the system's, except that one step fails, or that and all that follow,
// as on a disk that has died. It does not wait for the disk: what a power cut leaves is not
// its subject.
type FS struct {
	atomicfile.System
	At      int   // the step that fails, from 1; 0: none
	Err     error // with what; nil: a short write without an error, and ErrDevice elsewhere
	Part    int   // how many bytes a write that fails writes
	Dead    bool  // nothing works any more after it
	NoLinks bool  // there are no hard links
	Hit     bool  // a step has failed

	steps int
}

func (f *FS) step() bool {
	f.steps++
	failed := f.steps == f.At || f.Dead && f.At > 0 && f.steps > f.At
	f.Hit = f.Hit || failed
	return failed
}

func (f *FS) fail(op string) error {
	return &fs.PathError{Op: op, Path: "x", Err: cmp.Or(f.Err, ErrDevice)}
}

// Create may fail.
func (f *FS) Create(path string) (atomicfile.File, error) {
	if f.step() {
		return nil, f.fail("open")
	}
	created, err := f.System.Create(path)
	if err != nil {
		return nil, err
	}
	return &file{created, f}, nil
}

// try does a step that may fail.
func (f *FS) try(op string, do func() error) error {
	if f.step() {
		return f.fail(op)
	}
	return do()
}

// Link may fail.
func (f *FS) Link(old, new string) error {
	return f.try("link", func() error {
		if f.NoLinks {
			return errors.ErrUnsupported
		}
		return f.System.Link(old, new)
	})
}

// Rename may fail.
func (f *FS) Rename(old, new string) error {
	return f.try("rename", func() error { return f.System.Rename(old, new) })
}

// Remove may fail.
func (f *FS) Remove(path string) error {
	return f.try("remove", func() error { return f.System.Remove(path) })
}

// Stat may fail.
func (f *FS) Stat(path string) (fs.FileInfo, error) {
	if f.step() {
		return nil, f.fail("stat")
	}
	return f.System.Stat(path)
}

// SyncDir may fail.
func (f *FS) SyncDir(dir string) error {
	return f.try("sync", func() error { return nil }) // what a power cut does is tested elsewhere, and takes long
}

type file struct {
	atomicfile.File
	fs *FS
}

// Write may fail.
func (f *file) Write(b []byte) (int, error) {
	if !f.fs.step() {
		return f.File.Write(b)
	}
	n, err := f.File.Write(b[:min(f.fs.Part, len(b))])
	if err == nil && f.fs.Err != nil {
		err = f.fs.fail("write")
	}
	return n, err
}

// Sync may fail.
func (f *file) Sync() error { return f.fs.try("sync", func() error { return nil }) }

// Close may fail.
func (f *file) Close() error {
	err := f.File.Close() // or the test would leak it
	return f.fs.try("close", func() error { return err })
}
