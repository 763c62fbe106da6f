// Command mca asks llvm-mca how many multiply-adds the inner loops for arm64 do in a
// cycle on the models of some cores, and prints a table for docs/speed.md.
//
//	make bench-mca
package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// A core is one that llvm-mca has a model of.
type core struct {
	name  string
	pipes float64 // of the model, for multiply-adds
}

var cores = []core{{"neoverse-n1", 2}, {"neoverse-v2", 4}, {"apple-m1", 3}}

// loops are the kernels to ask about, and what of LeNet-5 or of large products they do.
var loops = []struct{ kernel, does string }{
	{"gemm4x6", "large products"},
	{"gemm4x5", "gradients of C5 and F6"},
	{"gemm3x5", ""},
	{"gemm2x6", ""},
	{"grid5x5", "C3, and its gradient by the weights"},
	{"grid5x4", ""},
	{"grid4x4", ""},
	{"rows4x4x1", "C1; C3's gradient by the input"},
	{"rows4x3x2", "C1"},
	{"rows2x4x2", "C1"},
	{"rows2x4x1", "C3's gradient by the input"},
	{"dot2x3", "C5 and F6, C1's gradient by the weights"},
	{"peak", "the probe"},
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "hw4")
	build := exec.Command("go", "-C", "..", "build", "-o", program, "./cmd/hw4")
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	code, err := exec.Command(tool("llvm-objdump"), "-d", "--no-show-raw-insn", program).Output()
	if err != nil {
		return err
	}
	fmt.Print("| loop | what it does | multiply-adds |")
	for _, c := range cores {
		fmt.Printf(" %s |", c.name)
	}
	fmt.Print("\n|---|---|---:|---:|---:|---:|\n")
	for _, l := range loops {
		loop, err := innerLoop(string(code), l.kernel+"F32NEON.abi0")
		if err != nil {
			return err
		}
		products := strings.Count(loop, "\tfmla\t")
		fmt.Printf("| `%s` | %s | %d |", l.kernel, l.does, products)
		for _, c := range cores {
			cycles, err := cyclesOf(loop, c.name)
			if err != nil {
				return err
			}
			fmt.Printf(" %.2f (%.0f %%) |", float64(products)/cycles, 100*float64(products)/cycles/c.pipes)
		}
		fmt.Println()
	}
	return nil
}

// tool returns the name of a program of LLVM 19, or of another version that $LLVM names.
func tool(name string) string { return name + cmp.Or(os.Getenv("LLVM"), "-19") }

var (
	instruction = regexp.MustCompile(`^ *([0-9a-f]+):\s+(\S.*)$`)
	branch      = regexp.MustCompile(`^b\.\w+\s+0x([0-9a-f]+)`)
)

// innerLoop returns the instructions of the first loop of a function that multiplies.
func innerLoop(code, function string) (string, error) {
	_, body, ok := strings.Cut(code, "."+function+">:\n")
	if !ok {
		return "", fmt.Errorf("no function %s", function)
	}
	body, _, _ = strings.Cut(body, "\n\n")
	var lines []string
	at := map[string]int{} // lines by address
	for line := range strings.Lines(body) {
		m := instruction.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil {
			continue
		}
		at[m[1]] = len(lines)
		lines = append(lines, m[2])
		if b := branch.FindStringSubmatch(m[2]); b != nil {
			start, back := at[b[1]]
			loop := strings.Join(lines[start:len(lines)-1], "\n\t")
			if back && strings.Contains(loop, "fmla") {
				return "loop:\n\t" + loop + "\n\tb.ne loop\n", nil
			}
		}
	}
	return "", fmt.Errorf("no loop with products in %s", function)
}

var total = regexp.MustCompile(`Total Cycles:\s+(\d+)`)

// cyclesOf returns how many cycles a round of a loop takes on a core.
func cyclesOf(loop, core string) (float64, error) {
	const rounds = 1000
	mca := exec.Command(tool("llvm-mca"), "-mtriple=aarch64", "-mcpu="+core, "-iterations="+strconv.Itoa(rounds))
	mca.Stdin = strings.NewReader(loop)
	out, err := mca.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("llvm-mca: %w\n%s", err, out)
	}
	m := total.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("llvm-mca does not say how many cycles:\n%s", out)
	}
	cycles, err := strconv.Atoi(string(m[1]))
	return float64(cycles) / rounds, err
}
