package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// A cluster is a Slurm on this machine.
type cluster struct {
	*testing.T
	env []string
	dir string // of the sweep's logs
}

// startSlurm starts a Slurm of two nodes until the test ends, or skips the test.
func startSlurm(t *testing.T) *cluster {
	for _, name := range []string{"slurmctld", "slurmd", "munged"} {
		if _, err := exec.LookPath(name); err != nil || os.Getuid() != 0 {
			t.Skip("a Slurm of its own needs root, and on Debian: apt-get install slurm-wlm munge")
		}
	}
	dir, err := os.MkdirTemp("", "hw4-slurm-") // short, since it holds a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	c := &cluster{t, append(os.Environ(), "SLURM_CONF="+filepath.Join(dir, "slurm.conf")), t.TempDir()}
	script := func(action string) *exec.Cmd { return exec.Command("bash", "testdata/slurm.sh", action, dir) }
	t.Cleanup(func() { script("stop").Run() })
	start := script("start")
	start.Stderr = os.Stderr // and no pipe, which the daemons would keep open
	if err := start.Run(); err != nil {
		t.Fatal(err)
	}
	return c
}

// try runs a command of Slurm.
func (c *cluster) try(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Env, cmd.Dir = c.env, c.dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// do runs one that must succeed.
func (c *cluster) do(name string, args ...string) string {
	c.Helper()
	out, err := c.try(name, args...)
	if err != nil {
		c.Fatalf("%s %q: %v: %s", name, args, err, out)
	}
	return out
}

// until waits for a condition.
func (c *cluster) until(what string, holds func() bool) {
	c.Helper()
	for start := time.Now(); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Since(start) > 4*time.Minute {
			c.Fatalf("%s: not after 4 minutes\n%s", what, c.do("squeue", "--array"))
		}
	}
}

// submit starts the script and returns the number of its array.
func (c *cluster) submit(script string) string {
	c.do("bash", script)
	jobs := strings.Fields(c.do("squeue", "--noheader", "--format=%A %j"))
	for i := 1; i < len(jobs); i += 2 {
		if jobs[i] == "hw4-merge" {
			return regexp.MustCompile(`afterany:(\d+)`).FindStringSubmatch(c.do("scontrol", "show", "job", jobs[i-1]))[1]
		}
	}
	c.Fatalf("no merge among %q", jobs)
	return ""
}

// ended reports whether no job is left. Slurm lets a task that comes back wait for two
// minutes, which are cut short.
func (c *cluster) ended() bool {
	for _, task := range strings.Fields(c.do("squeue", "--noheader", "--array", "--states=PENDING", "--format=%i/%r")) {
		if id, waits := strings.CutSuffix(task, "/BeginTime"); waits {
			c.do("scontrol", "update", "jobid="+id, "StartTime=now")
		}
	}
	return c.do("squeue", "--noheader") == ""
}

// has reports whether a task is in a state.
func (c *cluster) has(state, task string) bool {
	return slices.Contains(strings.Fields(c.do("squeue", "--noheader", "--array", "--states="+state, "--format=%i")), task)
}

// An array of 8 tasks computes 200 cells. One task is killed, one put back into the queue,
// one told to end, and a node goes down and comes back. What they came to is, byte for
// byte, what one process computes.
func TestSweepOnSlurm(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a Slurm")
	}
	c := startSlurm(t)
	p := build(t)
	sweep, alone := filepath.Join(c.dir, "sweep"), filepath.Join(c.dir, "alone")
	plan := "sweep plan --model lenet --variants original,modern --epochs 6 --batch 20 --seeds 100 --dir "
	for _, dir := range []string{sweep, alone} {
		p.must(t, plan+dir)
	}
	p.must(t, "sweep run --dir "+alone)
	want := p.merged(t, alone)
	script := filepath.Join(c.dir, "sweep.sh")
	text := p.must(t, "sweep script slurm --tasks 8 --at-once 8 --cpus 2 --program "+p.path+" --dir "+sweep)
	if err := os.WriteFile(script, []byte(text), 0o777); err != nil {
		t.Fatal(err)
	}

	start := time.Now()
	job := c.submit(script)
	done := func() int {
		files, _ := filepath.Glob(filepath.Join(sweep, "results", "*.jsonl"))
		return len(files)
	}
	c.until("some results", func() bool { return done() >= 8 })
	tasks := strings.Fields(c.do("squeue", "--noheader", "--array", "--states=RUNNING", "--nodelist=n1", "--format=%i"))
	if len(tasks) < 2 {
		t.Fatalf("n1 has only the tasks %q", tasks)
	}
	c.do("scancel", "--signal=KILL", "--full", tasks[0])
	c.do("scontrol", "requeue", tasks[1])
	c.do("scontrol", "update", "nodename=n2", "state=down", "reason=test")
	c.until("n2 is down", func() bool { return strings.Contains(c.do("scontrol", "show", "node", "n2"), "State=DOWN") })
	c.do("scontrol", "update", "nodename=n2", "state=resume")
	c.until("task 4 runs", func() bool { return c.ended() || c.has("RUNNING", job+"_4") })
	time.Sleep(300 * time.Millisecond)
	c.try("scancel", "--signal=TERM", "--batch", job+"_4") // as before its time is up; it may have ended
	c.until("all tasks have ended", c.ended)
	states := c.do("scontrol", "show", "job", job)
	restarts := len(regexp.MustCompile(`Restarts=[1-9]`).FindAllString(states, -1))
	failed := len(regexp.MustCompile(`JobState=FAILED`).FindAllString(states, -1))
	before := done()
	if restarts+failed < 4 {
		t.Errorf("%d tasks were restarted and %d failed, of which 4 were disturbed\n%s", restarts, failed, states)
	}

	c.submit(script) // again, for what the killed task has left
	c.until("all tasks have ended", c.ended)
	t.Logf("%d restarted, %d failed, %d of 200 cells after the first time, %.0f s", restarts, failed, before,
		time.Since(start).Seconds())
	logs, _ := filepath.Glob(filepath.Join(c.dir, "hw4-merge-*.log"))
	last, _ := os.ReadFile(logs[len(logs)-1])
	if !strings.Contains(strings.Join(strings.Fields(string(last)), " "), "All 200 cells are merged") {
		t.Errorf("the last merge says %s", last)
	}
	if got := p.merged(t, sweep); got != want {
		t.Error("Slurm's merge is not that of one process")
	}
}

// must runs the program, which must succeed, and returns what it writes.
func (p program) must(t *testing.T, args string) string {
	t.Helper()
	r := run(t, exec.Command(p.path, append(strings.Fields(args), "--quiet", "--data", p.data)...))
	if r.code != 0 {
		t.Fatalf("hw4 %s: exit code %d: %s%s", args, r.code, r.stdout, r.stderr)
	}
	return r.stdout
}

// merged merges a sweep, all of which must be there, and returns both files.
func (p program) merged(t *testing.T, dir string) string {
	t.Helper()
	p.must(t, "sweep merge --dir "+dir)
	all := ""
	for _, name := range []string{"merged.tsv", "merged.jsonl"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all += fmt.Sprintf("%s:\n%s", name, content)
	}
	return all
}
