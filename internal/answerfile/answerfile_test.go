package answerfile

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"hw4/internal/problem"
	"hw4/internal/proof"
	"hw4/internal/stricttest"
	"hw4/tensor"
	"hw4/tensor/npy"
)

func reader(file []byte) error {
	_, err := Read("w", file)
	return err
}

func npyFile(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, tensor.FromSlice([]float64{0.299, 0.587, 0.114}, 3)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const jsonFile = "[[[0.299]],[[0.587]],[[0.114]]]"

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		file  []byte
		shape []int
	}{
		"JSON": {[]byte(jsonFile), []int{3, 1, 1}}, "npy": {npyFile(t), []int{3}}, "a number": {[]byte("7"), nil},
	} {
		w, err := Read("w", c.file)
		if err != nil || !slices.Equal(w.Shape(), c.shape) {
			t.Errorf("%s: %v, %v", name, w, err)
		}
	}
}

// What people write who know numbers better than JSON is refused with what to write.
func TestHints(t *testing.T) {
	for file, say := range map[string]string{
		"[1/3]": "write 1/3 as 0.3333333333333333", "[.5]": "a digit before and after the point", "[1.]": "a digit before and after",
		`["1"]`: "numbers have no quotes", "[1 2; 3 4]": "rows are written in brackets", "[NaN]": "w",
	} {
		var input *problem.InputError
		if err := reader([]byte(file)); !errors.As(err, &input) || !strings.Contains(err.Error(), say) {
			t.Errorf("%s: error %v, want one that says %q", file, err, say)
		}
	}
	var b bytes.Buffer
	zero := 0.0
	if err := npy.Write(&b, tensor.FromSlice([]float64{1, 1 / zero}, 2)); err != nil {
		t.Fatal(err)
	}
	if err := reader(b.Bytes()); err == nil || !strings.Contains(err.Error(), "element 2 is +Inf, want a number") {
		t.Errorf("error %v", err)
	}
}

// Files cut short are refused, and files with a wrong bit refused or read.
func TestDamagedFiles(t *testing.T) {
	for name, file := range map[string][]byte{"JSON": []byte(jsonFile), "npy": npyFile(t)} {
		refused, err := stricttest.Survive(reader, file, 1<<20)
		if err != nil || refused == 0 {
			t.Errorf("%s: %d refused, %v", name, refused, err)
		}
	}
}

// FuzzRead gives the reader whatever bytes.
func FuzzRead(f *testing.F) {
	for _, file := range [][]byte{[]byte(jsonFile), npyFile(f), []byte("[[1, 2], [3, 4]]"), []byte("[]")} {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := stricttest.Read(reader, file, 32*len(file)); err != nil {
			t.Error(err)
		}
	})
}

// Whatever bytes the reader is given, it keeps what stricttest.Read asks for.
func TestInventedFiles(t *testing.T) { proof.Fuzz(t, "FuzzRead", 1e6) }
