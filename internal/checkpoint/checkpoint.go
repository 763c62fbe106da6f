// Package checkpoint keeps the state of a training in a file, from which it goes
// on to the same bits as if it had never stopped.
//
// The file is a safetensors file. Its metadata has the format's name, a SHA-256
// sum of the whole file, and as JSON the settings and places; its tensors are the
// weights, what the optimizer remembers, and what was measured.
package checkpoint

import (
	"fmt"

	"hw4/internal/kernel"
	"hw4/tensor"
	"hw4/tensor/optim"
)

// A State is how far a run has come: the trainings that it is made of, of which
// the last may be under way.
type State struct {
	// Arithmetic is what the state was computed with, as Arithmetic returns it. Encode
	// sets it.
	Arithmetic string
	// Settings are all that the result depends on. A run goes on from a checkpoint
	// if they are equal.
	Settings  []Setting
	Trainings []Training
}

// A Setting is one thing that a result depends on.
type Setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A Training is the state of one network's training between two steps.
type Training struct {
	Name      string
	Step      int             // steps taken in the epoch under way, whose number is len(Measured)
	Order     []byte          // state of the generator before it drew the order of that epoch
	Weights   []Weight        // in the order of the network
	Optimizer optim.StateDict // what the optimizer remembers
	Measured  [][]float64     // a row for every epoch that is over, the state before the first included
}

// A Weight is a parameter.
type Weight struct {
	Name  string
	Value *tensor.Tensor[float32]
}

// Arithmetic names the family of arithmetic in use, on which the last digits of a
// result depend: "fused" or "portable", as docs/arithmetic.md describes them.
func Arithmetic() string {
	if kernel.ISA() == kernel.Generic {
		return "portable"
	}
	return "fused"
}

// Place says in words where the last training is.
func (s *State) Place() string {
	if len(s.Trainings) == 0 {
		return "the start"
	}
	t := s.Trainings[len(s.Trainings)-1]
	return fmt.Sprintf("%s, %s", t.Name, t.Place())
}

// Place says in words how far the training has come.
func (t *Training) Place() string {
	switch e := len(t.Measured); {
	case e == 0 || e == 1 && t.Step == 0:
		return "the start"
	case t.Step == 0:
		return fmt.Sprintf("the end of epoch %d", e-1)
	default:
		return fmt.Sprintf("epoch %d, step %d", e, t.Step)
	}
}

// Differences says which settings of a checkpoint are not those of a run.
func Differences(kept, wanted []Setting) []string {
	var list []string
	has := make(map[string]string)
	for _, s := range kept {
		has[s.Name] = s.Value
	}
	for _, w := range wanted {
		switch v, known := has[w.Name]; {
		case !known:
			list = append(list, fmt.Sprintf("it does not say the %s, here %s", w.Name, w.Value))
		case v != w.Value:
			list = append(list, fmt.Sprintf("its %s is %s, here %s", w.Name, v, w.Value))
		}
		delete(has, w.Name)
	}
	for _, s := range kept {
		if _, left := has[s.Name]; left {
			list = append(list, fmt.Sprintf("it says the %s, %s", s.Name, s.Value))
		}
	}
	return list
}
