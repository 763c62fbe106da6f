package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hw4/internal/proof"
)

// The program is killed at random moments of training and of writing its
// checkpoint, and goes on, and may be killed again; it always ends with the report
// of the run that was never killed, in which are the weights' SHA-256 sums.
func TestKilledTrainingGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program many times")
	}
	p := build(t)
	for _, c := range []struct {
		what, args  string
		every       int
		slice, many int
	}{
		{"original LeNet-5", lenetArgs, 2, 8, 200},
		{"logistic regression, two losses", logisticArgs, 3, 12, 800},
	} {
		k := &killer{program: p, args: append(strings.Fields(c.args), "--every", fmt.Sprint(c.every)),
			rng: rand.New(rand.NewPCG(1, uint64(c.many)))}
		k.killMany(t, c.what, c.args, proof.Many(c.slice, c.many))
	}
}

// killer kills runs of one training.
type killer struct {
	program
	args    []string
	rng     *rand.Rand
	length  time.Duration // of a run
	kills   int
	writing int // of them while a checkpoint was being written
	early   int // of them before there was a checkpoint
	failed  int // runs that ended otherwise than they should have
}

// killMany kills the training so many times, and records how that went.
func (k *killer) killMany(t *testing.T, what, args string, kills int) {
	start := time.Now()
	want := k.whole(t, args)
	begun := time.Now()
	k.untilTheEnd(t, t.TempDir(), want)
	k.length = time.Since(begun)
	k.kills = 0
	for k.kills < kills {
		k.untilTheEnd(t, t.TempDir(), want)
	}
	proof.Record(t, proof.Count{
		What: "kill -9 of the training of the " + what + ", each resumed to the same final weights", Tried: int64(k.kills),
		Failed: int64(k.failed),
		Note: fmt.Sprintf("%d while a checkpoint was being written, %d before the first was there; a run takes %.2f s",
			k.writing, k.early, k.length.Seconds()),
		Seconds: proof.Since(start),
	})
}

// untilTheEnd starts a run in a folder, kills it, and goes on, every other time to
// be killed again, until it has ended.
func (k *killer) untilTheEnd(t *testing.T, dir string, want result) {
	t.Helper()
	for again := k.length > 0; again; again = k.rng.IntN(2) == 0 {
		if !k.kill(t, dir) {
			break // it was faster than usual
		}
	}
	got := run(t, k.next(dir))
	if err := got.same(want); err != nil {
		k.failed++
		t.Errorf("after a kill: %v", err)
	}
	if left := leftBehind(dir); left != "c c.previous" {
		t.Errorf("left behind: %s", left)
	}
}

// kill starts the next run and kills it after a random time. It reports whether
// that found it running.
func (k *killer) kill(t *testing.T, dir string) bool {
	cmd := k.next(dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Duration(k.rng.Int64N(int64(k.length))))
	cmd.Process.Kill()
	cmd.Wait()
	if cmd.ProcessState.Exited() {
		return false
	}
	k.kills++
	if _, err := os.Stat(filepath.Join(dir, "c.new")); err == nil {
		k.writing++
	}
	if _, err := os.Stat(filepath.Join(dir, "c")); err != nil {
		k.early++
	}
	return true
}

// next returns the command that begins or goes on.
func (k *killer) next(dir string) *exec.Cmd {
	args := append(slices.Clone(k.args), "--checkpoint", filepath.Join(dir, "c"))
	if _, err := os.Stat(filepath.Join(dir, "c")); err == nil {
		args = append(args, "--resume")
	}
	return k.command(args...)
}

// leftBehind returns the names of the files in a folder.
func leftBehind(dir string) string {
	entries, _ := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}
