package data

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// realMNIST is the real data set, which tests share and do not change.
var realMNIST = sync.OnceValues(func() (*MNIST, error) { return Load(Source{}) })

func loadMNIST(t *testing.T) *MNIST {
	t.Helper()
	m, err := realMNIST()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The real data set has the counts that are known of it.
func TestMNIST(t *testing.T) {
	m := loadMNIST(t)
	if m.Train.Len() != 60000 || m.Test.Len() != 10000 || m.Train.Rows != 28 || m.Train.Cols != 28 {
		t.Errorf("%d and %d images of %dx%d", m.Train.Len(), m.Test.Len(), m.Train.Rows, m.Train.Cols)
	}
	for set, want := range map[*Set][2]int{m.Train: {5842, 5949}, m.Test: {982, 1009}} {
		if fours, nines := set.Subset(4).Len(), set.Subset(9).Len(); fours != want[0] || nines != want[1] {
			t.Errorf("%d fours and %d nines, want %v", fours, nines, want)
		}
		if both := set.Subset(4, 9); both.Len() != want[0]+want[1] || len(both.Images) != both.Len()*set.Rows*set.Cols {
			t.Errorf("%d fours and nines with %d pixels", both.Len(), len(both.Images))
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
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// below moves MNIST's files into a folder.
func below(folder string) func(files map[string][]byte) {
	return func(files map[string][]byte) {
		for _, name := range []string{trainImages, trainLabels, testImages, testLabels} {
			files[folder+name] = files[name]
			delete(files, name)
		}
	}
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
		"tests": func(files map[string][]byte) {
			for name, content := range maps.Clone(files) {
				delete(files, name)
				files[strings.Replace(name, "t10k", "test", 1)] = content
			}
		},
		"capitals": func(files map[string][]byte) {
			for name, content := range maps.Clone(files) {
				delete(files, name)
				files[strings.ToUpper(strings.Replace(name, "-idx", ".idx", 1))+".GZ"] = zipped(content)
			}
		},
		"folders beside files": func(files map[string][]byte) {
			for name, content := range maps.Clone(files) {
				files[name+"/not-this"] = files[name]
				delete(files, name)
				files[strings.Replace(name, "-idx", ".idx", 1)] = content
			}
		},
		"folders of each name": func(files map[string][]byte) {
			for name, content := range maps.Clone(files) {
				delete(files, name)
				files[name+"/"+name] = content
			}
		},
		"own spelling first": func(files map[string][]byte) {
			files["TRAIN-IMAGES.IDX3-UBYTE.gz"], files["train-images.idx3-ubyte"] = nil, nil
		},
		"gzip first": func(files map[string][]byte) {
			files[testLabels+".gz"] = zipped(files[testLabels])
			files[testLabels] = nil
		},
		"MNIST/raw":    below("MNIST/raw/"),
		"raw":          below("raw/"),
		"Fashion/raw":  below("FashionMNIST/raw/"),
		"MNIST of two": func(files map[string][]byte) { files["KMNIST/raw/"+testImages] = nil; below("MNIST/raw/")(files) },
		"not below": func(files map[string][]byte) {
			for name := range maps.Clone(files) {
				files["MNIST/raw/"+name] = nil
			}
		},
		"gzip without the ending": func(files map[string][]byte) { files[trainImages] = zipped(files[trainImages]) },
	} {
		m, err := Load(Source{Dir: folder(t, edit)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.Train.Len() != 7 || m.Test.Len() != 4 || m.Train.Rows != 5 || m.Train.Cols != 3 ||
			m.Train.Image(1)[0] != 15 || m.Test.Labels[3] != 3 {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

func TestBadFolders(t *testing.T) {
	for say, edit := range map[string]func(files map[string][]byte){
		testLabels + " not found in ": func(files map[string][]byte) { delete(files, testLabels) },
		trainLabels + ": byte 4: the number of labels is 6, want 7, the number of images in DIR/" + trainImages: func(
			files map[string][]byte) {
			files[trainLabels] = idxFile(6)
		},
		testLabels + ": byte 4: the number of labels is 5, want 4, the number of images in DIR/" + testImages: func(
			files map[string][]byte) {
			files[testLabels] = idxFile(5)
		},
		testLabels + ": byte 10: label 2 is 10, want 0 to 9": func(files map[string][]byte) {
			files[testLabels][10] = 10
		},
		testImages + ": byte 8: the size of the images is 3x3, want 5x3 as in DIR/" + trainImages: func(
			files map[string][]byte) {
			files[testImages] = idxFile(4, 3, 3)
		},
		testImages + ": byte 8: the size of the images is 5x5, want 5x3": func(files map[string][]byte) {
			files[testImages] = idxFile(4, 5, 5)
		},
		trainImages + ": byte 0: the magic number is 0x425a6839, of a file compressed by bzip2": func(files map[string][]byte) {
			copy(files[trainImages], "BZh9")
		},
		trainImages + ": byte 0: the magic number is 0x00000903": func(files map[string][]byte) { files[trainImages][2] = 9 },
	} {
		dir := folder(t, edit)
		_, err := Load(Source{Dir: dir})
		if want := strings.ReplaceAll(say, "DIR", dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
}

// Two folders of torchvision's are not mixed, and a missing file is missing in the
// folder that has the others.
func TestFoldersOfTorchvision(t *testing.T) {
	dir := folder(t, func(files map[string][]byte) {
		below("KMNIST/raw/")(files)
		files["FashionMNIST/raw/"+testImages] = nil
	})
	var missing *MissingError
	if _, err := Load(Source{Dir: dir}); !errors.As(err, &missing) || missing.Dir != dir {
		t.Errorf("two: %v", err)
	}
	dir = folder(t, func(files map[string][]byte) { delete(files, testImages); below("MNIST/raw/")(files) })
	os.Remove(filepath.Join(dir, "MNIST/raw", testImages))
	if _, err := Load(Source{Dir: dir}); !errors.As(err, &missing) || missing.What != testImages ||
		missing.Dir != filepath.Join(dir, "MNIST", "raw") {
		t.Errorf("one file missing: %v", err)
	}
}

// A folder that lacks a file says what it has, and what to do with that.
func TestHints(t *testing.T) {
	for name, say := range map[string]string{
		trainImages + ".Z":                     `: unpack it, or compress it by gzip`,
		"t10k-labels-idx1-ubyte.gz.ZIP":        `: unpack it, or compress it by gzip`,
		"emnist-mnist-train-images-idx3-ubyte": `: rename it`,
		"train_images.idx":                     `: rename it`,
		"mnist.npz":                            `: that is another format: download the four files`,
		"mnist_train.csv":                      `: that is another format: download the four files`,
		"MNIST.tar.gz":                         `: unpack it`,
		"notes.txt":                            "",
	} {
		dir := folder(t, func(files map[string][]byte) { delete(files, trainImages); files[name] = nil })
		want := "plain or with .gz"
		if say != "" {
			want += `; it has "` + name + `"` + say
		}
		if _, err := Load(Source{Dir: dir}); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	for _, deep := range []string{"archive", "data/FashionMNIST/raw", "a/b"} {
		dir := folder(t, below(deep+"/"))
		want := fmt.Sprintf("; did you mean %q?", filepath.Join(dir, deep))
		if _, err := Load(Source{Dir: dir}); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", deep, err, want)
		}
	}
	if _, err := Load(Source{Dir: "none"}); err == nil || !strings.HasSuffix(err.Error(), "; there is no such folder") {
		t.Errorf("no folder: %v", err)
	}
}

// A file in place of the folder is named as that, and a folder that is not there
// as missing.
func TestNoFolder(t *testing.T) {
	path := file(t, nil)
	_, err := Load(Source{Dir: path})
	var format *FormatError
	if !errors.As(err, &format) ||
		!strings.HasPrefix(err.Error(), path+": the data is a file, want a folder with train-images") {
		t.Errorf("a file: %v", err)
	}
	_, err = Load(Source{Dir: path + "-not"})
	var missing *MissingError
	if !errors.As(err, &missing) || missing.Dir != path+"-not" || missing.What != trainImages || missing.Default {
		t.Errorf("nothing: %v", err)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(Source{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(70000*float64(b.N)/b.Elapsed().Seconds(), "images/s")
}
