// Package python runs a Python program as the other side of a comparison and talks
// to it by lines of JSON.
package python

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// A Peer is a Python program in a process of its own.
type Peer struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// Start starts a program given as text, with the interpreter of the given name or,
// if that is empty, with the first of python3 and /usr/bin/python3 that can import
// a module. The error of a missing module ends with the hint.
func Start(program []byte, interpreter, module, hint string) (*Peer, error) {
	interpreter, err := find(interpreter, module, hint)
	if err != nil {
		return nil, err
	}
	p := &Peer{cmd: exec.Command(interpreter, "-c", string(program))}
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	return p, p.cmd.Start()
}

// find returns an interpreter that has a module.
func find(interpreter, module, hint string) (string, error) {
	candidates := []string{"python3", "/usr/bin/python3"}
	if interpreter != "" {
		candidates = []string{interpreter}
	}
	for _, c := range candidates {
		if exec.Command(c, "-c", "import "+module).Run() == nil {
			return c, nil
		}
	}
	return "", fmt.Errorf("no %s in %s: %s", module, strings.Join(candidates, " or "), hint)
}

// Send writes one line.
func (p *Peer) Send(v any) error { return json.NewEncoder(p.in).Encode(v) }

// Receive reads one line.
func (p *Peer) Receive(v any) error {
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return errors.Join(errors.New("the Python program has ended"), err)
	}
	return json.Unmarshal(line, v)
}

// Stop ends the program.
func (p *Peer) Stop() {
	p.in.Close()
	p.cmd.Wait() // it has nothing more to say
}
