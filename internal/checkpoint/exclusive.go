package checkpoint

import (
	"errors"
	"os"
)

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
