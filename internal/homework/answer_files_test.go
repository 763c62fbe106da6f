package homework

import (
	"bytes"
	"testing"

	"hw4/internal/report"
	"hw4/internal/stricttest"
	"hw4/tensor"
	"hw4/tensor/npy"
)

func npyOf(t testing.TB, shape []int, values ...float64) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, tensor.FromSlice(values, shape...)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Files cut short are refused and files with a wrong bit refused or judged.
func TestDamagedAnswers(t *testing.T) {
	filter := func(problem int) stricttest.Reader {
		return func(file []byte) error {
			_, err := judgeFile(problem, file)
			return err
		}
	}
	for _, c := range []struct {
		name string
		read stricttest.Reader
		file []byte
	}{
		{"JSON filter", filter(3), []byte("[[[0.299]],[[0.587]],[[0.114]]]")},
		{"npy filter", filter(3), npyOf(t, []int{3}, 0.299, 0.587, 0.114)},
	} {
		refused, err := stricttest.Survive(c.read, c.file, 1<<20)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if refused == 0 {
			t.Errorf("%s: no damage was refused", c.name)
		}
	}
}

// judgeFile reads and judges a filter on small images. A shape that is no answer
// is no error of the file.
func judgeFile(problem int, file []byte) (*report.Report, error) {
	w, err := ReadFilter("w", file)
	if err != nil {
		return nil, err
	}
	cfg := Defaults(problem)
	cfg.Height, cfg.Width = 4, 4
	r, _ := JudgeFilter(problem, cfg, FilterAnswer{W: w})
	return r, nil
}

// perByte bounds what readers of numbers allocate for a byte of the file: "1," is a
// float64, in a slice that has grown to it.
const perByte = 32

func FuzzReadFilter(f *testing.F) {
	f.Add([]byte("[[[0,0,0],[0,-1,0],[0,1,0]],[[0,0,0],[0,-1,1],[0,0,0]]]"))
	f.Add([]byte("[[[0.5,0.5],[0.5,0.5]],[[0.5,0.5],[0.5,0.5]],[[0.5,0.5],[0.5,0.5]]]"))
	f.Add([]byte("[1e308,-1e308,1e-320]"))
	f.Add(npyOf(f, []int{3}, 0.299, 0.587, 0.114))
	read := func(file []byte) error {
		_, err := ReadFilter("w", file)
		return err
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := stricttest.Read(read, file, perByte*len(file)); err != nil {
			t.Error(err)
		}
		for problem := 1; problem <= 3; problem++ {
			r, err := judgeFile(problem, file)
			if err == nil && r != nil && len(r.Checks) == 0 {
				t.Errorf("problem %d: judged without a check", problem)
			}
		}
	})
}
