package answerfile

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"hw4/internal/problem"
	"hw4/internal/proof"
	"hw4/internal/strict"
	"hw4/internal/stricttest"
	"hw4/tensor"
	"hw4/tensor/npy"
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
	_, err := Read("w", file)
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
		{npyOf[float32](t, []int{2}, 0.1, -2), []int{2}, []float64{float64(float32(0.1)), -2}},
	} {
		w, err := Read("w", c.file)
		if err != nil {
			t.Errorf("%q: %v", c.file, err)
		} else if !slices.Equal(w.Shape(), c.shape) || !slices.Equal(w.Data(), c.values) {
			t.Errorf("%q: read %v of shape %v, want %v of %v", c.file, w.Data(), w.Shape(), c.values, c.shape)
		}
	}
}

// What is no array of numbers is refused: where, why, and what people mean by it.
func TestRefused(t *testing.T) {
	const fractions = "; JSON has no fractions: write 1/3 as 0.3333333333333333"
	const point = "; JSON numbers have a digit before and after the point: 0.5, 1.0"
	const quotes = "; numbers have no quotes"
	const rows = "; rows are written in brackets and separated by commas: [[1, 2], [3, 4]]"
	for _, c := range []struct{ file, say string }{
		{"", "w: byte 0"},
		{"[1/3,1/3,1/3]", fractions},
		{"[.5]", point},
		{"[-.5]", point},
		{"[1.]", point},
		{"[1., 2]", point},
		{".5", point},
		{"1.", point},
		{`["1"]`, quotes},
		{"[1 2; 3 4]", rows},
		{"(1, 2)", rows},
		{"[NaN]", "want a number"},
		{"[[0,1],[2]]", "w: byte 7"},
		{"[1,2,3]x", "want the end"},
		{"[1,2] [3]", "want the end"},
		{"[1e999]", "1e999"},
		{"[" + strings.Repeat("1,", maxNumbers) + "1]", "262144"},
		{string(npyOf(t, []int{3}, 1, 2, math.NaN())), "element 3 is NaN, want a number"},
		{string(npyOf(t, []int{2, 1}, math.Inf(1), 2)), "element 1 is +Inf, want a number"},
		{string(npyOf(t, []int{1}, math.Inf(-1))), "element 1 is -Inf, want a number"},
		{npyMagic, "w"},
	} {
		w, err := Read("w", []byte(c.file))
		var input *problem.InputError
		var format *strict.FormatError
		if !errors.As(err, &input) || !errors.As(err, &format) || format.File != "w" || w != nil ||
			!strings.Contains(err.Error(), c.say) {
			t.Errorf("%.40q: error %v, want an InputError that says %q", c.file, err, c.say)
		}
	}
	for _, file := range []string{"[0.5 0.5]", "[NaN]", "[1.0,2.5,nan]"} {
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
	f.Add(npyOf(f, []int{3}, 0.299, 0.587, 0.114))
	const perByte = 32 // "1," is a float64, in a slice that has grown to it
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := stricttest.Read(accept, file, perByte*len(file)); err != nil {
			t.Error(err)
		}
		w, err := Read("w", file)
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
