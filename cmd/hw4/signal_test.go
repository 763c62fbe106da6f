//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Ctrl-C, SIGTERM and a closed terminal write a checkpoint and print the command that goes on, which
// ends with the report of the run that was never interrupted.
func TestSignals(t *testing.T) {
	p := build(t)
	want := p.whole(t, lasting(logisticArgs, 200))
	for signal, code := range map[syscall.Signal]int{syscall.SIGHUP: 129, syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		dir := filepath.Join(t.TempDir(), "it's a folder")
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		got := p.interrupt(t, signal, filepath.Join(dir, "c"))
		lines := strings.Split(strings.TrimSpace(got.stderr), "\n")
		if got.code != code || got.stdout != "" || len(lines) != 3 || lines[0] != "hw4: interrupted" ||
			!strings.Contains(lines[1], "To continue:") {
			t.Fatalf("%v: exit code %d, want %d; output %q, messages\n%s", signal, got.code, code, got.stdout, got.stderr)
		}
		if left := leftBehind(dir); left != "c c.previous" {
			t.Errorf("%v left %s", signal, left)
		}
		resumed := run(t, exec.Command("sh", "-c", lines[2]))
		if err := resumed.same(want); err != nil {
			t.Errorf("%v: %s: %v", signal, lines[2], err)
		}
		if !strings.HasPrefix(resumed.stderr, "hw4: going on from ") {
			t.Errorf("%v: messages %q", signal, resumed.stderr)
		}
	}
}

// interrupt starts a training and sends it a signal when it has got as far as the
// first checkpoint.
func (p program) interrupt(t *testing.T, signal os.Signal, checkpoint string) result {
	t.Helper()
	cmd := p.command(append(strings.Fields(lasting(logisticArgs, 200)), "--checkpoint", checkpoint)...)
	var out, messages bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &messages
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if _, err := os.Stat(checkpoint + ".previous"); err == nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	return result{out.String(), messages.String(), cmd.ProcessState.ExitCode()}
}

// Where SIGHUP is ignored, as nohup has it, the training goes on to its end.
func TestIgnoredHangup(t *testing.T) {
	p := build(t)
	checkpoint := filepath.Join(t.TempDir(), "c")
	args := append(strings.Fields(logisticArgs), "--checkpoint", checkpoint)
	cmd := p.command(args...)
	deaf := exec.Command("sh", append([]string{"-c", `trap "" HUP; exec "$@"`, "sh"}, cmd.Args...)...)
	var out bytes.Buffer
	deaf.Stdout = &out
	if err := deaf.Start(); err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if _, err := os.Stat(checkpoint); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if err := deaf.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	deaf.Wait()
	if err := (result{out.String(), "", deaf.ProcessState.ExitCode()}).same(p.whole(t, logisticArgs)); err != nil {
		t.Error(err)
	}
}

// An instruction set that is not there is a mistake of the command line, whatever the
// command.
func TestUnknownInstructionSet(t *testing.T) {
	p := build(t)
	for _, args := range []string{"help", "--version", "pool", "conv --problem 1 --json"} {
		cmd := exec.Command(p.path, strings.Fields(args)...)
		cmd.Env = append(os.Environ(), "HW4_ISA=GENERIK")
		got := run(t, cmd)
		if got.code != 2 || got.stdout != "" || strings.Count(got.stderr, "\n") != 1 ||
			!strings.HasSuffix(got.stderr, " (did you mean generic?)\n") {
			t.Errorf("hw4 %s: %+v", args, got)
		}
	}
}
