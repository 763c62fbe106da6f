package strict

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ReadFile reads a file that is no folder, device or pipe, of at most limit
// bytes. It returns a *FormatError if it is another thing or longer, and
// otherwise the error of reading it.
func ReadFile(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path) // before it is opened, since opening a pipe waits for a writer
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, Fail(path, Whole, "the file", "a "+Kind(info.Mode()), "a regular file")
	}
	if info.Size() > limit {
		return nil, tooLong(path, Bytes(info.Size()), limit)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	b.Grow(int(info.Size()) + bytes.MinRead)
	// The size was a promise: a file may grow, and those of /proc have size 0.
	n, err := b.ReadFrom(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if n > limit {
		return nil, tooLong(path, "longer", limit)
	}
	return b.Bytes(), nil
}

func tooLong(path, found string, limit int64) error {
	return Fail(path, Whole, "the length", found, fmt.Sprintf("at most %s", Bytes(limit)))
}

// Kind names what is not a regular file: "folder", "named pipe", ....
func Kind(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "folder"
	case mode&fs.ModeNamedPipe != 0:
		return "named pipe"
	case mode&fs.ModeDevice != 0:
		return "device"
	case mode&fs.ModeSocket != 0:
		return "socket"
	}
	return "special file"
}
