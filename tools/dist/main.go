// Command dist builds the program for other people's machines: one zip for each, with
// the program, which needs nothing else, and MNIST beside it.
//
//	go -C tools run ./dist ../bin/dist
package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hw4/data"
)

// targets are the operating systems and processors of those who get the program.
var targets = []string{
	"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64",
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: dist FOLDER [OS/PROCESSOR ...]")
		os.Exit(2)
	}
	chosen := os.Args[2:]
	if len(chosen) == 0 {
		chosen = targets
	}
	for _, target := range chosen {
		file, err := build("..", os.Args[1], target, "-trimpath", "-ldflags=-s -w")
		if err != nil {
			fmt.Fprintf(os.Stderr, "dist: %s: %v\n", target, err)
			os.Exit(1)
		}
		fmt.Println(file)
	}
}

// build makes the zip for a target in a folder and returns its path. root is the
// folder of the project; the flags are for 'go build'.
func build(root, dir, target string, flags ...string) (string, error) {
	system, processor, both := strings.Cut(target, "/")
	if !both || processor == "" { // which go build would take for this machine's
		return "", fmt.Errorf("want a system and a processor, such as %s", targets[0])
	}
	work, err := os.MkdirTemp("", "hw4-dist-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(work)
	program := filepath.Join(work, "hw4")
	if system == "windows" {
		program += ".exe"
	}
	cmd := exec.Command("go", slices.Concat([]string{"build", "-C", root, "-o", program}, flags, []string{"./cmd/hw4"})...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+processor)
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, bytes.TrimSpace(said))
	}
	if err := data.Copy(filepath.Join(work, "mnist")); err != nil {
		return "", err
	}
	for _, name := range []string{"LICENSE", "NOTICE", "README.md"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(work, name), text, 0o666); err != nil {
			return "", err
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	name := "hw4-" + system + "-" + processor
	file := filepath.Join(dir, name+".zip")
	return file, pack(file, work, name, filepath.Base(program))
}

// pack puts the files of a folder into a zip, below a folder with a name. The same
// files make the same bytes. The program may be executed.
func pack(file, dir, name, program string) error {
	var content bytes.Buffer
	z := zip.NewWriter(&content)
	files := os.DirFS(dir)
	err := fs.WalkDir(files, ".", func(inside string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		header := &zip.FileHeader{Name: path.Join(name, inside), Method: zip.Deflate}
		header.SetMode(0o644)
		if inside == program {
			header.SetMode(0o755)
		}
		w, err := z.CreateHeader(header)
		if err != nil {
			return err
		}
		b, err := fs.ReadFile(files, inside)
		if err != nil {
			return err
		}
		_, err = w.Write(b)
		return err
	})
	if err := cmp.Or(err, z.Close()); err != nil {
		return err
	}
	return os.WriteFile(file, content.Bytes(), 0o666)
}
