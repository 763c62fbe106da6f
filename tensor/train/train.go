// Package train computes losses and gradients of batches on all cores.
//
// A batch is cut into shards of consecutive samples. Every shard goes forward
// and backward through the same model on a goroutine of its own, with storage
// of its own that is used again in the next step, and the shards' gradients are
// added up in the order of the shards. How a batch is cut depends on its size
// alone, so a seed fixes every bit of a run whatever the number of cores.
package train

import (
	"hw4/internal/kernel"
	"hw4/internal/parallel"
	"hw4/tensor"
)

// A ShardFunc returns the mean loss of the samples lo to hi-1 of a batch, a
// tensor of one element. It puts its inputs into the scope, which stores all
// that is computed from them, and may be called from several goroutines at once.
type ShardFunc[T tensor.Float] func(scope *tensor.Scope[T], lo, hi int) *tensor.Tensor[T]

// A Stepper computes the gradients of a model's parameters over batches.
type Stepper[T tensor.Float] struct {
	params    []*tensor.Tensor[T]
	shardSize int
	shards    []shard[T]
	team      *parallel.Team
	elements  int     // of all parameters
	terms     [][][]T // by parameter, the shards' gradients
}

// shard is what one shard of a batch keeps from step to step.
type shard[T tensor.Float] struct {
	scope tensor.Scope[T]
	loss  float64 // its share of the batch's mean loss
	grads []*tensor.Tensor[T]
}

// NewStepper returns a Stepper for leaves params that cuts batches into shards of
// at most shardSize samples. It panics if shardSize is not positive.
func NewStepper[T tensor.Float](params []*tensor.Tensor[T], shardSize int) *Stepper[T] {
	if shardSize <= 0 {
		panic(tensor.Shapef("stepper", "shards of %d samples", shardSize))
	}
	s := &Stepper[T]{params: params, shardSize: shardSize, team: parallel.NewTeam(), terms: make([][][]T, len(params))}
	for _, p := range params {
		s.elements += p.Len()
	}
	return s
}

// Step returns the mean loss of a batch of n samples and sets the Grad of every
// parameter to its gradient; parameters that no shard's loss depends on get
// zeros. The tensors it sets as Grad are used again in the next step.
func (s *Stepper[T]) Step(n int, f ShardFunc[T]) float64 {
	count := (n + s.shardSize - 1) / s.shardSize
	for len(s.shards) < count {
		s.shards = append(s.shards, shard[T]{})
	}
	shards := s.shards[:count]
	s.team.Do(count, func(i int) {
		lo, hi := bounds(n, s.shardSize, i)
		shards[i].run(s.params, f, lo, hi, n)
	})
	var loss float64
	for i := range shards {
		loss += shards[i].loss
	}
	s.reduceAll(shards)
	return loss
}

// reduceAll adds up the gradients of all parameters, on all cores if there is
// something to share.
func (s *Stepper[T]) reduceAll(shards []shard[T]) {
	if s.elements*len(shards) > reduceAlone {
		s.team.Do(len(s.params), func(p int) { s.reduce(p, shards) })
		return
	}
	for p := range s.params {
		s.reduce(p, shards)
	}
}

// reduceAlone is the number of elements that one core adds up faster than two could
// agree on who does what.
const reduceAlone = 1 << 14

// bounds returns where shard i of n samples begins and ends. All but the last are
// full: a size that suits the machine suits it better than equal sizes would.
func bounds(n, size, i int) (lo, hi int) { return i * size, min((i+1)*size, n) }

// run computes a shard's part of the batch's mean loss and of its gradient: the
// shard's mean, weighted by the shard's share of the samples.
func (s *shard[T]) run(params []*tensor.Tensor[T], f ShardFunc[T], lo, hi, n int) {
	s.scope.Reset()
	mean := f(&s.scope, lo, hi)
	weight := s.scope.Empty(mean.Shape()...)
	kernel.Fill(weight.Data(), T(float64(hi-lo)/float64(n)))
	s.loss = float64(mean.Item()) * float64(hi-lo) / float64(n)
	s.grads = tensor.Gradients(mean, weight, params...)
}

// reduce adds up the gradients of parameter p in the order of the shards.
func (s *Stepper[T]) reduce(p int, shards []shard[T]) {
	param := s.params[p]
	if param.Grad() == nil {
		param.SetGrad(tensor.Zeros[T](param.Shape()...))
	}
	terms := s.terms[p][:0]
	for i := range shards {
		if g := shards[i].grads[p]; g != nil {
			terms = append(terms, g.Data())
		}
	}
	s.terms[p] = terms
	kernel.AddAll(param.Grad().Data(), terms...)
}

// Evaluate calls f for consecutive shards of at most shardSize of n samples, on
// all cores, each with a scope that it may store results in, and returns the
// sums of what the calls return, added in the order of the shards. It is for
// inference: losses and counts over a test set.
func Evaluate[T tensor.Float](n, shardSize int, f func(scope *tensor.Scope[T], lo, hi int) []float64) []float64 {
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
		lo, hi := bounds(n, shardSize, i)
		results[i] = f(scope, lo, hi)
		scopes <- scope
	})
	var sums []float64
	for _, r := range results {
		if sums == nil {
			sums = make([]float64, len(r))
		}
		for j, v := range r {
			sums[j] += v
		}
	}
	return sums
}
