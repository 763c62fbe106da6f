package parallel

import (
	"runtime"
	"sync/atomic"
	"time"
)

// A Team does one job after the other with goroutines that stand by between jobs.
// To wake a goroutine on another core takes as long as a small piece of work; one
// that stands by begins at once. A Team serves one goroutine at a time. Its
// goroutines end when it is no longer in use.
type Team struct {
	crew *crew
	job  *job // the one that Do is doing
	size int  // of the crew for it
}

// NewTeam returns a Team.
func NewTeam() *Team {
	t := &Team{crew: &crew{wake: make(chan struct{}, 1)}}
	runtime.AddCleanup(t, (*crew).end, t.crew)
	return t
}

// Do calls work for the pieces 0 to n-1 as the function Do does. It also tells which
// of the goroutines does a piece, so that each can have storage of its own: a number below
// the largest GOMAXPROCS that the Team has met, unless Instead has started it.
func (t *Team) Do(n int, work func(worker, i int)) {
	j := newJob(n, work)
	t.job, t.size = j, max(t.crew.size, runtime.GOMAXPROCS(0)-1)
	if helpers := min(n, runtime.GOMAXPROCS(0)) - 1; helpers > 0 {
		t.crew.post(j, runtime.GOMAXPROCS(0)-1)
	}
	j.run(0)
	standBy(func() bool { return j.left.Load() == 0 })
	j.wait()
}

// Instead is for a piece of the job that Do is doing, of number i, that is going to
// wait for other pieces. If there are pieces that nobody has taken, it starts another
// goroutine for them, whose number is neither below GOMAXPROCS nor that of another. A
// piece may call it once before all others have been taken.
func (t *Team) Instead(i int) {
	if j := t.job; j.next.Load() < j.n {
		go j.run(t.size + 1 + i)
	}
}

// A crew is the goroutines of a Team. They do not know the Team, so as not to keep
// it alive.
type crew struct {
	size   int
	job    atomic.Pointer[job] // the newest
	ended  atomic.Bool
	asleep atomic.Int64
	wake   chan struct{}
}

// post makes a job known to a crew of at least the given size.
func (c *crew) post(j *job, size int) {
	c.job.Store(j)
	for c.size < size {
		c.size++
		go c.serve(c.size)
	}
	c.rouse()
}

// rouse wakes those who are asleep, one of whom wakes the next.
func (c *crew) rouse() {
	if c.asleep.Load() > 0 {
		select {
		case c.wake <- struct{}{}:
		default: // one is on the way
		}
	}
}

// serve does jobs until the crew ends.
func (c *crew) serve(worker int) {
	var last *job
	news := func() bool { return c.job.Load() != last || c.ended.Load() }
	for !c.ended.Load() {
		if !standBy(news) {
			c.asleep.Add(1)
			for !news() {
				<-c.wake
			}
			c.asleep.Add(-1)
			c.rouse()
		}
		if j := c.job.Load(); j != last {
			last = j
			j.run(worker)
		}
	}
}

func (c *crew) end() {
	c.ended.Store(true)
	c.rouse()
}

// patience is how long a goroutine stays awake for what it waits for: longer than
// a training loop needs between two jobs, shorter than anybody would notice.
const patience = 50 * time.Microsecond

// standBy waits for ready without giving up the core to sleep, and reports whether
// it came before patience ran out.
func standBy(ready func() bool) bool {
	const polls = 100 // between two looks at the clock, which take much longer
	for start := time.Now(); ; runtime.Gosched() {
		for range polls {
			if ready() {
				return true
			}
		}
		if time.Since(start) > patience {
			return false
		}
	}
}
