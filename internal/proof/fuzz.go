package proof

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Fuzzed begins what a Count of Fuzz says that was tried.
const Fuzzed = "fuzz inputs of "

// slice is the part of the inputs that every run of the tests tries.
const slice = 75

// Fuzz runs a fuzz target of the package under test: for the proof with as many
// inputs as it is told, and in every other run with a slice of them.
//
// The slice is tried by the test's own program and so costs no compiling, and begins
// with the target's own examples. For the proof the target is compiled once more in
// the way of "go test -fuzz", so that the inputs follow what the code makes of them.
func Fuzz(t *testing.T, target string, inputs int) {
	t.Helper()
	if testing.Short() {
		t.Skip("fuzzes for some seconds")
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tries := Many(inputs/slice, inputs)
	if Wanted() {
		program = filepath.Join(t.TempDir(), "fuzz")
		if out, err := exec.Command("go", "test", "-c", "-fuzz", ".", "-o", program).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	start := time.Now()
	out, err := fuzz(t, program, target, tries)
	c := Count{What: Fuzzed + under() + "." + target, Tried: executed(out), Seconds: Since(start)}
	if err != nil {
		c.Failed = 1
		t.Errorf("%s: %v\n%s", target, err, out)
	} else if c.Tried < int64(tries) {
		t.Errorf("%s: %d inputs, want %d\n%s", target, c.Tried, tries, out)
	}
	Record(t, c)
}

// fuzz runs a target in the package's folder, where it writes what fails, but keeps
// what it finds worth trying out of the user's cache. A process on each core runs
// the target; with one thread each they do not wait for each other.
func fuzz(t *testing.T, program, target string, tries int) ([]byte, error) {
	cmd := exec.Command(program, "-test.run=^$", "-test.fuzz=^"+target+"$", fmt.Sprintf("-test.fuzztime=%dx", tries),
		"-test.fuzzminimizetime=1x", "-test.fuzzcachedir="+t.TempDir(),
		fmt.Sprintf("-test.parallel=%d", runtime.GOMAXPROCS(0)))
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	return cmd.CombinedOutput()
}

// under names the package under test, without the module.
func under() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "?"
	}
	_, pkg, _ := strings.Cut(strings.TrimSuffix(info.Path, ".test"), "/")
	return pkg
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
