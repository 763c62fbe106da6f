// Command proofpage writes docs/PROOF.md, from the counts in the file that is its
// argument, to standard output. "make prove" runs it.
package main

import (
	"bufio"
	"bytes"
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
	"hw4/tools/processor"
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
	var counts []proof.Count
	for _, what := range slices.Sorted(maps.Keys(byName)) {
		counts = append(counts, byName[what])
	}
	return withSum(counts), nil
}

// withSum puts the sum of what fuzz targets have counted behind the last of them.
func withSum(counts []proof.Count) []proof.Count {
	sum := proof.Count{
		What: "fuzz inputs, together",
		Note: "no panic and no allocation over the limit; every error says file, offset, field, what was found and what " +
			"was wanted",
	}
	behind := 0
	for i, c := range counts {
		if strings.HasPrefix(c.What, proof.Fuzzed) {
			behind, sum.Commit = i+1, c.Commit
			sum.Tried, sum.Failed, sum.Seconds = sum.Tried+c.Tried, sum.Failed+c.Failed, sum.Seconds+c.Seconds
		}
	}
	if behind == 0 {
		return counts
	}
	return slices.Insert(counts, behind, sum)
}

// write writes the page.
func write(out io.Writer, counts []proof.Count, now time.Time) error {
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "# What the long tests have counted\n\n")
	fmt.Fprintf(w, "Written by `make prove` on %s, on %s (%d cores, %s/%s, kernels for %s) with %s.\n\n",
		now.UTC().Format("2 January 2006, 15:04 UTC"), processor.Name(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH,
		kernel.ISA(), runtime.Version())
	fmt.Fprintf(w, "| what was tried | times | failed | minutes | commit |\n|---|---:|---:|---:|---|\n")
	for _, c := range counts {
		fmt.Fprintf(w, "| %s | %s | %s | %.1f | %s |\n", c.What, grouped(c.Tried), grouped(c.Failed), c.Seconds/60, c.Commit)
	}
	fmt.Fprintf(w, "\nNotes:\n\n")
	for _, c := range counts {
		if c.Note != "" {
			fmt.Fprintf(w, "- %s:\n  %s.\n", c.What, c.Note)
		}
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
