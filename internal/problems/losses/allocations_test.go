package losses

import (
	"context"
	"runtime"
	"testing"

	"hw4/data"
	"hw4/internal/progress"
)

// A step of a batch of 512 has 16 shards: one allocation for each would be too many.
func TestStepAllocatesNothingForAShard(t *testing.T) {
	s, err := load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	for _, l := range binaryLosses {
		for _, batch := range []int{64, 512} {
			if n := allocated(l, s, batch); n > 20 {
				t.Errorf("%s: a step with a batch of %d makes %.1f allocations, want at most 20", l.name, batch, n)
			} else {
				t.Logf("%s: a step with a batch of %d makes %.1f allocations", l.name, batch, n)
			}
		}
	}
}

// allocated returns the number of allocations in a step of the training by a loss.
func allocated(l binaryLoss, s *data.MNIST, batch int) float64 {
	const warm, counted = 28, 16 // steps; of those with 512 images an epoch has 24, and begins with other work
	var before, after runtime.MemStats
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	o, step := Defaults(), 0
	o.Batch = batch
	f := o.fit(l, s)
	f.Fitted = nil // what an epoch measures is not what is counted
	_, _ = f.Run(ctx, progress.Progress{Step: func(progress.Step) {
		switch step++; step {
		case warm:
			runtime.ReadMemStats(&before)
		case warm + counted:
			runtime.ReadMemStats(&after)
			stop() // the error is that of being stopped
		}
	}})
	return float64(after.Mallocs-before.Mallocs) / counted
}
