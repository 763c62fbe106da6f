//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What may be wrong with the place of the checkpoint, tried with the system's own
// errors: one line says it, the checkpoint is whole, and the run goes on from it
// when the place is right again.

// stopped checks a run that has stopped with a message, then goes on from the
// checkpoint and checks that nothing is lost.
func (p program) stopped(t *testing.T, got result, code int, say, checkpoint string) {
	t.Helper()
	if got.code != code || got.stdout != "" || !strings.Contains(got.stderr, say) ||
		strings.Contains(got.stderr, "goroutine") {
		t.Errorf("exit code %d, want %d; output %q; messages, which should say %q:\n%s", got.code, code, got.stdout, say,
			got.stderr)
	}
	resumed := run(t, p.command(append(strings.Fields(lenetArgs), "--checkpoint", checkpoint, "--resume")...))
	if err := resumed.same(p.whole(t, lenetArgs)); err != nil {
		t.Errorf("going on: %v", err)
	}
}

// begin writes a checkpoint of the first epoch.
func (p program) begin(t *testing.T, checkpoint string) {
	t.Helper()
	if r := run(t,
		p.command(append(strings.Fields(lasting(lenetArgs, 1)), "--checkpoint",
			checkpoint)...)); !strings.Contains(r.stdout, "final weights") {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
}

func TestFileSizeLimit(t *testing.T) {
	p := build(t)
	checkpoint := filepath.Join(t.TempDir(), "c")
	p.begin(t, checkpoint)
	cmd := p.command(append(strings.Fields(lenetArgs), "--checkpoint", checkpoint, "--resume")...)
	limited := exec.Command("sh", append([]string{"-c", `ulimit -f 100; exec "$@"`, "sh"}, cmd.Args...)...)
	p.stopped(t, run(t, limited), 4, "c cannot be written: file too large", checkpoint)
	if left := leftBehind(filepath.Dir(checkpoint)); left != "c c.previous" {
		t.Errorf("left behind: %s", left)
	}
}

// A small file system in memory, full and then read-only. Mounting it is for root.
func TestFullAndReadOnly(t *testing.T) {
	p := build(t)
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=900k", "hw4-test", dir).CombinedOutput(); err != nil {
		t.Skipf("mounting a tmpfs needs root on Linux: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	checkpoint, filler := filepath.Join(dir, "c"), filepath.Join(dir, "filler")
	p.begin(t, checkpoint)
	f, err := os.Create(filler)
	for err == nil { // the rest of the space
		_, err = f.Write(make([]byte, 4<<10))
	}
	f.Close()
	args := append(strings.Fields(lenetArgs), "--checkpoint", checkpoint, "--resume")
	got := run(t, p.command(args...))
	os.Remove(filler)
	p.stopped(t, got, 4, "c cannot be written: no space left on device", checkpoint)

	if out, err := exec.Command("mount", "-o", "remount,ro", dir).CombinedOutput(); err != nil {
		t.Skipf("%v: %s", err, out)
	}
	got = run(t, p.command(args...))
	if out, err := exec.Command("mount", "-o", "remount,rw", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	p.stopped(t, got, 4, "read-only file system", checkpoint)
}

func TestFolderWithoutPermission(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	p := build(t)
	dir := t.TempDir()
	p.begin(t, filepath.Join(dir, "c"))
	os.Chmod(dir, 0o555)
	got := run(t, p.command(append(strings.Fields(lenetArgs), "--checkpoint", filepath.Join(dir, "c"), "--resume")...))
	os.Chmod(dir, 0o755)
	p.stopped(t, got, 4, "permission denied", filepath.Join(dir, "c"))
}

// While a run is under way its checkpoint is replaced by a folder, and another run
// wants the same checkpoint.
func TestFolderInPlaceAndTwoRuns(t *testing.T) {
	p := build(t)
	checkpoint := filepath.Join(t.TempDir(), "c")
	long := append(strings.Fields(lasting(lenetArgs, 100000)), "--checkpoint", checkpoint)
	cmd := p.command(long...)
	var messages bytes.Buffer
	cmd.Stderr = &messages
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		if _, err := os.Stat(checkpoint + ".previous"); err == nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	second := run(t, p.command(append(long, "--resume")...))
	if second.code != 4 || second.stdout != "" || !strings.Contains(second.stderr, "another run is using it: process ") {
		t.Errorf("a second run: %+v", second)
	}
	for { // until no checkpoint comes between the two steps
		os.Remove(checkpoint)
		if err := os.Mkdir(checkpoint, 0o755); err == nil {
			break
		}
	}
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 4 ||
		!strings.Contains(messages.String(), "c cannot be written: it is a folder, want a regular file") {
		t.Errorf("a folder in its place: exit code %d: %s", code, messages.String())
	}
	os.Remove(checkpoint)
	resumed := run(t, p.command(append(strings.Fields(lasting(lenetArgs, 1)), "--checkpoint", checkpoint, "--resume")...))
	if resumed.code == 0 || !strings.Contains(resumed.stderr, "no such file or directory; going on from the previous "+
		"checkpoint, "+checkpoint+".previous") {
		t.Errorf("the previous checkpoint: %+v", resumed)
	}
}

// A disk that is full ends a sweep with one line, and what was done stays whole.
func TestSweepOnFullDisk(t *testing.T) {
	p := build(t)
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=200k", "hw4-test", dir).CombinedOutput(); err != nil {
		t.Skipf("mounting a tmpfs needs root on Linux: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	p.must(t, "sweep plan --model logistic --seeds 2000 --epochs 1 --dir "+dir)
	got := run(t, p.command("sweep", "run", "--dir", dir))
	if got.code != 4 || !strings.HasSuffix(got.stderr, "no space left on device\n") ||
		strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("exit code %d: %s", got.code, got.stderr)
	}
	got = run(t, p.command("sweep", "status", "--dir", dir))
	var cells, done, diverged, running, failed, missing int
	_, numbers, _ := strings.Cut(got.stdout, "missing\n    -----  ----  --------  -------  ------  -------\n")
	if _, err := fmt.Sscan(numbers, &cells, &done, &diverged, &running, &failed, &missing); err != nil || got.code != 0 {
		t.Fatalf("exit code %d, %v: %s%s", got.code, err, got.stdout, got.stderr)
	}
	if cells != 200 || done < 5 || running+failed != 0 || done+missing != cells {
		t.Errorf("the status says %s", numbers)
	}
}
