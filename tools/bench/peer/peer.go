// Package peer runs another program as one side of a comparison and talks to it by
// lines of JSON.
package peer

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
)

// A Peer is a program in a process of its own.
type Peer struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// Start starts a program, whose messages go where this program's go.
func Start(cmd *exec.Cmd) (*Peer, error) {
	p := &Peer{cmd: cmd}
	cmd.Stderr = os.Stderr
	var err error
	if p.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	return p, cmd.Start()
}

// Send writes one line.
func (p *Peer) Send(v any) error { return json.NewEncoder(p.in).Encode(v) }

// Receive reads one line.
func (p *Peer) Receive(v any) error {
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return errors.Join(errors.New("the other program has ended"), err)
	}
	return json.Unmarshal(line, v)
}

// Stop ends the program.
func (p *Peer) Stop() {
	p.in.Close()
	p.cmd.Wait() // it has nothing more to say
}
