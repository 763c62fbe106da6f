// Command course compares the homework as a student would write it in PyTorch, with
// torchvision's data set, a DataLoader and an evaluation at the end, with
// "hw4 lenet --train". A time is that of a whole process.
//
//	make build
//	go -C tools run ./bench/course -hw4 ../bin/hw4
//
// It uses the Python environment of ./bench/peers.
package main

import (
	"compress/gzip"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
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
	peers, hw4, record string
	epochs             int
}

// courseEpochs are those of the course's script.
const courseEpochs = 10

func main() {
	var opt options
	flag.StringVar(&opt.peers, "peers", "", "folder of a Python environment (default: one in the cache)")
	flag.StringVar(&opt.hw4, "hw4", "../bin/hw4", "the program")
	flag.StringVar(&opt.record, "record", "", "folder whose README.md and docs/speed.md get the results")
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
	python, err := peer.Environment(opt.peers, os.Stderr)
	if err != nil {
		return err
	}
	version, err := exec.Command(python, "-c",
		"import torch, torchvision as v; print(f'PyTorch {torch.__version__}, torchvision {v.__version__}')").Output()
	if err != nil {
		return fmt.Errorf("%s has no torchvision: %w", python, err)
	}
	folder, err := os.MkdirTemp("", "hw4-course-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if err := unpack(filepath.Join(folder, "MNIST", "raw")); err != nil { // where torchvision has it
		return err
	}
	epochs := fmt.Sprint(opt.epochs)
	var runs []result
	for i, arch := range []string{"modern", "original"} {
		r := result{arch: arch, wanted: []int{20, 45}[i]}
		fmt.Fprintln(os.Stderr, arch)
		if r.ours, err = timed(opt.hw4, "lenet", "--train", "--quiet", "--arch", arch, "--epochs", epochs); err != nil {
			return err
		}
		if r.theirs, err = timed(python, "-c", script, folder, arch, epochs); err != nil {
			return err
		}
		runs = append(runs, r)
	}
	result := introduce(strings.TrimSpace(string(version)), opt.epochs) + "\n" + table(runs)
	fmt.Print(result)
	if opt.record == "" {
		return nil
	}
	return document.Record(opt.record, "bench-course", result, sentence(runs, opt.epochs))
}

// unpack writes MNIST's four files to a folder, as they are and unpacked.
func unpack(folder string) error {
	if err := data.Copy(folder); err != nil {
		return err
	}
	packed, err := filepath.Glob(filepath.Join(folder, "*.gz"))
	if err != nil {
		return err
	}
	for _, name := range packed {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		content, err := gzip.NewReader(file)
		if err != nil {
			return err
		}
		all, err := io.ReadAll(content)
		if err != nil {
			return err
		}
		if err := os.WriteFile(strings.TrimSuffix(name, ".gz"), all, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// A process is what was measured of one.
type process struct {
	seconds  float64
	accuracy string // in per cent, as it says itself
}

type result struct {
	arch         string
	wanted       int // times as fast, at the epochs of the course
	ours, theirs process
}

func (r result) times() float64 { return r.theirs.seconds / r.ours.seconds }

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
	accuracy := regexp.MustCompile(`(\d+\.\d+) % of the`).FindSubmatch(out)
	if accuracy == nil {
		return p, fmt.Errorf("%s says no accuracy, but %q", filepath.Base(name), out)
	}
	p.accuracy = string(accuracy[1])
	return p, nil
}

// introduce says what is compared where.
func introduce(version string, epochs int) string {
	scale := ""
	if epochs != courseEpochs {
		scale = fmt.Sprintf(", not the %d of the course, so that starting a program weighs more", courseEpochs)
	}
	return document.Wrap(fmt.Sprintf("%s on %s, %d cores, %s: %s; hw4 with %s. Epochs: %d%s.",
		time.Now().Format(time.DateOnly), processor.Name(), runtime.NumCPU(), runtime.Version(), version, kernel.ISA(),
		epochs, scale))
}

// table returns the results as a table in Markdown.
func table(runs []result) string {
	var b strings.Builder
	fmt.Fprintln(&b, "| network | PyTorch, s | hw4, s | times as fast | wanted | PyTorch, % correct | hw4, % correct |")
	fmt.Fprintln(&b, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
	for _, r := range runs {
		fmt.Fprintf(&b, "| %s | %.1f | %.1f | %.1f | %d | %s | %s |\n", r.arch, r.theirs.seconds, r.ours.seconds, r.times(),
			r.wanted, r.theirs.accuracy, r.ours.accuracy)
	}
	return b.String()
}

// sentence returns README's summary.
func sentence(runs []result, epochs int) string {
	m, o := runs[0], runs[1]
	return document.Wrap(fmt.Sprintf("A script as a student would write it, with PyTorch's DataLoader, "+
		"takes %.0f seconds for %d epochs of the modern network, and %.0f seconds for the original one. "+
		"`hw4 lenet --train` takes %.1f and %.1f seconds for the same: it is %.0f and %.0f times as fast.",
		m.theirs.seconds, epochs, o.theirs.seconds, m.ours.seconds, o.ours.seconds, m.times(), o.times()))
}
