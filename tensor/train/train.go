// Package train computes losses and gradients of batches on all cores: [Stepper] in a
// training, [Evaluate] without gradients.
//
// A batch is cut into shards of consecutive samples. Every shard goes forward
// and backward through the same model on a goroutine of its own, with storage
// of its own that is used again in the next step, and the shards' gradients are
// added up in the order of the shards. How a batch is cut depends on its size
// alone, so a seed fixes every bit of a run whatever the number of cores.
//
// Layers may need numbers of the whole batch, as batch normalisation does its mean. The
// shards then wait for each other, and exchange them in the order of the shards.
package train

import (
	"runtime"
	"slices"
	"sync"

	"hw4/internal/kernel"
	"hw4/internal/parallel"
	"hw4/tensor"
)

// A ShardFunc returns the mean loss of the samples lo to hi-1 of a batch, a
// tensor of one element. It puts its inputs into the scope, which stores all
// that is computed from them, and may be called from several goroutines at once:
// the graphs of two calls may share leaves, but no results. The scope is that of a
// training step, as [tensor.Scope.Train] makes it.
type ShardFunc[T tensor.Float] func(scope *tensor.Scope[T], lo, hi int) *tensor.Tensor[T]

// A Stepper computes the gradients of a model's parameters over batches.
type Stepper[T tensor.Float] struct {
	// Steps is the number of steps taken, and that of the next, which layers such as
	// dropout ask for. Set it when a training is resumed.
	Steps uint64

	params    []*tensor.Tensor[T]
	shardSize int
	shards    []*shard[T]
	workers   []*worker[T] // each with a scope, since what a core has in its cache it should use again
	team      *parallel.Team
	pieces    []piece[T] // of the parameters
	elements  int        // of all parameters

	mu    sync.Mutex
	extra map[int]*worker[T] // who took the place of waiting ones
}

// worker is what is kept of one goroutine of a step.
type worker[T tensor.Float] struct {
	scope tensor.Scope[T]
	last  *shard[T] // the one whose results are in the scope
}

// A piece is some elements of one parameter, and the shards' gradients of them.
type piece[T tensor.Float] struct {
	param, lo, hi int
	terms         [][]T
}

// shard is what is kept of one shard of a batch.
type shard[T tensor.Float] struct {
	step    tensor.Step
	meeting *meeting
	all     []*tensor.Tensor[T] // the gradients in the scope, by parameter

	loss  float64 // its share of the batch's mean loss
	grads [][]T   // by parameter; nil: the loss does not depend on it
	store [][]T   // room for grads, for when the scope is needed
}

// NewStepper returns a Stepper for params, as nn.Values lists those of a network. It cuts
// batches into shards of about shardSize samples, at most half as many again.
// It panics with a [*tensor.ShapeError] if shardSize is not positive, or one of params is
// nil, requires no gradient, such as a buffer, or is listed twice.
func NewStepper[T tensor.Float](params []*tensor.Tensor[T], shardSize int) *Stepper[T] {
	if shardSize <= 0 {
		panic(tensor.Shapef("stepper", "shards of %d samples, want at least 1", shardSize))
	}
	tensor.Need("stepper", params...)
	s := &Stepper[T]{params: params, shardSize: shardSize, team: parallel.NewTeam(),
		extra: make(map[int]*worker[T])}
	for i, p := range params {
		switch first := slices.Index(params, p); {
		case first < i:
			panic(tensor.Shapef("stepper", "tensor %d of %d is tensor %d once more", i+1, len(params), first+1))
		case !p.RequiresGrad():
			panic(tensor.Shapef("stepper", "tensor %d of %d, of shape %v, requires no gradient: nn.Values "+
				"leaves out buffers", i+1, len(params), p.Shape()))
		}
		s.elements += p.Len()
		for lo := 0; lo < p.Len(); lo += reducePiece {
			s.pieces = append(s.pieces, piece[T]{param: i, lo: lo, hi: min(lo+reducePiece, p.Len())})
		}
	}
	return s
}

// Step returns the mean loss of a batch of n samples and sets the Grad of every
// parameter to its gradient, without adding it to what was there, so that no ZeroGrad is
// needed; parameters that no shard's loss depends on get zeros. The tensors it sets as Grad
// are used again in the next step. What f panics with it panics with, so that a
// [*tensor.ShapeError] keeps the path of its layer. It also panics if n is not positive.
func (s *Stepper[T]) Step(n int, f ShardFunc[T]) float64 {
	switch {
	case s == nil || s.team == nil:
		panic(tensor.Shapef("step", "NewStepper did not make the Stepper"))
	case n <= 0:
		panic(tensor.Shapef("step", "a batch of %d samples, want at least 1", n))
	case f == nil:
		panic(tensor.Shapef("step", "the function is nil"))
	}
	count := max((n+s.shardSize/2)/s.shardSize, 1)
	s.prepare(count)
	shards := s.shards[:count]
	meeting := newMeeting(count, s.team.Instead)
	s.team.Do(count, func(number, i int) {
		defer func() {
			if fault := meeting.end(recover()); fault != nil {
				panic(fault)
			}
		}()
		lo, hi := n*i/count, n*(i+1)/count // equal in size, so that cores end together
		shard := shards[i]
		shard.meeting, shard.step.Number, shard.step.First = meeting, s.Steps, lo
		s.worker(number).run(shard, s.params, f, lo, hi, n)
	})
	s.Steps++
	var loss float64
	for _, shard := range shards {
		loss += shard.loss
	}
	s.reduceAll(shards)
	return loss
}

// prepare makes room for a number of shards.
func (s *Stepper[T]) prepare(count int) {
	for len(s.shards) < count {
		n := &shard[T]{grads: make([][]T, len(s.params)), all: make([]*tensor.Tensor[T], len(s.params))}
		i := len(s.shards)
		n.step.Meet = func(at any, part []float64) [][]float64 { return n.meeting.meet(i, at, part) }
		for _, p := range s.params {
			n.store = append(n.store, make([]T, p.Len()))
		}
		s.shards = append(s.shards, n)
	}
	for len(s.workers) < runtime.GOMAXPROCS(0) {
		s.workers = append(s.workers, new(worker[T]))
	}
	for _, w := range s.workers {
		w.last = nil
	}
	for _, w := range s.extra {
		w.last = nil
	}
}

// worker returns the worker with a number.
func (s *Stepper[T]) worker(number int) *worker[T] {
	if number < len(s.workers) {
		return s.workers[number]
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.extra[number] == nil {
		s.extra[number] = new(worker[T])
	}
	return s.extra[number]
}

// reduceAll adds up the gradients of all parameters in the order of the shards, on all
// cores if there is something to share.
func (s *Stepper[T]) reduceAll(shards []*shard[T]) {
	for _, param := range s.params {
		if param.Grad() == nil {
			param.SetGrad(tensor.Zeros[T](param.Shape()...))
		}
	}
	if s.elements*len(shards) > reduceAlone {
		s.team.Do(len(s.pieces), func(_, i int) { s.reduce(&s.pieces[i], shards) })
		return
	}
	for i := range s.pieces {
		s.reduce(&s.pieces[i], shards)
	}
}

const (
	// reduceAlone is the number of elements that one core adds up faster than two could
	// agree on who does what.
	reduceAlone = 1 << 14
	reducePiece = 1 << 13 // elements of a parameter that one core does at a time
)

// reduce adds up the gradients of a piece.
func (s *Stepper[T]) reduce(p *piece[T], shards []*shard[T]) {
	p.terms = p.terms[:0]
	for _, shard := range shards {
		if g := shard.grads[p.param]; g != nil {
			p.terms = append(p.terms, g[p.lo:p.hi])
		}
	}
	kernel.AddAll(s.params[p.param].Grad().Data()[p.lo:p.hi], p.terms...)
}

// run computes a shard's part of the batch's mean loss and of its gradient: the
// shard's mean, weighted by the shard's share of the samples. The gradients stay in the
// scope until the worker's next shard needs it.
func (w *worker[T]) run(s *shard[T], params []*tensor.Tensor[T], f ShardFunc[T], lo, hi, n int) {
	if w.last != nil {
		w.last.leave()
	}
	w.last = s
	w.scope.Reset()
	w.scope.Train(&s.step)
	mean := f(&w.scope, lo, hi)
	tensor.Need("step: loss", mean)
	if mean.Len() != 1 {
		panic(tensor.Shapef("step", "the loss has shape %v, want one number: the mean over the shard", mean.Shape()))
	}
	weight := w.scope.Empty(mean.Shape()...)
	kernel.Fill(weight.Data(), T(float64(hi-lo)/float64(n)))
	s.loss = float64(mean.Item()) * float64(hi-lo) / float64(n)
	tensor.GradientsInto(s.all, mean, weight, params...)
	for i, g := range s.all {
		s.grads[i] = nil
		if g != nil {
			s.grads[i] = g.Data()
		}
	}
}

// leave brings the gradients of a shard out of the scope.
func (s *shard[T]) leave() {
	for i, g := range s.grads {
		if g != nil {
			s.grads[i] = s.store[i]
			copy(s.grads[i], g)
		}
	}
}

// Evaluate calls f for consecutive shards of at most shardSize of n samples, on
// all cores, each with a scope that it may store results in, and returns the
// sums of what the calls return, added in the order of the shards. It is for
// inference, and the scopes say so: losses and counts over a test set. Shards of some 20
// images are faster than larger ones, which leave the caches. It panics with a
// [*tensor.ShapeError] if n or shardSize is not positive, or if a call does not return as
// many numbers as the first, and with what f panics with.
func Evaluate[T tensor.Float](n, shardSize int, f func(scope *tensor.Scope[T], lo, hi int) []float64) []float64 {
	switch {
	case n <= 0 || shardSize <= 0:
		panic(tensor.Shapef("evaluate", "%d samples in shards of %d, want at least 1 of both", n, shardSize))
	case f == nil:
		panic(tensor.Shapef("evaluate", "the function is nil"))
	}
	count := (n + shardSize - 1) / shardSize
	results := make([][]float64, count)
	scopes := make(chan *tensor.Scope[T], count)
	parallel.Do(count, func(i int) {
		scope := new(tensor.Scope[T])
		select {
		case scope = <-scopes:
			scope.Reset()
		default:
		}
		scope.Eval()
		lo, hi := i*shardSize, min((i+1)*shardSize, n)
		results[i] = slices.Clone(f(scope, lo, hi)) // which may lie in the scope
		scopes <- scope
	})
	sums := make([]float64, len(results[0]))
	for i, r := range results {
		if len(r) != len(sums) {
			panic(tensor.Shapef("evaluate", "the samples from %d on gave %d numbers, the first ones %d", i*shardSize,
				len(r), len(sums)))
		}
		for j, v := range r {
			sums[j] += v
		}
	}
	return sums
}
