package checkpoint

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// possess takes possession of an open file by LockFileEx, until it is closed. The
// byte that is locked is far behind the content, which others may read.
func possess(f *os.File) error {
	behind := windows.Overlapped{OffsetHigh: 1}
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &behind)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errTaken
	}
	return err
}
