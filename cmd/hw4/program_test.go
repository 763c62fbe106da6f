package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/datatest"
)

// The tests of this package start the program itself, and end it in every way
// that it can be ended.

// program is a compiled hw4 and a small data set for it.
type program struct {
	path string
	data string
}

// build compiles the program, with the flags of 'go build'.
func build(t *testing.T, flags ...string) program {
	t.Helper()
	p := program{path: filepath.Join(t.TempDir(), "hw4.exe"), data: t.TempDir()}
	args := append([]string{"build", "-o", p.path}, flags...)
	if out, err := exec.Command("go", append(args, ".")...).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	if err := datatest.Write(p.data, data.MNIST{Train: squares(240), Test: squares(60)}); err != nil {
		t.Fatal(err)
	}
	return p
}

// squares returns images of ten classes, squares in ten places with noise on them.
func squares(n int) *data.Set {
	rng := rand.New(rand.NewPCG(uint64(n), 0))
	return datatest.Set(n, []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, func(i, p int) byte {
		v, class := rng.IntN(100), i%10
		if y, x := p/28, p%28; y/10 == class/4 && x/7 == class%4 {
			v += 150
		}
		return byte(v)
	})
}

// The trainings that are interrupted.
const (
	lenetArgs    = "lenet --train --arch original --epochs 2 --batch 20"
	logisticArgs = "train --loss both --seeds 1 --epochs 4 --batch 5"
)

// lasting returns the arguments of a training with another number of epochs.
func lasting(args string, epochs int) string {
	return regexp.MustCompile(`--epochs [0-9]+`).ReplaceAllString(args, fmt.Sprint("--epochs ", epochs))
}

// command returns the program with arguments, for the data set.
func (p program) command(args ...string) *exec.Cmd {
	return exec.Command(p.path, append(args, "--quiet", "--details", "--data", p.data)...)
}

// A result is what a run has written and its exit code.
type result struct {
	stdout, stderr string
	code           int
}

// run runs a command to its end.
func run(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	if e := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(e)
	}
	return result{out.String(), err.String(), cmd.ProcessState.ExitCode()}
}

// whole returns the result of a training that nothing interrupts, which must have
// something to lose.
func (p program) whole(t *testing.T, args string) result {
	t.Helper()
	r := run(t, p.command(strings.Fields(args)...))
	if r.code > 1 || !strings.Contains(r.stdout, "final weights of") || !strings.Contains(r.stdout, "Problem") {
		t.Fatalf("exit code %d: %s%s", r.code, r.stdout, r.stderr)
	}
	return r
}

// same returns how two results differ.
func (r result) same(want result) error {
	if r.code != want.code || r.stdout != want.stdout {
		return fmt.Errorf("exit code %d, want %d; messages %q; output\n%s\nwant\n%s", r.code, want.code, r.stderr,
			r.stdout, want.stdout)
	}
	return nil
}
