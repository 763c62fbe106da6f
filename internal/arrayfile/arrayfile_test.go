package arrayfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"hw4/internal/problem"
	"hw4/internal/proof"
	"hw4/internal/strict"
	"hw4/internal/stricttest"
	"hw4/tensor"
	"hw4/tensor/npy"
	"hw4/tensor/safetensors"
)

func npyOf[T tensor.Float](t testing.TB, shape []int, values ...T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, tensor.FromSlice(values, shape...)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func accept(file []byte) error {
	_, _, err := One("w", file, "")
	return err
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		file   []byte
		shape  []int
		values []float64
	}{
		{[]byte("5"), nil, []float64{5}},
		{[]byte(" [0.299, 587e-3 ,\n0.114]\n"), []int{3}, []float64{0.299, 0.587, 0.114}},
		{[]byte("[[[1,2]],[[-3,4]],[[5,6]]]"), []int{3, 1, 2}, []float64{1, 2, -3, 4, 5, 6}},
		{npyOf(t, []int{2, 1}, 0.1, -2), []int{2, 1}, []float64{0.1, -2}},
		{[]byte("[.299, 5.e-1, +1., \u22122, 1/4, 1 / 3, -2/-3,]"), []int{7},
			[]float64{0.299, 0.5, 1, -2, 0.25, 1. / 3, 2. / 3}},
		{[]byte("tensor([[ 0., -1.],\n        [ 1.,  0.]])"), []int{2, 2}, []float64{0, -1, 1, 0}},
		{[]byte("Parameter containing:\ntensor([[0.2990]], dtype=torch.float64, device='cuda:0', requires_grad=True)\n"),
			[]int{1, 1}, []float64{0.299}},
		{[]byte("torch.tensor([1.5], grad_fn=<AddBackward0>)"), []int{1}, []float64{1.5}},
		{[]byte("np.array([[1, 2], [3, 4]], dtype=float32)"), []int{2, 2}, []float64{1, 2, 3, 4}},
		{[]byte("[np.float64(0.299), np.float64(0.587)]"), []int{2}, []float64{0.299, 0.587}},
		{[]byte("[array([1, 2]), array([3, 4], shape=(2,))]"), []int{2, 2}, []float64{1, 2, 3, 4}},
		{[]byte("\ufeff[1,\u00a02]"), []int{2}, []float64{1, 2}},
		{utf16of("[[.5]]\r\n", binary.LittleEndian), []int{1, 1}, []float64{0.5}},
		{utf16of("[\u22121]", binary.BigEndian), []int{1}, []float64{-1}},
		{[]byte(`{"filter": [[1, 2]]}`), []int{1, 2}, []float64{1, 2}},
		{npyOf[float32](t, []int{2}, 0.1, -2), []int{2}, []float64{float64(float32(0.1)), -2}},
	} {
		w, _, err := One("w", c.file, "")
		if err != nil {
			t.Errorf("%q: %v", c.file, err)
		} else if !slices.Equal(w.Shape(), c.shape) || !slices.Equal(w.Data(), c.values) {
			t.Errorf("%q: read %v of shape %v, want %v of %v", c.file, w.Data(), w.Shape(), c.values, c.shape)
		}
	}
}

// utf16of returns a text as Windows PowerShell writes it.
func utf16of(s string, order binary.AppendByteOrder) []byte {
	b := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// Fractions that float64 does not have are counted.
func TestRounded(t *testing.T) {
	if _, rounded, err := One("w", []byte("[1/3, 1/4, 3/6, 2/7, 0.1]"), ""); rounded != 2 || err != nil {
		t.Errorf("%d rounded, %v", rounded, err)
	}
}

// One array of several is chosen by its name, or by that of a group with one in it.
func TestSelect(t *testing.T) {
	const several = `{"fc": {"weight": [[1, 2]], "bias": [3]}, "one": {"w": 4}}`
	for name, want := range map[string]float64{"fc.weight": 1, "fc.bias": 3, "one.w": 4, "one": 4} {
		if x, _, err := One("w", []byte(several), name); err != nil || x.Data()[0] != want {
			t.Errorf("%s: %v, %v", name, x, err)
		}
	}
	for name, say := range map[string]string{
		"fc":   `w: the content is the arrays "weight" (1,2), "bias" (1,), want one`,
		"f":    `w: the array "f" is not there, want one of "fc.weight" (1,2), "fc.bias" (1,), "one.w" ()`,
		"none": `the array "none" is not there`,
	} {
		var input *problem.InputError
		if _, _, err := One("w", []byte(several), name); !errors.As(err, &input) || !strings.Contains(err.Error(), say) {
			t.Errorf("%s: %v, want %q", name, err, say)
		}
	}
	if _, _, err := One("w", []byte("[1]"), "fc"); err == nil ||
		err.Error() != `w: the array "fc" is not there, want no name, since the file is one array` {
		t.Errorf("a name for one array: %v", err)
	}
	if file, array := Split("a.pt::fc.weight"); file != "a.pt" || array != "fc.weight" {
		t.Errorf("%s and %s", file, array)
	}
}

// The first bytes tell the format, and the name where they do not.
func TestFormats(t *testing.T) {
	var st, npz bytes.Buffer
	x := map[string]*tensor.Tensor[float32]{"w": tensor.Full(float32(0.25), 1, 3)}
	// With this metadata the header has 640 bytes, so that the file begins as pickles do.
	padded := map[string]string{"": strings.Repeat("x", 554)}
	err := errors.Join(safetensors.Write(&st, safetensors.FromStateDict(x, padded)), npy.WriteZip(&npz, x))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(st.Bytes(), []byte("\x80\x02")) {
		t.Errorf("the file begins with % x", st.Bytes()[:8])
	}
	for name, content := range map[string][]byte{
		"w.safetensors": st.Bytes(), "any": st.Bytes(), "w.npz": npz.Bytes(), "w.pt": npz.Bytes(), "-": npz.Bytes(),
	} {
		if w, _, err := One(name, content, ""); err != nil || !slices.Equal(w.Data(), []float64{0.25, 0.25, 0.25}) {
			t.Errorf("%s: %v, %v", name, w, err)
		}
	}
	for name, c := range map[string]struct{ content, say string }{
		"w.safetensors": {"", "the content is an empty file, want arrays as JSON, .npy, .npz, .safetensors or .pt"},
		"w.npz":         {"PK", "no end record"},
		"w.npy":         {"text", "the magic string"},
		"w.pt":          {"<!DOCTYPE html>", "the content is a web page (HTML), want arrays"},
		"w.h5":          {"\x89HDF\r\n", "the content is an HDF5 file, as Keras writes, want arrays"},
		"w.gz":          {"\x1f\x8b\x08", "the content is a file compressed by gzip, want arrays"},
		"v.pt":          {"version https://git-lfs.github.com/spec/v1\n", "the content is a pointer of Git LFS to the file"},
		"w.pth":         {"\x80\x02.", "a pickle of Python"},
		"w":             {"PK\x03\x04", "no end record"},
		"v.safetensors": {"\x80\x02", "the length is 2 bytes"},
		"w.json":        {" ", "want a number"},
	} {
		if _, _, err := One(name, []byte(c.content), ""); err == nil || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %v, want %q", name, err, c.say)
		}
	}
}

// What is no array of numbers is refused: where, why, and what people mean by it.
func TestRefused(t *testing.T) {
	const quotes = "; numbers have no quotes"
	const rows = "; rows are written in brackets and separated by commas: [[1, 2], [3, 4]]"
	for _, c := range []struct{ file, say string }{
		{"", "w: the content is an empty file"},
		{"[[0. -1.]\n [1.  2.]]", rows},
		{`\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}`, rows},
		{"{{1, 2}, {3, 4}}", rows},
		{`["1"]`, quotes},
		{"[1 2; 3 4]", rows},
		{"array([[0.5 0.25]\n [1. 2.]])", rows},
		{"[1/0]", "want a number that float64 can hold"},
		{"[1/]", "want a number"},
		{"[1/3/5]", "w: byte 1"},
		{"[.]", "want a number"},
		{"[1.2.3]", "want a number"},
		{"[1+2j]", "want a number"},
		{"[−]", "want a number"},
		{"tensor([1., 2.]", "the closing bracket of tensor(...)"},
		{"tensor([1., 2.], 3)", "the closing bracket of tensor(...)"},
		{"tensor([[1., ..., 2.]])", "; the text leaves numbers out"},
		{"os.system([1])", "want a number"},
		{strings.Repeat("tensor(", 100), "want a number"},
		{"\xff\xfe[\x00]", "cut short"},
		{"\xef\xbb\xbf\xef\xbb\xbf[1]", "want a number"},
		{`{"a": [1], "b": [2]}`, `w: the content is the arrays "a" (1,), "b" (1,), want one: name it, as w::NAME`},
		{`{"a": {"b": [1]}, "a.b": [2]}`, `the array "a.b" is there twice`},
		{"{}", "w: the content is the arrays none"},
		{"(1, 2)", rows},
		{"[NaN]", "want a number"},
		{"[[0,1],[2]]", "w: byte 7"},
		{"[1,2,3]x", "want the end"},
		{"[1,2] [3]", "want the end"},
		{"[1e999]", "1e999"},
		{"[" + strings.Repeat("1,", maxNumbers) + "1]", "262144"},
		{string(npyOf(t, []int{3}, 1, 2, math.NaN())), "element 3 is NaN, want a finite number"},
		{string(npyOf(t, []int{2, 1}, math.Inf(1), 2)), "element 1 is +Inf, want a finite number"},
		{string(npyOf(t, []int{1}, math.Inf(-1))), "element 1 is -Inf, want a finite number"},
		{"\x93NUMPY", "w"},
	} {
		w, _, err := One("w", []byte(c.file), "")
		var input *problem.InputError
		var format *strict.FormatError
		if !errors.As(err, &input) || !errors.As(err, &format) || format.File != "w" || w != nil ||
			!strings.Contains(err.Error(), c.say) {
			t.Errorf("%.40q: error %v, want an InputError that says %q", c.file, err, c.say)
		}
	}
	for _, file := range []string{"[0.5|0.5]", "[NaN]", "[1.0,2.5,nan]"} {
		if err := accept([]byte(file)); strings.Contains(err.Error(), "; ") {
			t.Errorf("%s: a hint that is beside the point: %v", file, err)
		}
	}
	if err := accept([]byte("[" + strings.Repeat("1,", maxNumbers-1) + "1]")); err != nil {
		t.Errorf("%d numbers: %v", maxNumbers, err)
	}
}

// Files cut short are refused, and files with a wrong bit refused or read.
func TestDamagedFiles(t *testing.T) {
	for name, file := range map[string][]byte{
		"JSON":  []byte("[[[0.299]],[[0.587]],[[0.114]]]"),
		"npy":   npyOf(t, []int{3}, 0.299, 0.587, 0.114),
		"npy 4": npyOf[float32](t, []int{3}, 0.299, 0.587, 0.114),
	} {
		refused, err := stricttest.Survive(accept, file, 1<<20)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if refused == 0 {
			t.Errorf("%s: no damage was refused", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("[[[0,0,0],[0,-1,0],[0,1,0]],[[0,0,0],[0,-1,1],[0,0,0]]]"))
	f.Add([]byte("[[[0.5,0.5],[0.5,0.5]],[[0.5,0.5],[0.5,0.5]],[[0.5,0.5],[0.5,0.5]]]"))
	f.Add([]byte("[1e308,-1e308,1e-320]"))
	f.Add([]byte("[]"))
	f.Add([]byte("tensor([[.5, 1/3, 1.],], dtype=torch.float64)"))
	f.Add([]byte(`{"fc": {"weight": [[1, 2]], "bias": [3]}}`))
	f.Add(utf16of("[[.5]]", binary.LittleEndian))
	f.Add(npyOf(f, []int{3}, 0.299, 0.587, 0.114))
	const perByte = 32 // "1," is a float64, in a slice that has grown to it
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := stricttest.Read(accept, file, perByte*len(file)); err != nil {
			t.Error(err)
		}
		w, _, err := One("w", file, "")
		if (w == nil) != (err != nil) {
			t.Fatalf("tensor %v and error %v", w, err)
		}
		if err == nil && slices.ContainsFunc(w.Data(), func(v float64) bool { return v-v != 0 }) {
			t.Errorf("numbers that are none: %v", w.Data())
		}
	})
}

// Whatever bytes the reader is given, it keeps what stricttest.Read asks for.
func TestInventedFiles(t *testing.T) { proof.Fuzz(t, "FuzzRead", 1e6) }
