package lenet5

import (
	"context"
	"runtime"
	"testing"

	"hw4/data"
	"hw4/internal/progress"
	"hw4/lenet"
)

// allocated returns the number of allocations in a step of the training of a variant.
func allocated(t *testing.T, arch lenet.Arch, mnist *data.MNIST, batch int) float64 {
	t.Helper()
	const warm, counted = 8, 32 // steps
	var before, after runtime.MemStats
	ctx, stop := context.WithCancel(context.Background())
	o, step := Defaults(arch), 0
	o.Batch = batch
	_, _ = o.Fit(mnist).Run(ctx, progress.Progress{Step: func(progress.Step) {
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

// A step of a batch of 512 has 32 shards: one allocation for each would be too many. The
// garbage collector empties pools now and then, so the least of some runs counts.
func TestStepAllocatesNothingForAShard(t *testing.T) {
	mnist, err := data.Load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	mnist.Test = few(mnist.Test, 1)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	const most, runs = 32, 4
	for _, arch := range []lenet.Arch{lenet.Modern, lenet.Original} {
		for _, batch := range []int{64, 512} {
			n := allocated(t, arch, mnist, batch)
			for run := 1; run < runs && n > most; run++ {
				n = allocated(t, arch, mnist, batch)
			}
			if n > most {
				t.Errorf("%v: a step with a batch of %d makes %.1f allocations, want at most %d", arch, batch, n, most)
			} else {
				t.Logf("%v: a step with a batch of %d makes %.1f allocations", arch, batch, n)
			}
		}
	}
}
