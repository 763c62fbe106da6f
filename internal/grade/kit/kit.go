// Package kit makes what a teacher uploads to a grader as it is: scripts, the program, the
// rubric and MNIST in one zip.
package kit

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"embed"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hw4/data"
	"hw4/internal/problem"
	"hw4/internal/strict"
)

//go:embed gradescope prairielearn
var scripts embed.FS

// homes are, by the grader, the folders of the zip for the scripts and for all else.
var homes = map[string][2]string{
	"gradescope":   {"", ""},
	"prairielearn": {"homework4/", "homework4/tests/"},
}

// Names returns the graders that there are kits for.
func Names() []string { return slices.Sorted(maps.Keys(homes)) }

// maxProgram is how long a program may be, in bytes.
const maxProgram = 256 << 20

// Make returns the kit for a grader, with the program in a file. The error is a
// *problem.InputError unless memory or the temporary folder is to blame.
func Make(grader, program string, rubric []byte) ([]byte, error) {
	content, err := strict.ReadFile(program, maxProgram)
	if err == nil {
		err = checkProgram(program, content)
	}
	if err != nil {
		return nil, problem.Input(err)
	}
	files := map[string][]byte{"hw4": content, "grade.toml": rubric}
	if err := addMNIST(files); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	home := homes[grader]
	err = fs.WalkDir(scripts, grader, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		script, err := scripts.ReadFile(name)
		if err != nil {
			return err
		}
		return add(z, home[0]+strings.TrimPrefix(name, grader+"/"), script)
	})
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err == nil {
			err = add(z, home[1]+name, files[name])
		}
	}
	if err == nil {
		err = z.Close()
	}
	return b.Bytes(), err
}

// add adds a file that may be run, with a time that is always the same.
func add(z *zip.Writer, name string, content []byte) error {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
	h.SetMode(0o755)
	w, err := z.CreateHeader(h)
	if err == nil {
		_, err = w.Write(content)
	}
	return err
}

func addMNIST(files map[string][]byte) error {
	dir, err := os.MkdirTemp("", "hw4-kit")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := data.Copy(dir); err != nil {
		return problem.Input(err)
	}
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if files["mnist/"+e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return err
}

// checkProgram returns an error unless a program runs on any Linux of the graders.
func checkProgram(name string, content []byte) error {
	const wanted = "a static program for Linux on amd64, built with CGO_ENABLED=0 GOOS=linux GOARCH=amd64"
	f, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		return strict.Fail(name, strict.Whole, "the program", "not one for Linux", wanted)
	}
	dynamic := slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP })
	switch {
	case f.Machine != elf.EM_X86_64:
		return strict.Fail(name, strict.Whole, "the program", "for "+f.Machine.String(), wanted)
	case dynamic:
		return strict.Fail(name, strict.Whole, "the program", "linked to libraries", wanted)
	}
	return nil
}
