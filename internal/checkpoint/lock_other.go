//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package checkpoint

import (
	"fmt"
	"os"
)

// possess takes possession of a file in which no one has signed. Unlike a lock of
// the system, this does not end with a process that is killed.
func possess(f *os.File) error {
	info, err := f.Stat()
	if err == nil && info.Size() > 0 {
		err = fmt.Errorf("%w, or has been killed: then remove %s", errTaken, f.Name())
	}
	return err
}
