package optim

import (
	"math"

	"hw4/tensor"
)

// A Schedule is the learning rate as a function of the number of steps taken, or of
// epochs gone through, from 0. The optimizer is told before each:
//
//	adamw.LR = schedule(step)
type Schedule func(step int) float64

// StepLR returns the schedule lr gamma^floor(t/size): every size steps the rate is
// multiplied by gamma. It panics if size is not positive.
func StepLR(lr float64, size int, gamma float64) Schedule {
	wantSteps("step lr", size)
	return func(t int) float64 { return lr * math.Pow(gamma, float64(t/size)) }
}

// CosineAnnealingLR returns the schedule that falls from lr to lowest by half a cosine
// wave:
//
//	lowest + (lr - lowest) (1 + cos(pi t/steps)) / 2
//
// Behind its steps it stays at the lowest, where PyTorch's rises again. It panics if
// steps is not positive.
func CosineAnnealingLR(lr, lowest float64, steps int) Schedule {
	wantSteps("cosine annealing lr", steps)
	return func(t int) float64 {
		angle := math.Pi * float64(min(t, steps)) / float64(steps)
		return lowest + float64((lr-lowest)*(1+math.Cos(angle))/2)
	}
}

// WarmUp returns the schedule then, put off by some steps in which the rate rises
// evenly from the share start of its first value: PyTorch's LinearLR and another,
// joined by SequentialLR. So a training of n steps in all leaves n - steps to then. It
// panics if steps is not positive or then is nil.
func WarmUp(steps int, start float64, then Schedule) Schedule {
	wantSteps("warm-up", steps)
	if then == nil {
		panic(tensor.Shapef("warm-up", "the schedule after it is nil"))
	}
	return func(t int) float64 {
		if t >= steps {
			return then(t - steps)
		}
		return then(0) * (start + float64((1-start)*float64(t)/float64(steps)))
	}
}

func wantSteps(op string, steps int) {
	if steps <= 0 {
		panic(tensor.Shapef(op, "%d steps, want at least one", steps))
	}
}
