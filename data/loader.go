package data

import (
	"iter"
	"math/rand/v2"
	"slices"

	"hw4/tensor"
)

// Last says what becomes of the last batch of an epoch if it is smaller than the
// others. The zero value is PyTorch's default.
type Last int

const (
	KeepLast Last = iota // it is one like the others
	DropLast             // it is left out: PyTorch's drop_last=True
)

// LoaderOptions are the options of NewLoader.
type LoaderOptions struct {
	Batch   int          // images in a batch; 0: 1
	Shuffle *rand.Rand   // draws the order of every epoch anew; nil: the order of the set
	Last    Last         // what becomes of a smaller last batch
	Workers int          // batches that are made ahead, each by a goroutine; 0: images are made when asked for
	Augment Augmentation // how images are changed, every time in another way; zero: not at all
}

// A Loader brings the images of a set in batches. All that it draws depends on its
// seeds alone, and not on its workers.
type Loader[T tensor.Float] struct {
	// Epochs is the number of epochs begun, on which the changes of images depend. Set it
	// when a training is resumed. The order of the images is that of the generator
	// Shuffle, whose source must be in the state in which it was, too.
	Epochs uint64

	set *Set
	opt LoaderOptions
}

// NewLoader returns a loader of the images of set. It panics with a [*tensor.ShapeError]
// if set is nil or does not have one label an image, a number among the options is
// negative, or one of the Augment is out of range.
func NewLoader[T tensor.Float](set *Set, opt LoaderOptions) *Loader[T] {
	set.check("loader")
	if opt.Batch == 0 {
		opt.Batch = 1
	}
	if opt.Batch < 0 || opt.Workers < 0 {
		panic(tensor.Shapef("loader", "batches of %d and %d workers, want neither negative", opt.Batch, opt.Workers))
	}
	opt.Augment.check()
	return &Loader[T]{set: set, opt: opt}
}

// Len returns the number of batches in an epoch.
func (l *Loader[T]) Len() int {
	n := l.set.Len()
	if l.opt.Last == KeepLast {
		n += l.opt.Batch - 1
	}
	return n / l.opt.Batch
}

// Batches returns the batches of some passes through the set; every walk along the
// sequence goes on with other epochs. A batch may be used until the next one.
func (l *Loader[T]) Batches(epochs int) iter.Seq[*Batch[T]] {
	return func(yield func(*Batch[T]) bool) {
		for range epochs {
			if !l.epoch(yield) {
				return
			}
		}
	}
}

// epoch passes the batches of an epoch to yield, and reports whether it wants more.
func (l *Loader[T]) epoch(yield func(*Batch[T]) bool) (more bool) {
	number := l.Epochs
	l.Epochs++
	next, stop := iter.Pull(Batches(l.set.Len(), l.opt.Batch, l.opt.Shuffle))
	defer stop()
	var ahead []*Batch[T]
	defer func() {
		for _, b := range ahead { // if the walk ends early
			b.wait()
		}
	}()
	var spare []T
	for range l.Len() {
		for len(ahead) <= l.opt.Workers {
			indices, more := next()
			if !more {
				break
			}
			b := &Batch[T]{Indices: indices, loader: l, epoch: number}
			if ahead = append(ahead, b); l.opt.Workers > 0 {
				b.make(spare)
				spare = nil
			}
		}
		b := ahead[0]
		ahead = ahead[1:]
		b.wait()
		if !yield(b) {
			return false
		}
		spare = b.pixels
	}
	return true
}

// A Batch is some images of a set, with their labels.
type Batch[T tensor.Float] struct {
	Indices []int // of the images in the set

	loader *Loader[T]
	epoch  uint64
	pixels []T           // of the images, if they are made ahead
	made   chan struct{} // closed when they are
}

// Len returns the number of images.
func (b *Batch[T]) Len() int { return len(b.Indices) }

// Labels returns the labels of images lo to hi-1 of the batch, as loss.CrossEntropy
// takes them. It panics with a [*tensor.ShapeError] if there are no such images.
func (b *Batch[T]) Labels(lo, hi int) []int {
	b.check(lo, hi)
	labels := make([]int, 0, hi-lo)
	for _, i := range b.Indices[lo:hi] {
		labels = append(labels, int(b.loader.set.Labels[i]))
	}
	return labels
}

// Images returns images lo to hi-1 of the batch as a tensor (N, 1, Rows, Cols) in the
// scope, with pixels from 0 to 1. Goroutines may call it at once, with scopes of their
// own. It panics with a [*tensor.ShapeError] if there are no such images.
func (b *Batch[T]) Images(scope *tensor.Scope[T], lo, hi int) *tensor.Tensor[T] {
	b.check(lo, hi)
	set := b.loader.set
	x := scope.Empty(hi-lo, 1, set.Rows, set.Cols)
	if n := set.Rows * set.Cols; b.pixels != nil {
		copy(x.Data(), b.pixels[lo*n:hi*n])
	} else {
		b.fill(x.Data(), lo, hi)
	}
	return x
}

// check panics unless the batch has images lo to hi-1.
func (b *Batch[T]) check(lo, hi int) {
	if lo < 0 || lo > hi || hi > b.Len() {
		panic(tensor.Shapef("batch", "images %d to %d, want a part of 0 to %d", lo, hi, b.Len()))
	}
}

// make begins to make all images, in the storage if it is large enough.
func (b *Batch[T]) make(storage []T) {
	n := b.loader.set.Rows * b.loader.set.Cols * len(b.Indices)
	b.pixels, b.made = slices.Grow(storage[:0], n)[:n], make(chan struct{})
	go func() {
		defer close(b.made)
		b.fill(b.pixels, 0, len(b.Indices))
	}()
}

// wait returns when the images are made, if that has begun.
func (b *Batch[T]) wait() {
	if b.made != nil {
		<-b.made
	}
}

// fill writes the pixels of images lo to hi-1.
func (b *Batch[T]) fill(dst []T, lo, hi int) {
	l := b.loader
	if l.opt.Augment == (Augmentation{Seed: l.opt.Augment.Seed}) {
		Pixels(dst, l.set, b.Indices[lo:hi])
		return
	}
	n := l.set.Rows * l.set.Cols
	for i, index := range b.Indices[lo:hi] {
		change := l.opt.Augment.draw(b.epoch, index)
		transform(dst[i*n:(i+1)*n], l.set.Image(index), l.set.Rows, l.set.Cols, change)
	}
}

// Batches returns the numbers 0 to n-1 in batches of the given size, the last of
// which may be smaller: in an order that rng draws anew every time the sequence
// is walked, or ascending if it is nil. A batch may be used until the next one.
// It panics with a [*tensor.ShapeError] if n is negative or size is not positive.
func Batches(n, size int, rng *rand.Rand) iter.Seq[[]int] {
	if n < 0 || size <= 0 {
		panic(tensor.Shapef("batches", "%d numbers in batches of %d", n, size))
	}
	return func(yield func([]int) bool) {
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		if rng != nil {
			rng.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		for batch := range slices.Chunk(order, size) {
			if !yield(batch) {
				return
			}
		}
	}
}
