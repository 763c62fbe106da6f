package grade

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/strict"
)

// Limits of what is handed in. They bound memory and time, whatever is in a zip.
const (
	maxFiles     = 10_000
	maxFile      = 64 << 20  // bytes of a file that is read
	maxRead      = 256 << 20 // of all of them
	maxDirectory = 8 << 20   // of the table of contents of a zip
	minCopied    = 256       // from which equal files are no chance
)

// A submission is what a student has handed in: files by their names, with slashes.
type submission struct {
	names []string                     // sorted
	notes []string                     // what was left out
	sums  map[string][sha256.Size]byte // of the files that have been read
	left  int64                        // how many bytes may still be read
	seen  map[string]bool              // the files in which answers were looked for
	under string                       // the one folder in which all files are, with a slash; empty: there is none
	files fs.FS
	// numbered are names with the number behind them that may be Canvas's or the student's own.
	numbered map[string]string
	io.Closer
}

// openSubmission opens a folder, a zip, a single file, or several files that Canvas has of
// one student. Of a folder or files with one zip and no answers beside it, it opens the zip.
func openSubmission(paths []string) (*submission, error) {
	s := &submission{left: maxRead, sums: make(map[string][sha256.Size]byte), seen: make(map[string]bool)}
	first := paths[0]
	info, err := os.Lstat(first)
	if err != nil {
		return nil, problem.Input(err)
	}
	name := filepath.Base(first)
	switch {
	case len(paths) > 1:
		err = s.openFiles(paths)
	case info.IsDir():
		err = s.openFolder(first)
	case !info.Mode().IsRegular():
		return nil, problem.Inputf("%s is a link or a special file, want a folder or a zip", name)
	case strings.EqualFold(filepath.Ext(first), ".zip"):
		err = s.openZip(first, info.Size())
	default:
		return s, problem.Input(s.openFiles(paths))
	}
	if err == nil && len(paths) == 1 {
		err = s.list(name)
	}
	if err != nil {
		s.close()
		return s, problem.Input(err)
	}
	if zip := s.onlyZip(); zip != "" && (info.IsDir() || len(paths) > 1) {
		return s.inner(paths, zip)
	}
	return s, nil
}

// onlyZip returns the one zip among files that are no answers; empty: there is none.
func (s *submission) onlyZip() string {
	only := ""
	for _, name := range s.names {
		switch strings.ToLower(path.Ext(name)) {
		case ".zip":
			if only != "" {
				return ""
			}
			only = name
		case ".json", ".ipynb", ".npy", ".npz":
			return ""
		}
		if partOf(name) != nil {
			return ""
		}
	}
	return only
}

// inner opens a zip among the files in the place of the files.
func (s *submission) inner(paths []string, zip string) (*submission, error) {
	s.close()
	file := filepath.Join(paths[0], filepath.FromSlash(s.under+zip))
	if bundle, is := s.files.(attachments); is {
		file = filepath.Join(filepath.Dir(paths[0]), bundle.real[zip])
	}
	opened, err := openSubmission([]string{file})
	rest := slices.DeleteFunc(s.names, func(name string) bool { return name == zip })
	if err == nil && len(rest) > 0 {
		opened.notes = append(opened.notes, "not judged: "+listed(rest))
	}
	return opened, err
}

// openFolder opens a folder out of which no link leads.
func (s *submission) openFolder(path string) error {
	root, err := os.OpenRoot(path)
	if err == nil {
		s.files, s.Closer = root.FS(), root
	}
	return err
}

// openZip opens a zip, if its table of contents is not too long and its names are safe.
func (s *submission) openZip(file string, size int64) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	file = filepath.Base(file) // what a student may see
	s.Closer = f
	const endLength, sizeAt = 22, 12
	tail := make([]byte, min(size, endLength+1<<16))
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil {
		return err
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || len(tail)-at < endLength {
		return strict.Fail(file, strict.Whole, "the file", "no zip, or cut short", "a zip")
	}
	if n := binary.LittleEndian.Uint32(tail[at+sizeAt:]); n > maxDirectory {
		return strict.Failf(file, strict.Whole, "the table of contents", strict.Bytes(int64(n)), "at most %s",
			strict.Bytes(int64(maxDirectory)))
	}
	z, err := zip.NewReader(f, size)
	if err != nil && err != zip.ErrInsecurePath {
		return strict.Fail(file, strict.Whole, "the zip", "damaged: "+err.Error(), "a whole one")
	}
	seen := make(map[string]bool)
	var members []*zip.File
	for _, m := range z.File {
		m.Name = strings.ReplaceAll(m.Name, `\`, "/")
		if !utf8.ValidString(m.Name) { // in a code page of Windows that nobody names: other letters, all different
			var letters []rune
			for _, b := range []byte(m.Name) {
				letters = append(letters, rune(b))
			}
			m.Name = string(letters)
		}
		name := path.Clean(strings.TrimSuffix(m.Name, "/"))
		if m.Flags&1 != 0 {
			return strict.Fail(file, strict.Whole, "the zip", "encrypted", "one without a password")
		}
		if !fs.ValidPath(name) {
			return strict.Fail(file, strict.Whole, "a name in the zip", fmt.Sprintf("%.80q", m.Name), "one inside of its folder")
		}
		if dir := strings.HasSuffix(m.Name, "/"); seen[name] && !dir {
			return strict.Fail(file, strict.Whole, fmt.Sprintf("the name %.80q", name), "there twice", "each name once")
		}
		if !seen[name] && name != "." { // a folder may be there twice, and the whole is no folder of its own
			members = append(members, m)
		}
		seen[name] = true
	}
	z.File = members
	s.files = z
	return nil
}

// list finds the files, without those that systems add.
func (s *submission) list(of string) error {
	entries := 0
	err := fs.WalkDir(s.files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entries++; entries > maxFiles {
			return strict.Fail(of, strict.Whole, "the number of files", "larger", fmt.Sprintf("at most %d", maxFiles))
		}
		base := path.Base(name)
		hidden := name != "." && (strings.HasPrefix(base, ".") || base == "__MACOSX")
		switch {
		case d.IsDir() && hidden:
			return fs.SkipDir
		case d.IsDir() || hidden:
		case !d.Type().IsRegular():
			s.notes = append(s.notes, fmt.Sprintf("%s is a link or a special file, and is not read", name))
		default:
			s.names = append(s.names, name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(s.names)
	s.enter()
	return nil
}

// enter leaves out the one folder in which all files are, as zips often have it.
func (s *submission) enter() {
	for len(s.names) > 0 {
		first, _, _ := strings.Cut(s.names[0], "/")
		if slices.ContainsFunc(s.names, func(n string) bool { return !strings.HasPrefix(n, first+"/") }) {
			return
		}
		s.under += first + "/"
		for i := range s.names {
			s.names[i] = s.names[i][len(first)+1:]
		}
	}
}

func (s *submission) read(name string) ([]byte, error) {
	s.seen[name] = true
	f, err := s.files.Open(s.under + name)
	if err != nil {
		return nil, problem.Inputf("%s: %w", name, err)
	}
	defer f.Close()
	limit := min(maxFile, s.left)
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, problem.Inputf("%s: %w", name, err)
	}
	if int64(len(content)) > limit {
		return nil, problem.Input(strict.Fail(name, strict.Whole, "the length", "larger", "at most "+strict.Bytes(limit)))
	}
	s.left -= int64(len(content))
	if len(content) >= minCopied {
		s.sums[name] = sha256.Sum256(content)
	}
	return content, nil
}

// first returns the first file one of whose names fits: with or without the one folder in which
// all are, and with the number that Canvas may have added.
func (s *submission) first(fits func(name string) bool) (name string, found bool) {
	i := slices.IndexFunc(s.names, func(n string) bool {
		return fits(n) || fits(s.under+n) || s.numbered[n] != "" && fits(s.numbered[n])
	})
	if i < 0 {
		return "", false
	}
	return s.names[i], true
}

// match returns the first file that a pattern of package path fits, or none.
func (s *submission) match(pattern string) (name string, found bool) {
	return s.first(func(n string) bool {
		fits, _ := path.Match(pattern, n)
		return fits
	})
}

// meant returns the file that a student means by a name, perhaps in another case and with the
// separators of Windows, or none.
func (s *submission) meant(name string) (file string, found bool) {
	name = path.Clean(strings.ReplaceAll(name, `\`, "/"))
	if file, found = s.first(func(n string) bool { return n == name }); found {
		return file, true
	}
	return s.first(func(n string) bool { return strings.EqualFold(n, name) })
}

// has reports whether a file of that name is there.
func (s *submission) has(name string) bool { return slices.Contains(s.names, name) }

// listed names the first of some files, for messages.
func listed(files []string) string {
	const shown = 8
	names := slices.Clone(files[:min(shown, len(files))])
	if rest := len(files) - len(names); rest > 0 {
		names = append(names, fmt.Sprintf("%d more", rest))
	}
	if len(names) == 0 {
		return "no files"
	}
	return report.Join(names, "and")
}

func (s *submission) close() {
	if s.Closer != nil {
		s.Closer.Close()
	}
}
