package checkpoint

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

// errTaken says that another process holds a lock.
var errTaken = errors.New("another run is using it")

// A lock is a file that one process at a time possesses.
type lock struct {
	file *os.File
	path string
}

// acquire takes the lock with the given path.
func acquire(path string) (*lock, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, err
		}
		if err := possess(f); err != nil {
			holder, _ := io.ReadAll(io.LimitReader(f, 20))
			f.Close()
			if errors.Is(err, errTaken) && len(holder) > 0 {
				err = fmt.Errorf("%w: process %s", err, strings.TrimSpace(string(holder)))
			}
			return nil, err
		}
		if current(f, path) {
			f.Truncate(0)
			fmt.Fprintln(f, os.Getpid()) // for the message of a process that is refused
			return &lock{f, path}, nil
		}
		f.Close() // its holder has removed it between the two calls
	}
}

// current reports whether the open file is the one that has the name.
func current(f *os.File, path string) bool {
	a, errA := f.Stat()
	b, errB := os.Stat(path)
	return errA == nil && errB == nil && os.SameFile(a, b)
}

// release removes the file and gives it up. In this order no other process can have
// the file that is removed. Windows does not remove open files, so there it is
// closed first, and the removal fails if another process has opened it meanwhile.
func (l *lock) release() error {
	if runtime.GOOS == "windows" {
		return errors.Join(l.file.Close(), os.Remove(l.path))
	}
	return errors.Join(os.Remove(l.path), l.file.Close())
}

// Exclusive takes a lock, a file that one process at a time possesses, by flock(2) where
// there is that. ok is false if another process has it. The lock ends with the process,
// however that ends; release also removes the file.
func Exclusive(path string) (release func() error, ok bool, err error) {
	l, err := acquire(path)
	if errors.Is(err, errTaken) {
		return nil, false, nil
	} else if err != nil {
		return nil, false, err
	}
	return l.release, true, nil
}

// Held reports whether a process possesses the lock at path. A file that is there and
// not held was left behind by a process that was killed.
func Held(path string) bool {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(possess(f), errTaken)
}
