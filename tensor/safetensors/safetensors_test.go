package safetensors_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hw4/tensor"
	"hw4/tensor/safetensors"
)

// load returns a file of testdata, which the Python library wrote.
func load(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func parse(t testing.TB, name string) *safetensors.File {
	t.Helper()
	f, err := safetensors.Read(name, load(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestPythonsTensors(t *testing.T) {
	f := parse(t, "types.safetensors")
	if len(f.Metadata) != 1 || f.Metadata["format"] != "pt" {
		t.Errorf("metadata %v", f.Metadata)
	}
	for name, want := range map[string]*tensor.Tensor[float64]{
		"F64": tensor.FromSlice([]float64{0, 1, -2.5, 1e-3, 7, 65504}, 2, 3),
		"F32": tensor.FromSlice([]float64{0, 1, -2.5, float64(float32(1e-3)), 7, 65504}, 2,
			3),
		"F16":                              tensor.FromSlice([]float64{0, 1, -2.5, 1049 * 0x1p-20, 7, 65504}, 2, 3),
		"I8":                               tensor.FromSlice([]float64{-128, 0, 1, 127}),
		"I16":                              tensor.FromSlice([]float64{-1 << 15, 0, 1, 1<<15 - 1}),
		"I32":                              tensor.FromSlice([]float64{-1 << 31, 0, 1, 1<<31 - 1}),
		"U8":                               tensor.FromSlice([]float64{0, 0, 1, 255}),
		"U16":                              tensor.FromSlice([]float64{0, 0, 1, 1<<16 - 1}),
		"U32":                              tensor.FromSlice([]float64{0, 0, 1, 1<<32 - 1}),
		"BOOL":                             tensor.FromSlice([]float64{1, 0, 1}),
		"number":                           tensor.Scalar(2.5),
		"nothing":                          tensor.Zeros[float64](0, 3),
		"a \"name\" \\ with\n\té\x01\x7f/": tensor.FromSlice([]float64{0}),
	} {
		stored := f.Lookup(name)
		if stored == nil {
			t.Errorf("no tensor %q", name)
			continue
		}
		x, err := safetensors.ToTensor[float64](stored)
		if err != nil || !slices.Equal(x.Shape(), want.Shape()) || !slices.Equal(x.Data(), want.Data()) {
			t.Errorf("%s: %v, %v, want %v", name, x, err, want)
		}
	}
	if len(f.Tensors) != 15 || f.Lookup("none") != nil {
		t.Errorf("%d tensors", len(f.Tensors))
	}
}

// The largest integers of 64 bits are no float64, and 0.001 is no float32.
func TestNothingIsRounded(t *testing.T) {
	f := parse(t, "types.safetensors")
	for _, name := range []string{"I64", "U64"} {
		_, err := safetensors.ToTensor[float64](f.Lookup(name))
		if err == nil ||
			!strings.Contains(err.Error(),
				`element 3 of "`+name+`" is no exact float64, want elements of `+name+" that are") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := safetensors.ToTensor[float32](f.Lookup("F64")); err == nil ||
		!strings.Contains(err.Error(), `element 3 of "F64" is no exact float32`) {
		t.Errorf("0.001 in float32: %v", err)
	}
	if _, err := safetensors.StateDict[float64](f); err == nil {
		t.Error("a state dict was rounded")
	}
}

// A tensor that was made by hand may be wrong in itself.
func TestValuesOfWrongTensors(t *testing.T) {
	for say, x := range map[string]safetensors.Tensor{
		`the dtype of "a" is "F31"`:          {Name: "a", DType: "F31", Shape: []int{1}, Data: make([]byte, 4)},
		`the length of "a" is 4 bytes`:       {Name: "a", DType: "F32", Shape: []int{2}, Data: make([]byte, 4)},
		`the shape of "a" is (-1,)`:          {Name: "a", DType: "F32", Shape: []int{-1}},
		`want 0 bytes for F32 of shape (0,)`: {Name: "a", DType: "F32", Shape: []int{0}, Data: make([]byte, 4)},
	} {
		if v, err := safetensors.ToTensor[float32](&x); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%v, %v, want an error that says %q", v, err, say)
		}
	}
}

// What Write writes has the bytes of the Python library, whatever the order of
// the tensors.
func TestWriteIsPythons(t *testing.T) {
	for _, name := range []string{"types.safetensors", "plain.safetensors", "none.safetensors"} {
		f := parse(t, name)
		for range 2 {
			slices.Reverse(f.Tensors)
			var b bytes.Buffer
			if err := safetensors.Write(&b, f); err != nil || !bytes.Equal(b.Bytes(), load(t, name)) {
				t.Errorf("%s: wrote %q, %v", name, b.Bytes(), err)
			}
		}
	}
	dict := map[string]*tensor.Tensor[float32]{
		"0.bias":   tensor.FromSlice([]float32{1, 1}),
		"1.weight": tensor.FromSlice([]float32{0, 1, 2, 3, 4, 5}, 2, 3),
	}
	var b bytes.Buffer
	if err := safetensors.Write(&b, safetensors.FromStateDict(dict, nil)); err != nil ||
		!bytes.Equal(b.Bytes(), load(t, "plain.safetensors")) {
		t.Errorf("wrote %q, %v", b.Bytes(), err)
	}
}

// A tensor for a file keeps nothing of a scope.
func TestFromTensorCopies(t *testing.T) {
	var scope tensor.Scope[float32]
	x := safetensors.FromTensor("x", scope.Enter(tensor.Transpose(scope.Enter(tensor.Ones[float32](2, 3)))))
	scope.Reset()
	if y, err := safetensors.ToTensor[float32](&x); err != nil || !slices.Equal(y.Shape(), []int{3, 2}) {
		t.Errorf("shape %v, %v", x.Shape, err)
	}
}

// Every bit of a float comes back, those of NaN too; metadata too.
func TestBitForBit(t *testing.T) {
	want := []float32{
		0, float32(math.Copysign(0, -1)), math.Float32frombits(1), math.MaxFloat32, float32(math.Inf(-1)),
		math.Float32frombits(0x7fa00001), math.Float32frombits(0xffc12345), // signalling and quiet NaN
	}
	metadata := map[string]string{"b": "\"\\\b\f\n\r\t\x00é\U0001f600", "a": ""}
	x := tensor.FromSlice([]float64{math.Float64frombits(0x7ff0000000000001), 0.1})
	file := &safetensors.File{Metadata: metadata,
		Tensors: []safetensors.Tensor{safetensors.FromTensor("w", tensor.FromSlice(want)), safetensors.FromTensor("x", x)}}
	var b bytes.Buffer
	if err := safetensors.Write(&b, file); err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Read("f", b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	w, err := safetensors.ToTensor[float32](f.Lookup("w"))
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range w.Data() {
		if math.Float32bits(v) != math.Float32bits(want[i]) {
			t.Errorf("element %d was %#x, is %#x", i, math.Float32bits(want[i]), math.Float32bits(v))
		}
	}
	y, err := safetensors.ToTensor[float64](f.Lookup("x"))
	if err != nil || math.Float64bits(y.Data()[0]) != 0x7ff0000000000001 || y.Data()[1] != 0.1 {
		t.Errorf("float64: %v, %v", y, err)
	}
	for k, v := range metadata {
		if f.Metadata[k] != v {
			t.Errorf("metadata %q is %q, want %q", k, f.Metadata[k], v)
		}
	}
}

// As many tensors as Write writes, Read reads.
func TestMostTensors(t *testing.T) {
	f := &safetensors.File{Metadata: map[string]string{"a": "b"}}
	for i := range 1<<16 - 1 {
		f.Tensors = append(f.Tensors, safetensors.Tensor{Name: strconv.Itoa(i), DType: "U8", Shape: []int{0}})
	}
	var b bytes.Buffer
	if err := safetensors.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	if back, err := safetensors.Read("f", b.Bytes()); err != nil || len(back.Tensors) != len(f.Tensors) {
		t.Error(err)
	}
	f.Tensors = append(f.Tensors, safetensors.Tensor{Name: "more", DType: "U8", Shape: []int{0}})
	if err := safetensors.Write(&b, f); err == nil ||
		err.Error() != "safetensors: 65536 tensors and 1 metadata, want at most 65535 of each" {
		t.Error(err)
	}
}

// Of what cannot be written, the error of the writer comes back.
func TestWriteFails(t *testing.T) {
	f := parse(t, "plain.safetensors")
	for n := range len(load(t, "plain.safetensors")) {
		if err := safetensors.Write(&full{n}, f); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("room for %d bytes: %v", n, err)
		}
	}
}

// full is a writer with room for some bytes.
type full struct{ room int }

func (w *full) Write(b []byte) (int, error) {
	if len(b) > w.room {
		return w.room, io.ErrShortWrite
	}
	w.room -= len(b)
	return len(b), nil
}

func TestWriteRefuses(t *testing.T) {
	one := safetensors.FromTensor("one", tensor.Ones[float32](1))
	for want, f := range map[string]*safetensors.File{
		`two tensors are named "one"`: {Tensors: []safetensors.Tensor{one, one}},
		`no tensor may be named "__metadata__"`: {
			Tensors: []safetensors.Tensor{safetensors.FromTensor("__metadata__", tensor.Ones[float32](1))}},
		`no tensor may be named "\xff"`: {Tensors: []safetensors.Tensor{safetensors.FromTensor("\xff",
			tensor.Ones[float32](1))}},
		`the metadata "\xff": "" are not UTF-8`: {Metadata: map[string]string{"\xff": ""}},
		`the dtype of "x" is "F8_E4M3", want one of BF16, BOOL`: {Tensors: []safetensors.Tensor{{Name: "x",
			DType: "F8_E4M3"}}},
		`the length of "x" is 3 bytes, want 4 bytes for F32`: {Tensors: []safetensors.Tensor{{Name: "x",
			DType: "F32", Data: make([]byte, 3)}}},
		`the shape of "x" is (-1,)`: {Tensors: []safetensors.Tensor{{Name: "x",
			DType: "F32", Shape: []int{-1}}}},
	} {
		var b bytes.Buffer
		err := safetensors.Write(&b, f)
		if err == nil || !strings.HasPrefix(err.Error(), "safetensors: ") || !strings.Contains(err.Error(), want) ||
			b.Len() > 0 {
			t.Errorf("%v, %d bytes written, want an error that says %q", err, b.Len(), want)
		}
	}
}
