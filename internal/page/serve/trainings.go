package serve

import (
	"context"
	"sync"
)

// trainings are those that run: one a client, and not too many.
type trainings struct {
	mutex   sync.Mutex
	running map[string]*running // by client
	turns   chan struct{}
}

type running struct {
	stop  func()
	ended chan struct{}
}

// begin waits for the turn of a client's training. An earlier training of the client is
// stopped. done is to be called at the end. The error is the context's.
func (t *trainings) begin(ctx context.Context, client string, stop func()) (done func(), err error) {
	own := &running{stop, make(chan struct{})}
	t.mutex.Lock()
	before := t.running[client]
	t.running[client] = own
	t.mutex.Unlock()
	leave := func() {
		t.mutex.Lock()
		if t.running[client] == own {
			delete(t.running, client)
		}
		t.mutex.Unlock()
		close(own.ended)
	}
	if before != nil {
		before.stop()
		<-before.ended
	}
	select {
	case t.turns <- struct{}{}:
		return func() { <-t.turns; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
