package losses

import (
	"hw4/data"
	"hw4/internal/training"
)

// Fits returns the trainings of a single run, by the names of their losses: those that
// Solve does. The data is what MNIST has of the two classes, not Options.Data.
func (o Options) Fits(mnist *data.MNIST) map[string]*training.Fit {
	s := sets{mnist.Train.Subset(four, nine), mnist.Test.Subset(four, nine)}
	fits := make(map[string]*training.Fit)
	for _, l := range binaryLosses {
		if o.Loss == l.name || o.Loss == Both {
			fits[l.name] = o.fit(l, s)
		}
	}
	return fits
}
