package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"hw4/internal/proof"
)

// An outcome is what the tests make of a mutant.
type outcome int

const (
	caught outcome = iota
	survived
	uncompiled
	harmless // as the list says
)

func (o outcome) String() string {
	return [...]string{"caught", "survived", "does not compile", "changes nothing"}[o]
}

// A check is a run of mutants against the tests.
type check struct {
	root    string // of the module
	seed    uint64
	perFile int    // mutants of a file that compile
	filter  string // what the files' names contain
	workers int
	report  func(m mutant, o outcome, output []byte) // called by one goroutine at a time

	patience map[string]time.Duration // how long tests may take
}

// run tries all mutants and counts the outcomes. Without a mistake the tests must
// pass, or all that follows would mean nothing.
func (c *check) run() (map[outcome]int, error) {
	jobs, err := c.jobs()
	if err != nil {
		return nil, err
	}
	c.patience = make(map[string]time.Duration)
	for _, j := range jobs {
		if c.patience[j.tests] > 0 {
			continue
		}
		c.patience[j.tests] = time.Hour
		out, ok := c.test(j, strings.Fields(j.tests), "", "")
		if !ok {
			return nil, fmt.Errorf("the tests of %s fail without any mistake:\n%s", j.file, out)
		}
		c.patience[j.tests] = 5*time.Second + 4*longest(out)
	}
	queue := make(chan job)
	counts := make(map[outcome]int)
	var first error
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range c.workers {
		wg.Go(func() {
			for j := range queue {
				err := c.each(j, func(m mutant, o outcome, out []byte) {
					mu.Lock()
					defer mu.Unlock()
					counts[o]++
					c.report(m, o, out)
				})
				if err != nil {
					mu.Lock()
					first = err
					mu.Unlock()
				}
			}
		})
	}
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	wg.Wait()
	return counts, first
}

// longest returns the longest time that go test says a package took.
func longest(output []byte) (d time.Duration) {
	for _, m := range regexp.MustCompile(`(?m)^ok\s+\S+\s+([0-9.]+s)$`).FindAllSubmatch(output, -1) {
		if took, err := time.ParseDuration(string(m[1])); err == nil {
			d = max(d, took)
		}
	}
	return d
}

// each tries the mutants of a file.
func (c *check) each(j job, report func(mutant, outcome, []byte)) error {
	src, err := os.ReadFile(filepath.Join(c.root, filepath.FromSlash(j.file)))
	if err != nil {
		return err
	}
	all, err := mutants(j.file, src)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	tried := 0
	for _, m := range chosen(all, c.seed) {
		if tried == c.perFile {
			break
		}
		if m.listed() {
			report(m, harmless, nil)
			continue
		}
		overlay, err := c.overlay(dir, m, src)
		if err != nil {
			return err
		}
		o, out := c.outcome(j, overlay)
		report(m, o, out)
		if o != uncompiled {
			tried++
		}
	}
	return nil
}

// listed reports whether a mutant is on the list of those that change nothing.
func (m mutant) listed() bool {
	for _, e := range equivalent {
		if e.file == m.file && e.line == m.now {
			return true
		}
	}
	return false
}

// overlay writes a mutant and the file that puts it into its place for go test.
func (c *check) overlay(dir string, m mutant, src []byte) (string, error) {
	root, err := filepath.Abs(c.root)
	if err != nil {
		return "", err
	}
	changed, overlay := filepath.Join(dir, "mutant.go"), filepath.Join(dir, "overlay.json")
	replaced := filepath.Join(root, filepath.FromSlash(m.file))
	content, err := json.Marshal(map[string]map[string]string{"Replace": {replaced: changed}})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(changed, m.applied(src), 0o644); err != nil {
		return "", err
	}
	return overlay, os.WriteFile(overlay, content, 0o644)
}

// outcome runs the tests on a mutant: those of the first package, and if they
// notice nothing those of the others.
func (c *check) outcome(j job, overlay string) (outcome, []byte) {
	tags := []string{""}
	if j.purego {
		tags = append(tags, "purego")
	}
	tests := strings.Fields(j.tests)
	for _, tag := range tags {
		for _, pkgs := range [][]string{tests[:1], tests[1:]} {
			if len(pkgs) == 0 {
				continue
			}
			out, ok := c.test(j, pkgs, tag, overlay)
			if bytes.Contains(out, []byte("[build failed]")) {
				return uncompiled, out
			}
			if !ok {
				return caught, out
			}
		}
	}
	return survived, nil
}

// limited runs a test with 16 GB of addresses, since a mistake may ask for any
// amount of memory.
const limited = `sh -c 'ulimit -v 16000000; exec "$0" "$@"'`

// test runs the tests of packages. A loop without an end fails.
func (c *check) test(j job, pkgs []string, tags, overlay string) (output []byte, ok bool) {
	args := slices.Concat([]string{"test", "-short", "-count=1", "-failfast", "-vet=off",
		"-timeout=" + c.patience[j.tests].String(), "-exec=" + limited, "-tags=" + tags, "-overlay=" + overlay}, pkgs)
	cmd := exec.Command("go", args...)
	cmd.Dir = c.root
	cmd.Env = append(os.Environ(), proof.Variable+"=") // the long tests would take days
	out, err := cmd.CombinedOutput()
	return out, err == nil
}
