package main

import (
	"archive/zip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// What is in the zip runs where there is neither Go nor its module cache, and finds
// MNIST beside itself.
func TestProgramFindsItsData(t *testing.T) {
	target := runtime.GOOS + "/" + runtime.GOARCH
	file, err := build("../..", t.TempDir(), target)
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	unzip(t, file, home)
	dir := filepath.Join(home, "hw4-"+strings.ReplaceAll(target, "/", "-"))
	for _, name := range []string{"LICENSE", "NOTICE", "README.md", "mnist/train-images-idx3-ubyte.gz"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	link := filepath.Join(home, "command") // as in a folder of PATH
	if err := os.Symlink(filepath.Join(dir, "hw4"), link); err != nil {
		t.Skip(err)
	}
	run := func() (string, error) {
		cmd := exec.Command(link, "data")
		cmd.Env = []string{"HOME=" + home, "GOMODCACHE=" + filepath.Join(home, "none")}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run(); err != nil || !strings.Contains(out, "60000 images for training and 10000 for testing") {
		t.Errorf("%v: %s", err, out)
	}
	if err := os.Remove(filepath.Join(dir, "mnist", "t10k-labels-idx1-ubyte.gz")); err != nil {
		t.Fatal(err)
	}
	if out, err := run(); err == nil || !strings.Contains(out, "the folder beside the program should have all four files") {
		t.Errorf("without a file: %v: %s", err, out)
	}
}

func TestTargetWithoutProcessor(t *testing.T) {
	for _, target := range []string{"linux", "linux/"} {
		if file, err := build("../..", t.TempDir(), target); err == nil {
			t.Errorf("%s makes %s", target, file)
		}
	}
}

// unzip unpacks a zip into a folder.
func unzip(t *testing.T, file, dir string) {
	t.Helper()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if err := os.CopyFS(dir, z); err != nil {
		t.Fatal(err)
	}
}
