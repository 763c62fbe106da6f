package kernel

import "sync"

// A freeList lends scratch space. Unlike a sync.Pool it loses none to the garbage
// collector, so that work done again and again allocates nothing once the program
// is warm.
type freeList[E any] struct {
	mu   sync.Mutex
	free []*[]E
}

// get returns a slice of n arbitrary elements, to be given back with put.
func (l *freeList[E]) get(n int) *[]E {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := len(l.free) - 1
	if last < 0 {
		s := make([]E, n)
		return &s
	}
	s := l.free[last]
	l.free = l.free[:last]
	if cap(*s) < n {
		*s = make([]E, n)
	}
	*s = (*s)[:n]
	return s
}

func (l *freeList[E]) put(s *[]E) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free = append(l.free, s)
}

// The scratch space of all kernels. It never shrinks: there are as many pieces as
// have been in use at once, each as large as was ever asked of it.
var (
	buffers32 freeList[float32]
	buffers64 freeList[float64]
	tapLists  freeList[tap]
)

func buffersOf[T Float]() *freeList[T] {
	if l, ok := any(&buffers32).(*freeList[T]); ok {
		return l
	}
	return any(&buffers64).(*freeList[T])
}

func getBuffer[T Float](n int) *[]T { return buffersOf[T]().get(n) }

func putBuffer[T Float](b *[]T) { buffersOf[T]().put(b) }
