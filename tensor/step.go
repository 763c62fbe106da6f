package tensor

// A Step is what layers need to know of the step of a training in which an input goes
// through them: those that do not compute the same in training and in evaluation, such
// as batch normalisation and dropout. A Scope has it, and so all that is computed in
// the scope: neither a network nor the process has a mode.
type Step struct {
	Number uint64 // of the step in the training, from 0: dropout draws another mask in each
	First  int    // the place in the batch of the input's first sample; 0 unless the input is a shard
	// Meet gives a shard's numbers to the other shards of the batch, and returns those of
	// all shards, in the order of the shards, when all have come: the same to each. At is
	// what they meet at, such as a layer. Nil: the batch is not cut into shards.
	Meet func(at any, part []float64) [][]float64
}

// Parts returns the numbers of all shards of the batch, in their order, given those of
// this one, and returns when all shards have called it with the same at. The numbers
// must not be changed after.
func (s *Step) Parts(at any, part []float64) [][]float64 {
	if s == nil {
		panic(graphf("parts", "the step is nil"))
	}
	if s.Meet == nil {
		return [][]float64{part}
	}
	return s.Meet(at, part)
}

// Train says that what is computed in the scope belongs to a step of a training.
func (s *Scope[T]) Train(step *Step) {
	s.known("train")
	if step == nil {
		panic(graphf("train", "the step is nil; Eval says that it is no training"))
	}
	s.step, s.purposeful = step, true
}

// Eval says that what is computed in the scope is no training: layers take what they
// have learnt. So does what is computed from a NoGrad tensor, whatever its scope.
func (s *Scope[T]) Eval() {
	s.known("eval")
	s.step, s.purposeful = nil, true
}

// Step returns the training step that t belongs to, or nil in evaluation: if t is under
// NoGrad, or in a scope of which Eval was called. It panics with a *GraphError in the
// name of op if nobody has said which it is, since training without knowing it, or not
// training, would show in nothing but the results.
func (t *Tensor[T]) Step(op string) *Step {
	t.known(op)
	switch {
	case t.noGrad:
		return nil
	case t.scope == nil || !t.scope.purposeful:
		panic(graphf(op, "nothing says whether this is training or evaluation: train.Stepper and train.Evaluate do, "+
			"Train and Eval of the input's scope, or NoGrad of the input, which is evaluation"))
	}
	return t.scope.step
}
