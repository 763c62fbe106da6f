package data

import (
	"os"
	"path/filepath"

	"hw4/internal/atomicfile"
	"hw4/internal/strict"
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
		if err := copyFile(from, dir, name); err != nil {
			return err // one is enough to act on
		}
	}
	return nil
}

// copyFile copies one of the compressed files that bundled has sums of.
func copyFile(from MissingError, dir, name string) error {
	path, err := find(from, name)
	if err != nil {
		return err
	}
	file, err := strict.ReadFile(path, maxIDX)
	if err != nil {
		return err
	}
	if err := checkSum(path, file, bundled[name]); err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, name+".gz"), file, atomicfile.Options{})
}
