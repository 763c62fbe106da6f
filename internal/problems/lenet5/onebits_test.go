package lenet5

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"hw4/data"
	"hw4/internal/kernel"
	"hw4/internal/progress"
	"hw4/internal/proof"
	"hw4/internal/training"
	"hw4/lenet"
)

// The sums of the weights that a training ends with: by the arithmetic of the kernels
// and by that of portable Go, after two epochs of 1,000 images, and by the former after
// an epoch of all 60,000. docs/arithmetic.md tells what they depend on: not on the
// instruction set, nor on the number of cores.
var oneResult = map[lenet.Arch]struct{ fused, portable, whole string }{
	lenet.Original: {
		"0dd1799e26127ee0bf3b106324e094a8fb0d31b6279c5e63c2ef9562f9a4fa7d",
		"8dae18a4a9077762c1098da952275ad69018fc0030bc40e67d803a3ffceef703",
		"50e93932a935f77e88e04e6b85ca29f5bd786ef61a98c0fb6eb67ea5accf89d9",
	},
	lenet.Modern: {
		"5e566073ca7aad1459d82c7bad051a46e9196311a3c07bdae6d86154e2419d8e",
		"59ec710d8afcdf7c54d7c0e0172a227e0aba20a3a556eccaf7645b48f81fdf8b",
		"2c229fca74b3accd0b521a78a94fb9e49a87a35876e200624667d48c2ccdb19f",
	},
	lenet.LeCun1998: {
		"5c013d7dde208a4f2ffe703ff50ee26e7672e3a759514f89dfad6821d83300cf",
		"9e39e5166103f42ffca65db5a91265fd5fad0f0b6c7710819738bd42e24e157c",
		"a13a61153e565bda949026d57d97f8484ef2942b68e6835579576900834da646",
	},
}

// trained returns the sum of the weights after some epochs of the first images.
func trained(t *testing.T, arch lenet.Arch, mnist *data.MNIST, epochs, images int) string {
	t.Helper()
	first := func(s *data.Set, n int) *data.Set {
		return &data.Set{Rows: s.Rows, Cols: s.Cols, Images: s.Images[:n*s.Rows*s.Cols], Labels: s.Labels[:n]}
	}
	o := Defaults(arch)
	o.Epochs = epochs
	f := o.Fit(&data.MNIST{Train: first(mnist.Train, images), Test: first(mnist.Test, 100)})
	if _, err := f.Run(context.Background(), progress.Progress{}); err != nil {
		t.Fatal(err)
	}
	return training.SHA256(f.Network.Params())
}

func TestOneResult(t *testing.T) {
	mnist, err := data.Load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, isa := range kernel.ISAs() {
		defer kernel.Use(isa)()
		for i, arch := range lenet.Archs() {
			want, cores := oneResult[arch].fused, []int{1, 2, 3}
			if isa == kernel.Generic {
				want = oneResult[arch].portable
			}
			if isa == kernel.Generic || testing.Short() { // which takes its time
				cores = cores[i : i+1]
			}
			for _, n := range cores {
				runtime.GOMAXPROCS(n)
				if got := trained(t, arch, mnist, 2, 1000); got != want {
					t.Errorf("%v on %d cores with %s: the weights have the sum %s, want %s", arch, n, isa, got, want)
				}
			}
		}
	}
}

func TestOneResultOfAnEpoch(t *testing.T) {
	if !proof.Wanted() || testing.Short() {
		t.Skip("takes half a minute; for the proof")
	}
	mnist, err := data.Load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	for _, isa := range kernel.ISAs()[1:] {
		defer kernel.Use(isa)()
		for _, arch := range lenet.Archs() {
			c := proof.Count{What: fmt.Sprintf("images that the %v LeNet-5 trained on with %s", arch, isa), Tried: 60000}
			start := time.Now()
			if got, want := trained(t, arch, mnist, 1, 60000), oneResult[arch].whole; got != want {
				t.Errorf("%v with %s: the weights have the sum %s, want %s", arch, isa, got, want)
				c.Failed = c.Tried
			}
			c.Seconds, c.Note = proof.Since(start), "the bits of the weights are those of every instruction set"
			proof.Record(t, c)
		}
	}
}

// ownWeights are the sums of the weights that the program brings along.
var ownWeights = map[lenet.Arch]string{
	lenet.Modern:   "7a35e909ed698be1a69f7f4c95584ffd1f6337a6a0504c8f3d84a1cd6f08f705",
	lenet.Original: "6121249210a9eafe57ab730f0b9c409f07a96a016de416ed78ec541d84e221a6",
}

// The commands in README.md of internal/pretrained make these weights.
func TestOwnWeightsAreMadeAgain(t *testing.T) {
	if !proof.Wanted() || testing.Short() {
		t.Skip("trains for 20 epochs; for the proof")
	}
	mnist, err := data.Load(data.Source{})
	if err != nil {
		t.Fatal(err)
	}
	for _, isa := range kernel.ISAs()[1:] {
		defer kernel.Use(isa)()
		for arch, want := range ownWeights {
			c := proof.Count{What: fmt.Sprintf("images that the %v LeNet-5 of the program was trained on with %s", arch, isa),
				Tried: 20 * 60000}
			start := time.Now()
			if got := trained(t, arch, mnist, 20, 60000); got != want {
				t.Errorf("%v with %s: the weights have the sum %s, want %s", arch, isa, got, want)
				c.Failed = c.Tried
			}
			c.Seconds, c.Note = proof.Since(start), "the bits are those of the file"
			proof.Record(t, c)
		}
	}
}
