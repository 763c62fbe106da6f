// Command peers compares the training speed of this library with that of PyTorch, as it
// is and compiled, and of JAX, on the same machine in the same run. All train the same
// networks from the same weights on the same batches in the same order, in turns, with
// the data in memory and the same number of threads. A time counts only if the losses of
// all steps agree.
//
//	go -C tools run ./bench/peers
//
// It wants a Python with torch and, if it is to be compared with, jax: "make bench-torch"
// brings one.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"

	"hw4/tools/bench/document"
	"hw4/tools/processor"
)

type options struct {
	python, record          string
	rounds, images, threads int
	serve                   bool
}

func main() {
	var opt options
	flag.StringVar(&opt.python, "python", "", "the Python interpreter (default: one of python3 and /usr/bin/python3)")
	flag.StringVar(&opt.record, "record", "", "a document that gets the results")
	flag.IntVar(&opt.rounds, "rounds", 5, "rounds that are measured, after one that is not")
	flag.IntVar(&opt.images, "images", 30000, "images of an epoch of LeNet-5")
	flag.IntVar(&opt.threads, "threads", 2, "threads of each program")
	flag.BoolVar(&opt.serve, "serve", false, "be one of the programs that are compared")
	flag.Parse()
	act := run
	if opt.serve {
		act = serve
	}
	if err := act(opt); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(opt options) error {
	if opt.rounds < 1 || opt.images < 100 || opt.threads < 1 {
		return errors.New("want at least 1 round, 100 images and 1 thread")
	}
	folder, err := os.MkdirTemp("", "hw4-peers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	cases, err := newCases(opt.images)
	if err != nil {
		return err
	}
	for _, c := range cases {
		if err := c.write(folder); err != nil {
			return err
		}
	}
	programs, err := start(opt)
	defer stop(programs)
	if err != nil {
		return err
	}
	rows := measure(cases, programs, opt.rounds)
	result := introduce(programs, opt) + "\n" + table(rows)
	fmt.Print(result)
	if err := failures(rows); err != nil {
		return err
	}
	return document.Record(opt.record, "bench-torch", result)
}

// introduce says what is compared where.
func introduce(programs []*contestant, opt options) string {
	text := fmt.Sprintf("%s, %s, %d threads of %d cores, %d rounds of %d images for LeNet-5, of\n\n",
		time.Now().Format(time.DateOnly), processor.Name(), opt.threads, runtime.NumCPU(), opt.rounds, opt.images)
	for _, p := range programs {
		if p != nil {
			text += "- " + p.Version + "\n"
		}
	}
	return text
}

func stop(programs []*contestant) {
	for _, p := range programs {
		if p != nil {
			p.Stop()
		}
	}
}
