package homework

import (
	"bytes"
	"testing"

	"hw4/internal/report"
	"hw4/internal/stricttest"
	"hw4/tensor"
	"hw4/tensor/npy"
)

func templateFor(t testing.TB, sizes ...int) []byte {
	t.Helper()
	cfg := Defaults(6)
	cfg.Sizes = sizes
	file, err := BackpropTemplate(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSpace(file)
}

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
	full := bytes.ReplaceAll(templateFor(t, 1, 1), []byte("null"), []byte("0.5"))
	for _, c := range []struct {
		name string
		read stricttest.Reader
		file []byte
	}{
		{"JSON filter", filter(3), []byte("[[[0.299]],[[0.587]],[[0.114]]]")},
		{"npy filter", filter(3), npyOf(t, []int{3}, 0.299, 0.587, 0.114)},
		{"empty template", judgeAnswer, templateFor(t, 2, 1)},
		{"answer", judgeAnswer, full},
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

func judgeAnswer(file []byte) error {
	answer, err := ReadBackprop("answer", file)
	if err != nil {
		return err
	}
	_, _ = JudgeBackprop(answer) // derivatives beyond float64 are no error of the file
	return nil
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

func FuzzReadBackprop(f *testing.F) {
	f.Add(templateFor(f, 2, 3, 1))
	f.Add(bytes.ReplaceAll(templateFor(f, 1, 2, 1), []byte("null"), []byte("1")))
	f.Add(bytes.ReplaceAll(templateFor(f, 2, 2, 2, 1), []byte("null"), []byte("-1e300")))
	read := func(file []byte) error {
		_, err := ReadBackprop("answer", file)
		return err
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := stricttest.Read(read, file, perByte*len(file)); err != nil {
			t.Error(err)
		}
		if err := stricttest.Read(judgeAnswer, file, 1<<26); err != nil {
			t.Error(err)
		}
	})
}
