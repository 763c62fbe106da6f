package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hw4/internal/cli"
)

// An interrupted training prints the command that goes on as a shell reads it,
// with what the environment had a part in; the signal decides the exit code.
func TestCommandThatGoesOn(t *testing.T) {
	dir := tinyMNIST(t)
	for _, c := range []struct {
		cause error
		code  int
	}{{nil, cli.ExitCanceled}, {cli.Signal{Signal: os.Interrupt}, cli.ExitCanceled},
		{cli.Signal{Signal: syscall.SIGTERM}, cli.ExitTerminated}} {
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(c.cause)
		checkpoint := filepath.Join(t.TempDir(), "a b")
		var out, err bytes.Buffer
		args := []string{"train", "--loss", "kl", "--checkpoint", checkpoint, "-q", "--details"}
		code := cli.Main(ctx, args, cli.Stdio{Out: &out, Err: &err, Name: "./bin/hw4", Getenv: func(key string) string {
			return map[string]string{"HW4_DATA": dir}[key]
		}})
		want := "hw4: interrupted\nhw4: " + checkpoint + " holds KL divergence, the start. To continue:\n" +
			"./bin/hw4 train --loss kl --checkpoint '" + checkpoint + "' -q --details --data " + dir + " --resume\n"
		if code != c.code || err.String() != want || out.Len() > 0 {
			t.Errorf("%v: exit code %d, want %d; wrote %q and\n%s\nwant\n%s", c.cause, code, c.code, out.String(),
				err.String(), want)
		}
		stdout, stderr, code := hw4(t, append(args, "--data", dir, "--resume")...)
		if code != 0 && code != 1 || stderr != "hw4: going on from KL divergence, the start\n" ||
			!strings.Contains(stdout, "final weights of") {
			t.Errorf("going on: exit code %d, wrote %q and %q", code, stdout, stderr)
		}
	}
}

// A checkpoint that is past the last epoch is not gone on from.
func TestCheckpointPastTheEnd(t *testing.T) {
	checkpoint, dir := filepath.Join(t.TempDir(), "c"), tinyMNIST(t)
	args := []string{"lenet", "--train", "-q", "--batch", "5", "--data", dir, "--checkpoint", checkpoint}
	hw4(t, append(args, "--epochs", "2")...)
	_, stderr, code := hw4(t, append(args, "--epochs", "1", "--resume")...)
	if code != cli.ExitInput || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "past epoch 1") {
		t.Errorf("exit code %d: %q", code, stderr)
	}
}

// A training that diverges leaves a checkpoint of before, and says so.
func TestDivergedWithCheckpoint(t *testing.T) {
	checkpoint := filepath.Join(t.TempDir(), "c")
	_, stderr,
		code := hw4(t, "lenet", "--train", "--epochs", "1", "--lr", "1e38", "--batch", "10", "-q", "--data", tinyMNIST(t),
		"--checkpoint", checkpoint)
	if code != cli.ExitDiverged || !strings.Contains(stderr, "training diverged: ") ||
		!strings.HasSuffix(stderr, "hw4: "+checkpoint+" holds LeNet-5 (original), the start\n") {
		t.Errorf("exit code %d, wrote %q", code, stderr)
	}
}
