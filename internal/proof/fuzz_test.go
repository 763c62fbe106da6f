package proof_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"hw4/internal/proof"
)

const root = "../.."

// The fuzz targets of the readers, and how many million inputs each gets for the
// proof: as many as it manages in two minutes or three, a hundred in all.
var targets = []struct {
	name     string
	millions int
}{
	{"data.FuzzIDX", 9},
	{"data.FuzzReadImage", 9},
	{"data.FuzzReadDigit", 8},
	{"internal/checkpoint.FuzzDecode", 10},
	{"internal/homework.FuzzReadFilter", 1},
	{"internal/problems/backprop.FuzzRead", 2},
	{"internal/strict.FuzzJSON", 12},
	{"tensor/npy.FuzzRead", 16},
	{"tensor/npy.FuzzReadZip", 16},
	{"tensor/safetensors.FuzzRead", 20},
}

// Whatever bytes a reader is given, it does not panic and allocates no more than
// its limit: stricttest.Read sees to that in each target.
func TestReadersOnInventedFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("fuzzes for 20 seconds")
	}
	const slice = 75 // the part of the inputs that every run of the tests tries
	bin, start := t.TempDir(), time.Now()
	all := proof.Count{What: "fuzz inputs, all in all", Note: "no panic, no allocation over the limit, no error without file, offset, field, found and wanted"}
	for _, target := range targets {
		pkg, name, _ := strings.Cut(target.name, ".")
		program := filepath.Join(bin, path.Base(pkg))
		if _, err := os.Stat(program); err != nil {
			if out, err := exec.Command("go", "test", "-c", "-fuzz", ".", "-o", program, "hw4/"+pkg).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		}
		c := fuzz(t, program, pkg, name, proof.Many(target.millions*1e6/slice, target.millions*1e6))
		all.Tried += c.Tried
		all.Failed += c.Failed
	}
	all.Seconds = proof.Since(start)
	proof.Record(t, all)
}

// fuzz runs a target in its package's folder, where it writes what fails, but keeps
// what it finds worth trying out of the user's cache. A process on each core runs
// the target; with one thread each they do not wait for each other.
func fuzz(t *testing.T, program, pkg, name string, inputs int) proof.Count {
	start := time.Now()
	cmd := exec.Command(program, "-test.run=^$", "-test.fuzz=^"+name+"$", fmt.Sprintf("-test.fuzztime=%dx", inputs),
		"-test.fuzzminimizetime=1x", "-test.fuzzcachedir="+t.TempDir(), fmt.Sprintf("-test.parallel=%d", runtime.GOMAXPROCS(0)))
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	cmd.Dir = filepath.Join(root, pkg)
	out, err := cmd.CombinedOutput()
	c := proof.Count{What: fmt.Sprintf("fuzz inputs of %s.%s", pkg, name), Tried: executed(out), Seconds: proof.Since(start)}
	if err != nil {
		c.Failed = 1
		t.Errorf("%s.%s: %v\n%s", pkg, name, err, out)
	} else if c.Tried < int64(inputs) {
		t.Errorf("%s.%s: %d inputs, want %d\n%s", pkg, name, c.Tried, inputs, out)
	}
	proof.Record(t, c)
	return c
}

// executed returns the number of inputs that a fuzzing program has said it tried.
func executed(out []byte) int64 {
	last := bytes.LastIndex(out, []byte("execs: "))
	if last < 0 {
		return 0
	}
	n, _ := strconv.ParseInt(string(regexp.MustCompile(`[0-9]+`).Find(out[last:])), 10, 64)
	return n
}

// No fuzz target of a reader is left out.
func TestTargetsAreComplete(t *testing.T) {
	listed := make(map[string]bool)
	for _, target := range targets {
		listed[target.name] = true
	}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(text, []byte("stricttest.Read")) {
			return err
		}
		pkg, err := filepath.Rel(root, filepath.Dir(file))
		for _, f := range regexp.MustCompile(`(?m)^func (Fuzz\w+)`).FindAllSubmatch(text, -1) {
			name := filepath.ToSlash(pkg) + "." + string(f[1])
			if !listed[name] {
				t.Errorf("%s is not among the targets", name)
			}
			delete(listed, name)
		}
		return err
	})
	if err != nil || len(listed) > 0 {
		t.Errorf("%v, and there are no targets %v", err, listed)
	}
}
