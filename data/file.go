package data

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// readRegular reads a file that is no folder, device or pipe, of at most limit
// bytes.
func readRegular(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path) // before it is opened, since opening a pipe waits for a writer
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &FormatError{path, -1, "the file", "a " + kind(info.Mode()), "a regular file"}
	}
	if info.Size() > limit {
		return nil, tooLong(path, fmt.Sprintf("%d bytes", info.Size()), limit)
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
	return &FormatError{path, -1, "the length", found, fmt.Sprintf("at most %d bytes", limit)}
}

// kind names what is not a regular file.
func kind(mode fs.FileMode) string {
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
