package torchfile

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"hw4/internal/strict"
	"hw4/internal/stricttest"
	"hw4/tensor"
)

// A savedCase is a file that torch.save wrote, with what is in it.
type savedCase struct {
	File    string
	Prefix  string
	Tensors [][4]any // name, dtype, shape, SHA-256 of the elements
	Refused string
	content []byte
}

// saved returns the cases in testdata/saved.zip.
func saved(t testing.TB) []savedCase {
	t.Helper()
	z, err := zip.OpenReader("testdata/saved.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	files := make(map[string][]byte)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	var index struct{ Cases []savedCase }
	if err := json.Unmarshal(files["saved.json"], &index); err != nil {
		t.Fatal(err)
	}
	for i, c := range index.Cases {
		index.Cases[i].content = files[c.File]
	}
	return index.Cases
}

// load returns the content of one of them.
func load(t testing.TB, name string) []byte {
	t.Helper()
	all := saved(t)
	i := slices.IndexFunc(all, func(c savedCase) bool { return c.File == name })
	if i < 0 {
		t.Fatalf("no %s", name)
	}
	return all[i].content
}

// What PyTorch wrote is read to the bit, or refused with a reason.
func TestPyTorchsFiles(t *testing.T) {
	read, refused := 0, 0
	for _, c := range saved(t) {
		f, err := Read(c.File, c.content, 1<<16)
		if c.Refused != "" {
			var format *strict.FormatError
			if !errors.As(err, &format) || !strings.Contains(err.Error(), c.Refused) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %v, want a line that says %q", c.File, err, c.Refused)
			}
			t.Log(err)
			refused++
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.File, err)
			continue
		}
		read++
		if f.Prefix != c.Prefix || len(f.Tensors) != len(c.Tensors) {
			t.Errorf("%s: prefix %q and %d tensors, want %q and %d", c.File, f.Prefix, len(f.Tensors), c.Prefix, len(c.Tensors))
			continue
		}
		for i, want := range c.Tensors {
			x := &f.Tensors[i]
			n, shape := 1, []any{}
			for _, d := range x.Shape {
				n *= d
				shape = append(shape, float64(d))
			}
			sum := sha256.Sum256(x.packed(n))
			if x.Name != want[0] || x.DType != want[1] || !slices.Equal(shape, want[2].([]any)) ||
				hex.EncodeToString(sum[:]) != want[3] {
				t.Errorf("%s: %q, %s of shape %v, or its elements, want %v", c.File, x.Name, x.DType, x.Shape, want)
			}
			if v, err := ToTensor[float64](x); err != nil || v.Len() != n {
				t.Errorf("%s: %s: %v", c.File, x.Name, err)
			}
		}
		if err := stricttest.Read(reader, c.content, room(c.content)); err != nil {
			t.Errorf("%s: %v", c.File, err)
		}
	}
	if read < 37 || refused < 13 {
		t.Errorf("%d files read and %d refused", read, refused)
	}
}

// reader reads a file with all its tensors.
func reader(file []byte) error {
	f, err := Read("f", file, 1<<16)
	if err != nil {
		return err
	}
	for i := range f.Tensors {
		var format *strict.FormatError
		if _, err := ToTensor[float64](&f.Tensors[i]); err != nil && !errors.As(err, &format) {
			return err
		}
	}
	return nil
}

// room is what reader may take besides what Read may: elements in float64, packed
// before; and what may be decompressed.
func room(file []byte) int { return 16*(len(file)+elements) + 1<<16 + constant }

func TestStateDict(t *testing.T) {
	f, err := Read("f", load(t, "nested.pt"), 0)
	if err != nil {
		t.Fatal(err)
	}
	dict, err := StateDict[float32](f)
	if err != nil || len(dict) != 6 || dict["fc.bias"] == nil ||
		!slices.Equal(dict["conv2.weight"].Shape(), []int{3, 2, 3, 3}) {
		t.Errorf("%v, %v", dict, err)
	}
	f, err = Read("f", load(t, "tenth.pt"), 0)
	if err != nil {
		t.Fatal(err)
	}
	const want = `f: element 1 of "w" is no exact float32, want elements of float64 that are; in PyTorch, ` +
		"model.float().state_dict() rounds them"
	if dict, err := StateDict[float32](f); dict != nil || err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// Numbers that are worked out by hand.
func TestValues(t *testing.T) {
	for _, c := range []struct {
		file, name string
		want       []float64
	}{
		{"strided.pt", "columns", []float64{0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22}},
		{"strided.pt", "block", []float64{8, 9, 10, 14, 15, 16}},
		{"strided.pt", "one", []float64{15}},
		{"transposed.pt", "t", []float64{
			0, 6, 12, 18, 1, 7, 13, 19, 2, 8, 14, 20, 3, 9, 15, 21, 4, 10, 16, 22, 5, 11, 17, 23}},
		{"expanded.pt", "number", []float64{2.5, 2.5, 2.5, 2.5, 2.5, 2.5}},
		{"unsigned.pt", "b", []float64{1<<32 - 1}},
		{"negative.pt", "a", []float64{-1, -128}},
		{"scalar.pt", "", []float64{3.5}},
		{"special.pt", "single", []float64{
			0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 0x1p-149, math.MaxFloat32}},
	} {
		f, err := Read(c.file, load(t, c.file), 0)
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		i := slices.IndexFunc(f.Tensors, func(x Tensor) bool { return x.Name == c.name })
		x, err := ToTensor[float64](&f.Tensors[i])
		if err != nil || !equalBits(x, c.want) {
			t.Errorf("%s of %s: %v, %v, want %v", c.name, c.file, x, err, c.want)
		}
	}
}

func equalBits(x *tensor.Tensor[float64], want []float64) bool {
	return slices.EqualFunc(x.Data(), want, func(a, b float64) bool {
		return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
	})
}
