package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hw4/internal/proof"
)

// sweepPlans are cells of both models, which a few processes may share.
func (p program) sweepPlan(t *testing.T, dir string) {
	t.Helper()
	plan := filepath.Join(t.TempDir(), "plan.toml")
	text := `[[grid]]
model = "lenet"
variants = ["original", "modern"]
epochs = [6]
batch = [20]
seeds = 2

[[grid]]
model = "logistic"
lr = [0.01, 0.1]
epochs = [2, 4]
batch = [5]
seeds = 23
`
	if err := os.WriteFile(plan, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	p.must(t, "sweep plan --plan "+plan+" --dir "+dir)
}

// A sweep is killed at random moments of its cells and of writing their files, and begun
// again. Nothing that was done is lost or done twice, and the merge is that of a sweep
// that was never killed.
func TestKilledSweepGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program many times")
	}
	start := time.Now()
	p := build(t)
	alone := filepath.Join(t.TempDir(), "alone")
	p.sweepPlan(t, alone)
	begun := time.Now()
	p.must(t, "sweep run --pause 0 --dir "+alone)
	length := time.Since(begun)
	want := p.merged(t, alone)
	rng := rand.New(rand.NewPCG(1, 2))
	kills, writing, failed := 0, 0, 0
	for wanted := proof.Many(8, 200); kills < wanted; {
		dir := filepath.Join(t.TempDir(), "sweep")
		p.sweepPlan(t, dir)
		done := make(map[string]string)
		for again := true; again && kills < wanted; again = rng.IntN(4) > 0 {
			cmd := exec.Command(p.path, "sweep", "run", "--pause", "0", "--dir", dir, "--quiet", "--data", p.data)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(rng.Int64N(int64(length))))
			cmd.Process.Kill()
			cmd.Wait()
			if !cmd.ProcessState.Exited() {
				kills++
			} else { // little was left, or the first one ran beside others
				length -= length / 8
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*", "*.new")); left != nil {
				writing++
			}
			failed += p.stillThere(t, dir, done)
		}
		p.must(t, "sweep run --pause 0 --dir "+dir)
		failed += p.stillThere(t, dir, done)
		if got := p.merged(t, dir); got != want {
			failed++
			t.Error("the merge is not that of a sweep that was never killed")
		}
		if left := leftBehind(filepath.Join(dir, "checkpoints")); left != "" {
			t.Errorf("left behind: %s", left)
		}
	}
	proof.Record(t, proof.Count{What: "kill -9 of a sweep, each begun again to the same merge", Tried: int64(kills),
		Failed: int64(failed), Seconds: proof.Since(start),
		Note: fmt.Sprintf("%d while a result or a checkpoint was being written", writing)})
}

// stillThere checks that the results that were there are the same files, remembers those
// that are there, and returns how many are not what they were.
func (p program) stillThere(t *testing.T, dir string, done map[string]string) (lost int) {
	t.Helper()
	for path, was := range done {
		if is, _ := os.ReadFile(path); string(is) != was {
			lost++
			t.Errorf("%s was lost or written again", path)
		}
	}
	paths, _ := filepath.Glob(filepath.Join(dir, "results", "*.jsonl"))
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		done[path] = string(content)
	}
	return lost
}

// Two processes with the same shard share its cells: each is computed once.
func TestTwoProcessesOnOneShard(t *testing.T) {
	p := build(t)
	dir := filepath.Join(t.TempDir(), "sweep")
	p.sweepPlan(t, dir)
	var outputs [2]bytes.Buffer
	var processes []*exec.Cmd
	for i := range outputs {
		cmd := exec.Command(p.path, "sweep", "run", "--shard", "0/1", "--dir", dir, "--data", p.data, "--quiet")
		cmd.Stdout, cmd.Stderr = &outputs[i], &outputs[i]
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		processes = append(processes, cmd)
	}
	computed := 0
	for i, cmd := range processes {
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %s", err, outputs[i].String())
		}
		var all, here int
		if _, err := fmt.Sscanf(outputs[i].String(), "Of %d cells, %d are computed", &all, &here); err != nil {
			t.Errorf("%v: %s", err, outputs[i].String())
		}
		computed += here
	}
	if results := strings.Fields(leftBehind(filepath.Join(dir, "results"))); computed != len(results) {
		t.Errorf("%d cells computed, and there are %d results", computed, len(results))
	}
	alone := filepath.Join(t.TempDir(), "alone")
	p.sweepPlan(t, alone)
	p.must(t, "sweep run --dir "+alone)
	p.must(t, "sweep run --dir "+dir) // what one has left to the other is done
	if p.merged(t, dir) != p.merged(t, alone) {
		t.Error("the merge is not that of one process")
	}
}
