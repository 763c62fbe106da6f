package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"time"

	"hw4/internal/kernel"
	"hw4/tools/bench/peer"
)

//go:embed serve.py
var servePy string

//go:embed with_torch.py
var torchPy string

//go:embed with_jax.py
var jaxPy string

// A contestant is a program that trains the cases: this one in a process of its own, or
// one in Python.
type contestant struct {
	*peer.Peer
	Name    string `json:"-"`
	Version string `json:"version"` // as it says itself
}

// The contestants by the columns of the table.
const (
	ours = iota
	oursAVX2
	eager
	compiled
	jax
	contestants
)

// start starts the contestants, all with the same number of threads. One that is not to
// be had here stays nil.
func start(opt options) ([]*contestant, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	python, err := peer.Python(opt.python, "torch", "'make bench-torch' or 'apt-get install python3-torch' brings it")
	if err != nil {
		return nil, err
	}
	images := fmt.Sprint(opt.images)
	commands := [contestants]*exec.Cmd{
		ours:     exec.Command(self, "-serve", "-images", images),
		eager:    exec.Command(python, "-c", servePy+torchPy),
		compiled: exec.Command(python, "-c", servePy+torchPy, "compiled"),
		jax:      exec.Command(python, "-c", servePy+jaxPy),
	}
	if kernel.ISA() == kernel.AVX512 {
		commands[oursAVX2] = exec.Command(self, "-serve", "-images", images)
	}
	all, here := make([]*contestant, contestants), 0
	for i, cmd := range commands {
		if cmd == nil {
			continue
		}
		cmd.Env = os.Environ()
		for _, name := range []string{"GOMAXPROCS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NPROC", "PJRT_NPROC"} {
			cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", name, opt.threads))
		}
		if i == oursAVX2 {
			cmd.Env = append(cmd.Env, "HW4_ISA=avx2")
		}
		c := &contestant{Name: [contestants]string{"hw4", "hw4 with AVX2", "PyTorch", "PyTorch compiled", "JAX"}[i]}
		if c.Peer, err = peer.Start(cmd); err != nil {
			return all, err
		}
		if err := c.Receive(c); err != nil {
			fmt.Fprintf(os.Stderr, "%s is left out: %v\n", c.Name, err)
			c.Stop()
			continue
		}
		all[i] = c
		if i >= eager {
			here++
		}
	}
	if all[ours] == nil || here == 0 {
		return all, fmt.Errorf("there is nothing to compare: see above")
	}
	return all, nil
}

// An answer is what a program took for a case, and the losses of its steps.
type answer struct {
	Seconds float64   `json:"seconds"`
	Losses  []float64 `json:"losses"`
	Peak    float64   `json:"peak"` // operations a second, of ours; 0: not known
	Error   string    `json:"error"`
}

// train has the contestant train a case. Before that it waits, because the threads of the
// one before may be awake for some time after their work.
func (c *contestant) train(t *trainingCase) (answer, error) {
	time.Sleep(300 * time.Millisecond)
	var a answer
	if err := c.Send(t); err != nil {
		return a, err
	}
	if err := c.Receive(&a); err != nil {
		return a, err
	}
	if a.Error != "" {
		return a, fmt.Errorf("%s", a.Error)
	}
	return a, nil
}

// agree returns an error unless two loss curves are the same but for rounding, which
// training amplifies.
func agree(ours, theirs []float64) error {
	if len(ours) != len(theirs) {
		return fmt.Errorf("%d steps, ours %d", len(theirs), len(ours))
	}
	const tolerance = 2e-3
	for i, v := range ours {
		if d := math.Abs(v - theirs[i]); !(d < tolerance) {
			return fmt.Errorf("step %d: the loss is %v, ours %v", i+1, theirs[i], v)
		}
	}
	return nil
}

// serve is this program as a contestant.
func serve(opt options) error {
	cases, err := newCases(opt.images)
	if err != nil {
		return err
	}
	out, in := json.NewEncoder(os.Stdout), bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	if err := out.Encode(contestant{Version: "hw4 with " + kernel.ISA() + ", " + runtime.Version()}); err != nil {
		return err
	}
	for in.Scan() {
		var c trainingCase
		if err := json.Unmarshal(in.Bytes(), &c); err != nil {
			return err
		}
		var a answer
		a.Seconds, a.Losses = cases[c.Number].train()
		a.Peak = kernel.PeakFLOPS(opt.threads)
		if err := out.Encode(a); err != nil {
			return err
		}
	}
	return in.Err()
}
