// Command course compares the homework as a student would write it in PyTorch, with
// torchvision's data set, a DataLoader and an evaluation at the end, with
// "hw4 lenet --train". A time is that of a whole process.
//
//	make build
//	go -C tools run ./bench/course -hw4 ../bin/hw4
//
// It wants a Python with torch and torchvision: "make bench-course" brings one.
package main

import (
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"time"

	"hw4/data"
	"hw4/internal/kernel"
	"hw4/tools/bench/document"
	"hw4/tools/bench/peer"
	"hw4/tools/processor"
)

//go:embed course.py
var script string

type options struct {
	python, hw4, record string
	epochs              int
}

// courseEpochs are those of the course's script.
const courseEpochs = 10

func main() {
	var opt options
	flag.StringVar(&opt.python, "python", "", "the Python interpreter (default: one of python3 and /usr/bin/python3)")
	flag.StringVar(&opt.hw4, "hw4", "../bin/hw4", "the program")
	flag.StringVar(&opt.record, "record", "", "a document that gets the results")
	flag.IntVar(&opt.epochs, "epochs", courseEpochs, "epochs")
	flag.Parse()
	if err := run(opt); err != nil {
		fmt.Fprintln(os.Stderr, "course:", err)
		os.Exit(1)
	}
}

func run(opt options) error {
	if opt.epochs < 1 {
		return errors.New("want at least 1 epoch")
	}
	python, err := peer.Python(opt.python, "torch, torchvision", "'make bench-course' brings them")
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "hw4-course-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if err := data.Copy(filepath.Join(folder, "MNIST", "raw")); err != nil { // where torchvision has it
		return err
	}
	table := "| network | PyTorch, s | hw4, s | times as fast | wanted | PyTorch, % correct | hw4, % correct |\n" +
		"| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n"
	epochs, version := fmt.Sprint(opt.epochs), ""
	for i, arch := range []string{"modern", "original"} {
		fmt.Fprintln(os.Stderr, arch)
		ours, err := timed(opt.hw4, "lenet", "--train", "--quiet", "--arch", arch, "--epochs", epochs)
		if err != nil {
			return err
		}
		theirs, err := timed(python, "-c", script, folder, arch, epochs)
		if err != nil {
			return err
		}
		version = theirs.version
		table += fmt.Sprintf("| %s | %.1f | %.1f | %.1f | %d | %s | %s |\n", arch, theirs.seconds, ours.seconds,
			theirs.seconds/ours.seconds, []int{20, 45}[i], theirs.accuracy, ours.accuracy)
	}
	scale := ""
	if opt.epochs != courseEpochs {
		scale = fmt.Sprintf(" (the course has %d)", courseEpochs)
	}
	text := fmt.Sprintf("%s, %s, %d cores; whole processes, epochs: %s%s; of\n\n- hw4 with %s, %s\n- %s\n\n%s",
		time.Now().Format(time.DateOnly), processor.Name(), runtime.NumCPU(), epochs, scale,
		kernel.ISA(), runtime.Version(), version, table)
	fmt.Print(text)
	return document.Record(opt.record, "bench-course", text)
}

// A process is what was measured of one.
type process struct {
	seconds           float64
	accuracy, version string // as it says itself
}

// timed runs a program, which must say how many test images it classifies correctly.
func timed(name string, args ...string) (process, error) {
	cmd := exec.Command(name, args...)
	cmd.Stderr = os.Stderr
	start := time.Now()
	out, err := cmd.Output()
	p := process{seconds: time.Since(start).Seconds()}
	if err != nil {
		return p, fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	said := regexp.MustCompile(`(\d+\.\d+) % of the .*\n(.*)`).FindSubmatch(out)
	if said == nil {
		return p, fmt.Errorf("%s says no accuracy, but %q", filepath.Base(name), out)
	}
	p.accuracy, p.version = string(said[1]), string(said[2])
	return p, nil
}
