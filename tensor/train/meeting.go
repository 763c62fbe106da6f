package train

import (
	"fmt"
	"sync"
)

// A meeting is where the shards of a step wait for each other to exchange numbers. All
// of them must come, again and again, to the same places in the same order. If one
// does not, because it failed or has ended, the others panic instead of waiting.
type meeting struct {
	size    int
	instead func(i int) // somebody else is to do what the shard would have done next

	mu      sync.Mutex
	changed sync.Cond
	at      any         // where they meet
	parts   [][]float64 // of those who have come
	come    int
	round   int         // meetings that are over
	last    [][]float64 // the parts of the last; the next is not over before all have read them
	ended   bool        // a shard has
	fault   any         // that of the first which failed
}

func newMeeting(size int, instead func(i int)) *meeting {
	m := &meeting{size: size, instead: instead}
	m.changed.L = &m.mu
	return m
}

// meet is shard i's part of a meeting, and returns the parts of all.
func (m *meeting) meet(i int, at any, part []float64) [][]float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.come == 0:
		m.at, m.parts = at, make([][]float64, m.size)
	case m.at != at:
		m.fail(leftAlone(m.at))
	}
	if m.ended {
		m.fail(leftAlone(at))
	}
	m.parts[i] = part
	if m.come++; m.come == m.size && m.fault == nil {
		m.last, m.come = m.parts, 0
		m.round++
		m.changed.Broadcast()
		return m.last
	}
	if round := m.round; m.fault == nil {
		m.mu.Unlock()
		m.instead(i)
		m.mu.Lock()
		for m.round == round && m.fault == nil {
			m.changed.Wait()
		}
		if m.round != round {
			return m.last
		}
	}
	panic(abandoned{})
}

// abandoned is what a shard panics with that waits in vain. It is not the fault for which
// it does: layers on the way up would put their names before the path of that.
type abandoned struct{}

// end says that a shard is through, or has failed if fault is not nil. Then it returns the
// fault of the first that has failed.
func (m *meeting) end(fault any) any {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended = true
	if fault != nil {
		m.fail(fault)
		return m.fault
	}
	if m.come > 0 {
		m.fail(leftAlone(m.at))
	}
	return nil
}

// fail wakes all who wait, to panic.
func (m *meeting) fail(fault any) {
	if m.fault == nil {
		m.fault = fault
	}
	m.changed.Broadcast()
}

func leftAlone(at any) string {
	return fmt.Sprintf("train: the shards of a batch go through different layers: only some came to a %T", at)
}
