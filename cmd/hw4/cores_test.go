package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hw4/internal/proof"
)

// The same seed gives the same report, in which are the weights' SHA-256 sums, on
// any number of cores.
func TestReportDoesNotDependOnCores(t *testing.T) {
	p := build(t)
	start, runs := time.Now(), 0
	for _, args := range []string{lenetArgs, strings.Replace(lenetArgs, "original", "modern", 1), logisticArgs} {
		want := p.whole(t, args)
		for _, cores := range []int{1, 2, 3, 8} {
			cmd := p.command(strings.Fields(args)...)
			cmd.Env = append(os.Environ(), fmt.Sprintf("GOMAXPROCS=%d", cores))
			if err := run(t, cmd).same(want); err != nil {
				t.Errorf("hw4 %s on %d cores: %v", args, cores, err)
			}
			runs++
		}
	}
	proof.Record(t, proof.Count{What: "training with GOMAXPROCS 1, 2, 3 and 8, to the same final weights",
		Tried: int64(runs), Seconds: proof.Since(start)})
}

// And so it does when the race detector watches, which finds nothing.
func TestReportIsTheSameWithRaceDetector(t *testing.T) {
	if !proof.Wanted() {
		t.Skip("compiles everything anew; part of make prove")
	}
	start := time.Now()
	p, watched := build(t), build(t, "-race")
	args := strings.Fields(lenetArgs)
	want := p.whole(t, lenetArgs)
	watched.data = p.data
	if err := run(t, watched.command(args...)).same(want); err != nil {
		t.Error(err)
	}
	kept := append(args, "--checkpoint", filepath.Join(t.TempDir(), "c"))
	if err := run(t, watched.command(kept...)).same(want); err != nil {
		t.Error(err)
	}
	if err := run(t, p.command(append(kept, "--resume")...)).same(want); err != nil {
		t.Error(err)
	}
	proof.Record(t, proof.Count{What: "training with the race detector on, to the same final weights as without",
		Tried: 2, Seconds: proof.Since(start)})
}
