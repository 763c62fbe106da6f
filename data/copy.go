package data

import (
	"os"
	"path/filepath"

	"hw4/internal/atomicfile"
)

// Copy writes the four compressed files of MNIST, as published, into a folder, which
// it makes if it is not there. It returns a *MissingError if MNIST is not where Load
// looks for it, a *FormatError if a file is not the published one, and otherwise the
// error of reading or writing.
func Copy(dir string) error {
	from, err := bundledFolder()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for name := range bundled {
		_, file, err := read(from, name, bundled)
		if err == nil {
			err = atomicfile.Write(filepath.Join(dir, name+".gz"), file, atomicfile.Options{})
		}
		if err != nil {
			return err // one is enough to act on
		}
	}
	return nil
}
