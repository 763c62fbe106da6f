package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

//go:embed peer.py
var script []byte

// A peer is PyTorch in a process of its own.
type peer struct {
	about struct {
		Version string `json:"version"`
		Threads int    `json:"threads"`
		Build   string `json:"build"`
	}
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// startPeer starts the Python program on the data in a folder.
func startPeer(python, folder string) (*peer, error) {
	python, err := findPython(python)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(folder, "peer.py")
	if err := os.WriteFile(path, script, 0o600); err != nil {
		return nil, err
	}
	p := &peer{cmd: exec.Command(python, path)}
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if err := p.receive(&p.about); err != nil {
		return nil, err
	}
	return p, p.send(map[string]string{"folder": folder})
}

// findPython returns an interpreter that has torch.
func findPython(python string) (string, error) {
	candidates := []string{"python3", "/usr/bin/python3"}
	if python != "" {
		candidates = []string{python}
	}
	for _, c := range candidates {
		if exec.Command(c, "-c", "import torch").Run() == nil {
			return c, nil
		}
	}
	return "", fmt.Errorf("no torch in %s: 'apt-get install python3-torch' or 'pip install torch' brings it", strings.Join(candidates, " or "))
}

// An answer is what PyTorch took for a case, and the losses of its steps.
type answer struct {
	Seconds float64   `json:"seconds"`
	Losses  []float64 `json:"losses"`
}

// train has PyTorch train a case.
func (p *peer) train(c *trainingCase) (answer, error) {
	var a answer
	if err := p.send(c); err != nil {
		return a, err
	}
	return a, p.receive(&a)
}

func (p *peer) send(v any) error { return json.NewEncoder(p.in).Encode(v) }

func (p *peer) receive(v any) error {
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return errors.Join(errors.New("PyTorch's side has ended"), err)
	}
	return json.Unmarshal(line, v)
}

// stop ends the process.
func (p *peer) stop() {
	p.in.Close()
	p.cmd.Wait() // the process has nothing more to say
}

// printMachine says what is compared where.
func printMachine(p *peer) {
	fmt.Printf("%s, %d cores, %s; %s\n", processor(), runtime.NumCPU(), runtime.Version(), time.Now().Format(time.DateOnly))
	fmt.Printf("PyTorch %s with %d threads\n", p.about.Version, p.about.Threads)
	for line := range strings.Lines(p.about.Build) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "- Build settings") {
			fmt.Println("   ", line)
		}
	}
}

// processor returns the processor's name, where the system tells it.
func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo") // elsewhere there is none
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
