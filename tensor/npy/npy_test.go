package npy_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hw4/tensor"
	"hw4/tensor/npy"
)

// load returns a file of testdata, which NumPy wrote.
func load(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// read returns the array in a file of testdata as float64.
func read(t *testing.T, name string) *tensor.Tensor[float64] {
	t.Helper()
	a, err := npy.Read(name, load(t, name))
	if err != nil {
		t.Fatal(err)
	}
	x, err := npy.ToTensor[float64](a)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestNumPysArrays(t *testing.T) {
	half := 1e-3 // as float16 and float32 round it
	for name, want := range map[string]*tensor.Tensor[float64]{
		"little_f8.npy":     tensor.FromSlice([]float64{0, 1, -2.5, half, 7, 65504}, 2, 3),
		"big_f8.npy":        tensor.FromSlice([]float64{0, 1, -2.5, half, 7, 65504}, 2, 3),
		"fortran_f8.npy":    tensor.FromSlice([]float64{0, 1, -2.5, half, 7, 65504}, 2, 3),
		"version2.npy":      tensor.FromSlice([]float64{0, 1, -2.5, half, 7, 65504}, 2, 3),
		"version3.npy":      tensor.FromSlice([]float64{0, 1, -2.5, half, 7, 65504}, 2, 3),
		"little_f4.npy":     tensor.FromSlice([]float64{0, 1, -2.5, float64(float32(half)), 7, 65504}, 2, 3),
		"big_f4.npy":        tensor.FromSlice([]float64{0, 1, -2.5, float64(float32(half)), 7, 65504}, 2, 3),
		"little_f2.npy":     tensor.FromSlice([]float64{0, 1, -2.5, 1049 * 0x1p-20, 7, 65504}, 2, 3),
		"big_f2.npy":        tensor.FromSlice([]float64{0, 1, -2.5, 1049 * 0x1p-20, 7, 65504}, 2, 3),
		"i1.npy":            tensor.FromSlice([]float64{-128, 0, 1, 127}),
		"i2.npy":            tensor.FromSlice([]float64{-1 << 15, 0, 1, 1<<15 - 1}),
		"i4.npy":            tensor.FromSlice([]float64{-1 << 31, 0, 1, 1<<31 - 1}),
		"u1.npy":            tensor.FromSlice([]float64{0, 0, 1, 255}),
		"u2.npy":            tensor.FromSlice([]float64{0, 0, 1, 1<<16 - 1}),
		"big_u4.npy":        tensor.FromSlice([]float64{0, 0, 1, 1<<32 - 1}),
		"b1.npy":            tensor.FromSlice([]float64{1, 0, 1}),
		"scalar.npy":        tensor.Scalar(2.5),
		"empty.npy":         tensor.Zeros[float64](0, 3),
		"vector.npy":        tensor.FromSlice([]float64{0, 1, 2, 3, 4}),
		"fortran_f4_3d.npy": count(2, 3, 4),
	} {
		x := read(t, name)
		if !slices.Equal(x.Shape(), want.Shape()) || !slices.Equal(x.Data(), want.Data()) {
			t.Errorf("%s: %v with shape %v, want %v with shape %v", name, x, x.Shape(), want, want.Shape())
		}
	}
}

// count returns the tensor of the numbers 0, 1, ...
func count(shape ...int) *tensor.Tensor[float64] {
	x := tensor.Zeros[float64](shape...)
	for i := range x.Data() {
		x.Data()[i] = float64(i)
	}
	return x
}

// The largest integers of 64 bits are no float64.
func TestNothingIsRounded(t *testing.T) {
	for name, want := range map[string]string{
		"i8.npy": "'<i8'", "big_i8.npy": "'>i8'", "u8.npy": "'<u8'",
	} {
		want = name + ": byte 152: element 3 in the file is no exact float64, want elements of " + want + " that are"
		a, err := npy.Read(name, load(t, name))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := npy.ToTensor[float64](a); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	a, err := npy.Read("f8", load(t, "little_f8.npy"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := npy.ToTensor[float32](a); err == nil ||
		err.Error() != "f8: byte 152: element 3 in the file is no exact float32, want elements of '<f8' that are" {
		t.Errorf("0.001 in float32: %v", err)
	}
}

// What Write writes has the bytes of NumPy.
func TestWriteIsNumPys(t *testing.T) {
	for _, name := range []string{"little_f8.npy", "scalar.npy", "vector.npy"} {
		var b bytes.Buffer
		if err := npy.Write(&b, read(t, name)); err != nil || !bytes.Equal(b.Bytes(), load(t, name)) {
			t.Errorf("%s: wrote %q, %v", name, b.Bytes(), err)
		}
	}
	for _, name := range []string{"little_f4.npy", "empty.npy"} {
		a, err := npy.Read(name, load(t, name))
		if err != nil {
			t.Fatal(err)
		}
		x, err := npy.ToTensor[float32](a)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := npy.Write(&b, x); err != nil || !bytes.Equal(b.Bytes(), load(t, name)) {
			t.Errorf("%s: wrote %q, %v", name, b.Bytes(), err)
		}
	}
}

// The elements begin where NumPy 2 has them begin, also where its header just fits.
func TestBytesBeforeTheElements(t *testing.T) {
	for second, want := range map[int]int{10: 128, 100: 192} {
		x := tensor.Ones[float32](append([]int{1, second}, slices.Repeat([]int{1}, 12)...)...)
		var b bytes.Buffer
		if err := npy.Write(&b, x); err != nil || b.Len()-4*x.Len() != want {
			t.Errorf("%v: %d bytes before the elements, want %d (%v)", x.Shape(), b.Len()-4*x.Len(), want, err)
		}
	}
}

// Every bit of a float comes back, those of NaN too.
func TestBitForBit(t *testing.T) {
	x := tensor.FromSlice([]float32{
		0, float32(math.Copysign(0, -1)), math.Float32frombits(1), math.MaxFloat32, float32(math.Inf(-1)),
		math.Float32frombits(0x7fa00001), math.Float32frombits(0xffc12345), // signalling and quiet NaN
	})
	var b bytes.Buffer
	if err := npy.Write(&b, x); err != nil {
		t.Fatal(err)
	}
	a, err := npy.Read("x", b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	y, err := npy.ToTensor[float32](a)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range y.Data() {
		if math.Float32bits(v) != math.Float32bits(x.Data()[i]) {
			t.Errorf("element %d was %#x, is %#x", i, math.Float32bits(x.Data()[i]), math.Float32bits(v))
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	deep := tensor.Ones[float32](slices.Repeat([]int{1}, 65)...)
	if err := npy.Write(&bytes.Buffer{}, deep); err == nil || err.Error() != "npy: 65 axes, want at most 64" {
		t.Errorf("65 axes: %v", err)
	}
	err := npy.WriteZip(&bytes.Buffer{}, map[string]*tensor.Tensor[float32]{"a": deep})
	if err == nil || err.Error() != "a: npy: 65 axes, want at most 64" {
		t.Errorf("65 axes in an archive: %v", err)
	}
	for _, name := range []string{"", "../a", "/a", "a\\b", "c:d", "a\x00", "a/../b", "\xff"} {
		err := npy.WriteZip(&bytes.Buffer{}, map[string]*tensor.Tensor[float32]{name: tensor.Ones[float32](1)})
		if name != "" && (err == nil || !strings.Contains(err.Error(), "is no name for an array")) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
