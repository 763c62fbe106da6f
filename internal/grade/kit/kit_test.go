package kit

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// elfOf returns the head of a program, of a kind of machine, with a loader or without.
func elfOf(machine byte, interpreter bool) []byte {
	file := make([]byte, 64+56)
	copy(file, "\x7fELF\x02\x01\x01")
	file[16], file[18], file[20] = 2, machine, 1
	file[32], file[52], file[54], file[56], file[58] = 64, 64, 56, 1, 64
	if file[64] = 1; interpreter {
		file[64] = 3
	}
	return file
}

func TestMake(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "hw4")
	write := func(content []byte) {
		if err := os.WriteFile(program, content, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for say, content := range map[string][]byte{
		"not one for Linux": []byte("#!/bin/sh"), "for EM_AARCH64": elfOf(183, false), "linked to libraries": elfOf(62, true),
	} {
		write(content)
		if _, err := Make("gradescope", program, nil); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%v, want %s", err, say)
		}
	}
	write(elfOf(62, false))
	for grader, names := range map[string]string{
		"gradescope": "run_autograder setup.sh grade.toml hw4 mnist/t10k-images-idx3-ubyte.gz",
		"prairielearn": "homework4/info.json homework4/question.html homework4/tests/grade.sh homework4/tests/grade.toml " +
			"homework4/tests/hw4 homework4/tests/mnist/t10k-images-idx3-ubyte.gz",
	} {
		content, err := Make(grader, program, []byte("seed = 1"))
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := Make(grader, program, []byte("seed = 1")); !bytes.Equal(content, again) {
			t.Errorf("%s: two kits differ", grader)
		}
		z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range z.File {
			if got = append(got, f.Name); f.Mode()&0o111 == 0 {
				t.Errorf("%s: %s cannot be run", grader, f.Name)
			}
		}
		if all := strings.Join(got, " "); !strings.HasPrefix(all, names) {
			t.Errorf("%s has %s, want %s", grader, all, names)
		}
	}
}
