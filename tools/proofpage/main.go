// Command proofpage writes docs/PROOF.md, from the counts in the file that is its
// argument, to standard output. "make prove" runs it.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"hw4/internal/kernel"
	"hw4/internal/proof"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: proofpage FILE")
	}
	file, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	counts, err := read(file)
	if err != nil {
		log.Fatalf("%s: %v", os.Args[1], err)
	}
	if err := write(os.Stdout, counts, time.Now()); err != nil {
		log.Fatal(err)
	}
}

// read returns the counts in a file, and the sum of those of fuzz targets, in the
// order of their names. Of several of one name, from a part that was repeated, the
// last counts.
func read(file []byte) ([]proof.Count, error) {
	byName := make(map[string]proof.Count)
	for line := range bytes.Lines(file) {
		var c proof.Count
		if err := json.Unmarshal(line, &c); err != nil {
			return nil, err
		}
		byName[c.What] = c
	}
	sum := proof.Count{What: "fuzz inputs, all in all",
		Note: "no panic, no allocation over the limit, no error without file, offset, field, found and wanted"}
	for _, what := range slices.Sorted(maps.Keys(byName)) {
		c := byName[what]
		if strings.HasPrefix(what, proof.Fuzzed) {
			sum.Tried, sum.Failed, sum.Seconds, sum.Commit = sum.Tried+c.Tried, sum.Failed+c.Failed, sum.Seconds+c.Seconds, c.Commit
		}
	}
	if sum.Tried > 0 {
		byName[sum.What] = sum
	}
	return slices.SortedFunc(maps.Values(byName), func(a, b proof.Count) int { return cmp.Compare(a.What, b.What) }), nil
}

// write writes the page.
func write(out io.Writer, counts []proof.Count, now time.Time) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "# What the long tests have counted\n\n")
	fmt.Fprintf(w, "Written by `make prove` on %s, on %s (%d cores, %s/%s, kernels for %s) with %s.\n\n",
		now.UTC().Format("2 January 2006, 15:04 UTC"), processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, kernel.ISA(), runtime.Version())
	fmt.Fprintf(w, "| tried | how often | went wrong | minutes | at commit | besides |\n|---|---:|---:|---:|---|---|\n")
	for _, c := range counts {
		fmt.Fprintf(w, "| %s | %s | %s | %.1f | %s | %s |\n", c.What, grouped(c.Tried), grouped(c.Failed), c.Seconds/60, c.Commit, c.Note)
	}
	return w.Flush()
}

// grouped returns a number with a comma before every third digit.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// processor names the machine.
func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo") // Linux only
	for line := range strings.Lines(string(info)) {
		if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "an unknown processor"
}
