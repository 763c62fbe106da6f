// Command mutate checks the tests: it makes small mistakes in the source, one at a time,
// and runs the tests, which must notice each. The files stay as they are; the mistakes are overlays of
// "go test".
//
// Mistakes are operators taken for others, negations left out, constants that are
// one too large, assignments, calls and sums left out, refusals that refuse
// nothing, and arguments in the wrong order. A few of them change nothing that
// could be noticed. These stand in a list with the reason.
//
//	go -C tools run ./mutate -files tensor/npy -n 20
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	c := check{root: ".."} // "go -C tools run" starts it in tools
	flag.Uint64Var(&c.seed, "seed", seed, "which mutants are tried first")
	flag.IntVar(&c.perFile, "n", perFile, "mutants of each file")
	flag.StringVar(&c.filter, "files", "", "only files with this in their path")
	flag.IntVar(&c.workers, "p", 2, "tests at a time")
	verbose := flag.Bool("v", false, "list what was caught as well")
	output := flag.Bool("output", false, "show what the tests said")
	flag.Parse()
	c.report = func(m mutant, o outcome, out []byte) {
		if o == survived || *verbose {
			fmt.Printf("%v: %v\n", o, m)
		}
		if *output {
			os.Stdout.Write(out)
		}
	}
	if c.workers < 1 || c.perFile < 1 {
		log.Fatal("want at least 1 for -n and -p")
	}
	counts, err := c.run()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(summary(counts))
	if counts[survived] > 0 {
		os.Exit(1)
	}
}

// What is tried unless the flags say otherwise.
const (
	seed    = 1
	perFile = 4
)

// summary says how many mutants there were.
func summary(counts map[outcome]int) string {
	return fmt.Sprintf("%d mutants: %d caught, %d survived; besides, %d did not compile and %d change nothing",
		counts[caught]+counts[survived], counts[caught], counts[survived], counts[uncompiled], counts[harmless])
}
