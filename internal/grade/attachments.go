package grade

import (
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
)

// attachments are files by the names that they had before Canvas changed them.
type attachments struct {
	fs.FS
	real map[string]string
}

// Open opens a file by the name that it had.
func (a attachments) Open(name string) (fs.File, error) { return a.FS.Open(a.real[name]) }

// openFiles opens files of one folder.
func (s *submission) openFiles(paths []string) error {
	if err := s.openFolder(filepath.Dir(paths[0])); err != nil {
		return err
	}
	real := make(map[string]string)
	for _, p := range paths {
		name := filepath.Base(p)
		was := name
		if m := attachment.FindStringSubmatch(name); real[m[3]+m[4]] == "" {
			was = m[3] + m[4]
		}
		real[was] = name
	}
	s.files, s.names = attachments{s.files, real}, slices.Sorted(maps.Keys(real))
	return nil
}
