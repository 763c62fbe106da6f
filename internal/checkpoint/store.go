package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"hw4/internal/atomicfile"
	"hw4/internal/strict"
)

// maxFile bounds the files that are read as checkpoints.
const maxFile = 1 << 30

// What is put behind a checkpoint's name.
const (
	previousSuffix  = ".previous" // the checkpoint before it
	temporarySuffix = ".new"      // the next one, while it is written
	lockSuffix      = ".lock"     // there while a run uses it
)

// Beside returns the names of the files that a checkpoint takes besides its own.
func Beside(path string) []string {
	path = behind(path)
	return []string{path + previousSuffix, path + temporarySuffix, path + lockSuffix}
}

// behind returns the file that a link stands for, or else the path as it is. All files of a
// checkpoint are beside it, whatever links lead there.
func behind(path string) string {
	if _, err := os.Readlink(path); err == nil {
		if real, err := (atomicfile.System{}).Follow(path); err == nil {
			return real
		}
	}
	return path
}

// A Store is a checkpoint file that one run at a time writes.
type Store struct {
	path string
	lock *lock
	fs   atomicfile.FS
	// replace says that the file at path is not worth keeping as the previous one.
	replace bool
}

// Open takes possession of the checkpoint at path, which need not be there yet.
// It returns an error if another process has it, the folder cannot be written to,
// or a folder or another thing that is no regular file has the name.
func Open(path string) (*Store, error) {
	path = behind(path)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, fmt.Errorf("checkpoint %s: is a folder, want a regular file", path)
	} else if err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("checkpoint %s: is no regular file (%v)", path, info.Mode())
	}
	l, err := acquire(path + lockSuffix)
	if errors.Is(err, errTaken) {
		return nil, fmt.Errorf("checkpoint %s: %w", path, err)
	}
	if err != nil {
		return nil, &atomicfile.WriteError{Path: path, Err: err}
	}
	return &Store{path: path, lock: l}, nil
}

// Close lets others have the checkpoint.
func (s *Store) Close() error { return s.lock.release() }

// Path returns the name of the checkpoint.
func (s *Store) Path() string { return s.path }

// Previous returns the name of the checkpoint before the last.
func (s *Store) Previous() string { return s.path + previousSuffix }

// Exists returns the name of what a run that begins anew would overwrite: the
// checkpoint or the previous one; empty if neither is there.
func (s *Store) Exists() string {
	for _, path := range []string{s.path, s.Previous()} {
		if _, err := os.Lstat(path); err == nil {
			return path
		}
	}
	return ""
}

// Save writes a state, and keeps the one that was written before it. An error
// leaves that one in place.
func (s *Store) Save(state *State) error {
	content, err := Encode(state)
	if err != nil {
		return err
	}
	name := filepath.Base(s.path)
	opt := atomicfile.Options{Previous: name + previousSuffix, Temporary: name + temporarySuffix, FS: s.fs}
	if s.replace {
		opt.Previous = ""
	}
	if err := atomicfile.Write(s.path, content, opt); err != nil {
		return err
	}
	s.replace = false
	return nil
}

// Load returns the last state that was saved. If that is damaged or missing, and
// the one before it is whole, it returns this and says so in notice. It returns
// an error that wraps fs.ErrNotExist if there is no checkpoint.
func (s *Store) Load() (state *State, notice string, err error) {
	state, err = read(s.path)
	if err == nil {
		return state, "", nil
	}
	state, previousErr := read(s.Previous())
	switch {
	case previousErr == nil:
		s.replace = true // or the damaged one would take the place of the one that is whole
		return state, fmt.Sprintf("%v; going on from the previous checkpoint, %s", err, s.Previous()), nil
	case errors.Is(previousErr, fs.ErrNotExist):
		return nil, "", err
	case errors.Is(err, fs.ErrNotExist):
		return nil, "", previousErr
	}
	return nil, "", fmt.Errorf("%w; and the previous checkpoint: %w", err, previousErr)
}

func read(path string) (*State, error) {
	content, err := strict.ReadFile(path, maxFile)
	if err != nil {
		return nil, err
	}
	return Decode(path, content)
}
