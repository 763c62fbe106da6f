package training

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"hw4/data"
	"hw4/internal/checkpoint"
	"hw4/internal/problem"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// Checkpoint says where a training keeps its state. The zero value keeps none.
type Checkpoint struct {
	File   string // empty: none
	Every  int    // steps after which it is written, besides the end of every epoch; 0: not
	Resume bool   // go on from it
	// Pause is how long it is not written again, and not for the first time, except when
	// the run is interrupted. 0: it is always written.
	Pause time.Duration
	// Notice is told, in one line, where the run goes on. Nil: no one is.
	Notice func(line string)
}

// BesideCheckpoint returns the names of the files that a checkpoint takes besides its own.
func BesideCheckpoint(path string) []string { return checkpoint.Beside(path) }

// A StoppedError is a run with a checkpoint that has stopped before its end.
type StoppedError struct {
	Cause error  // why: the context's error, a *DivergedError, or that of writing the checkpoint
	File  string // the checkpoint
	Place string // how far its content had come; empty: there is no content
	Save  error  // the error of writing it when the run was interrupted; nil: there was none
}

// Error returns the cause's message.
func (e *StoppedError) Error() string { return e.Cause.Error() }

// Unwrap returns the cause.
func (e *StoppedError) Unwrap() error { return e.Cause }

// A CheckpointError is a checkpoint that should not be there, or should be.
type CheckpointError struct {
	Path   string
	Exists bool // it is there, and would be lost
}

// Error says which of the two.
func (e *CheckpointError) Error() string {
	if e.Exists {
		return e.Path + " is there already"
	}
	return "there is no checkpoint " + e.Path
}

// A Keeper writes the state of the trainings of a run, one after the other, into one
// file. A nil *Keeper does nothing.
type Keeper struct {
	store *checkpoint.Store
	every int
	pause time.Duration
	saved time.Time // when the checkpoint was last written, or the run began
	state checkpoint.State
	begun int    // trainings that have begun in this process
	since int    // steps since the last checkpoint
	place string // of the last checkpoint; empty: there is none

	goesOn func() // says from where; nil if nothing is to be said
}

// Keeper returns what keeps the checkpoint that the options ask for, of a run that
// depends on them, on how batches are cut and on what else is listed. It is to be
// closed. The error is a *problem.InputError or a *CheckpointError.
func (o Options) Keeper(sets data.MNIST, shard int, more ...checkpoint.Setting) (*Keeper, error) {
	if o.Checkpoint.File == "" {
		return nil, nil
	}
	store, err := checkpoint.Open(o.Checkpoint.File)
	if err != nil {
		return nil, problem.Input(err)
	}
	k := &Keeper{store: store, every: o.Checkpoint.Every, pause: o.Checkpoint.Pause, saved: time.Now()}
	k.state.Settings = append(more,
		checkpoint.Setting{Name: "learning rate", Value: strconv.FormatFloat(o.LR, 'g', -1, 64)},
		checkpoint.Setting{Name: "batch size", Value: strconv.Itoa(o.Batch)},
		checkpoint.Setting{Name: "size of a batch's shards", Value: strconv.Itoa(shard)},
		checkpoint.Setting{Name: "seed", Value: strconv.FormatUint(o.Seed, 10)},
		checkpoint.Setting{Name: "training set", Value: describeSet(sets.Train)},
		checkpoint.Setting{Name: "test set", Value: describeSet(sets.Test)},
	)
	if o.Checkpoint.Resume {
		err = k.load(o.Checkpoint.Notice)
	} else if path := store.Exists(); path != "" {
		err = &CheckpointError{Path: path, Exists: true}
	}
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return k, nil
}

func describeSet(s *data.Set) string {
	return fmt.Sprintf("%d images, SHA-256 %s", s.Len(), s.SHA256())
}

// load reads the checkpoint, if it is one of this run.
func (k *Keeper) load(notice func(string)) error {
	state, damage, err := k.store.Load()
	if errors.Is(err, fs.ErrNotExist) {
		return problem.Input(&CheckpointError{Path: k.store.Path()})
	}
	if err != nil {
		return problem.Input(err)
	}
	if list := checkpoint.Differences(state.Settings, k.state.Settings); len(list) > 0 {
		return k.foreign(strings.Join(list, "; "))
	}
	k.state.Trainings, k.place = state.Trainings, state.Place()
	if notice == nil {
		return nil
	}
	if damage != "" {
		notice(damage)
	}
	if state.Arithmetic != checkpoint.Arithmetic() {
		notice(fmt.Sprintf("%s was computed with %s arithmetic, and goes on with %s: the last digits may differ",
			k.store.Path(), state.Arithmetic, checkpoint.Arithmetic()))
	}
	place := k.place
	k.goesOn = func() { notice("going on from " + place) }
	return nil
}

// foreign is the error of a checkpoint of another run.
func (k *Keeper) foreign(difference string) error {
	return problem.Inputf("%s is the checkpoint of another run: %s", k.store.Path(), difference)
}

// Close lets others use the checkpoint.
func (k *Keeper) Close() error {
	if k == nil {
		return nil
	}
	return k.store.Close()
}

// begin puts the run's next training where the checkpoint has it, or else writes
// its start, which also shows at once whether that can be done.
func (k *Keeper) begin(t *run) error {
	if k == nil {
		return nil
	}
	k.begun++
	if k.begun > len(k.state.Trainings) {
		k.state.Trainings = append(k.state.Trainings, checkpoint.Training{})
		return k.save(t)
	}
	if err := t.restore(&k.state.Trainings[k.begun-1]); err != nil {
		return k.foreign(err.Error())
	}
	if k.goesOn != nil && k.begun == 1 {
		k.goesOn()
	}
	return nil
}

func (k *Keeper) stepped(t *run) error {
	if k == nil || k.every == 0 {
		return nil
	}
	if k.since++; k.since < k.every {
		return nil
	}
	return k.save(t)
}

// save writes a checkpoint, unless it is too soon.
func (k *Keeper) save(t *run) error {
	if k == nil {
		return nil
	}
	if err := t.sound(); err != nil {
		return err
	}
	k.state.Trainings[k.begun-1] = t.snapshot()
	if k.pause > 0 && time.Since(k.saved) < k.pause {
		return nil
	}
	if err := k.store.Save(&k.state); err != nil {
		return err
	}
	k.since, k.saved, k.place = 0, time.Now(), k.state.Place()
	return nil
}

// end writes a last checkpoint of a training that has been interrupted, and says
// of one that has stopped where it can go on.
func (k *Keeper) end(t *run, err error) error {
	stopped := k.Stopped(err)
	if e, ok := stopped.(*StoppedError); ok &&
		(errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		k.pause = 0
		e.Save = k.save(t)
		e.Place = k.place
	}
	return stopped
}

// Stopped says, of an error between or after the trainings, where the run can go on.
func (k *Keeper) Stopped(err error) error {
	if _, input := errors.AsType[*problem.InputError](err); k == nil || err == nil || input {
		return err
	}
	return &StoppedError{Cause: err, File: k.store.Path(), Place: k.place}
}

// snapshot returns the state of a training between two steps. It has weights of its own,
// since the run may train the network further under another name.
func (t *run) snapshot() checkpoint.Training {
	s := checkpoint.Training{Name: t.Name, Step: t.step, Order: t.drawn, Optimizer: t.sgd.StateDict()}
	for _, p := range t.Network.Params() {
		s.Weights = append(s.Weights, checkpoint.Weight{Name: p.Name, Value: p.Value.Clone()})
	}
	for _, e := range t.measured {
		s.Measured = append(s.Measured, []float64{float64(e.Epoch), e.TrainLoss, e.TrainAcc, e.TestLoss, e.TestAcc})
	}
	return s
}

// restore puts a training that has just begun where the checkpoint has it. The
// error says what does not fit.
func (t *run) restore(s *checkpoint.Training) error {
	if s.Name != t.Name {
		return fmt.Errorf("it trains %s, not %s", s.Name, t.Name)
	}
	if done := len(s.Measured) - 1; done > t.Epochs || done == t.Epochs && s.Step > 0 {
		return fmt.Errorf("it is already past epoch %d", t.Epochs)
	}
	var measured []Epoch
	for i, row := range s.Measured {
		if len(row) != 5 || row[0] != float64(i) {
			return fmt.Errorf("row %d of what was measured is %v", i, row)
		}
		measured = append(measured, Epoch{i, row[1], row[2], row[3], row[4]})
	}
	if steps := (t.Train.Len() + t.Batch - 1) / t.Batch; s.Step > steps || s.Step > 0 && len(measured) == 0 {
		return fmt.Errorf("it is at step %d of epoch %d, which has %d", s.Step, len(measured), steps)
	}
	if err := t.Order.UnmarshalBinary(s.Order); err != nil {
		return err
	}
	weights := make(map[string]*tensor.Tensor[float32])
	for _, w := range s.Weights {
		weights[w.Name] = w.Value
	}
	if err := nn.LoadStateDict(t.Network, weights); err != nil {
		return err
	}
	t.measured, t.step, t.drawn = measured, s.Step, slices.Clone(s.Order)
	return t.sgd.LoadStateDict(s.Optimizer)
}
