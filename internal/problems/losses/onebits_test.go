package losses

import (
	"context"
	"runtime"
	"testing"

	"hw4/data"
	"hw4/internal/kernel"
	"hw4/internal/progress"
	"hw4/internal/training"
)

// The sums of the weights that a training ends with: by the arithmetic of the kernels
// and by that of portable Go, after an epoch of 2,000 images, and by the former after an
// epoch of all. docs/arithmetic.md tells what they depend on: not on the instruction
// set, nor on the number of cores.
var oneResult = map[string]struct{ fused, portable, whole string }{
	"mse": {
		"9d2e4f4aa92977e2dc78a8f74ad4de47e2b6b195a360d17e95b7676689bfb793",
		"c4e00f0c33f58eeaa29c33873e0692889673752a7fe28dda2b20370d437dbd95",
		"a6480f1d9dfc7a866607c00c63f0fc1e767d5f5e8901e2d22434a2dd1ae573f4",
	},
	"kl": {
		"7772757cce25cba474b94bef1a003f03c6847749affa4ef451378f738957bb82",
		"18dcbe838ccf55038ebf18fca08da789dffe58fa9cb462594ddd34f99dbbf436",
		"52cc3494d7f42aa0308c57a59f8e13e8c4a9597f4958f58c9ac5364f20cf3415",
	},
}

func TestOneResult(t *testing.T) {
	s, err := load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, isa := range kernel.ISAs() {
		defer kernel.Use(isa)()
		for _, l := range binaryLosses {
			want := map[int]string{2000: oneResult[l.name].fused, s.Train.Len(): oneResult[l.name].whole}
			if isa == kernel.Generic {
				want = map[int]string{2000: oneResult[l.name].portable}
			}
			for images, sum := range want {
				for _, n := range []int{1, 2, 3} {
					runtime.GOMAXPROCS(n)
					if got := trained(t, l, s, images); got != sum {
						t.Errorf("%s on %d cores with %s: the weights have the sum %s after %d images, want %s",
							l.name, n, isa, got, images, sum)
					}
				}
			}
		}
	}
}

// trained returns the sum of the weights after an epoch of the first images.
func trained(t *testing.T, l binaryLoss, s *data.MNIST, images int) string {
	t.Helper()
	train := *s.Train
	train.Images, train.Labels = train.Images[:images*train.Rows*train.Cols], train.Labels[:images]
	o := Defaults()
	o.Epochs = 1
	f := o.fit(l, &data.MNIST{Train: &train, Test: &train})
	f.Fitted = nil
	if _, err := f.Run(context.Background(), progress.Progress{}); err != nil {
		t.Fatal(err)
	}
	return training.SHA256(f.Network.Params())
}
