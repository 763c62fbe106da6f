package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
)

// A row is what was measured of a case.
type row struct {
	*trainingCase
	seconds [contestants][]float64 // by round; none of a program that is not here
	failed  [contestants]error
	peak    float64 // the most operations a second that were seen; 0: not known
}

// measure goes through the cases once to warm up and to compile, and then for the record.
// A round has all cases, so that each meets the machine at several times. A program that
// fails in a case takes no more part in it.
func measure(cases []*trainingCase, programs []*contestant, rounds int) []*row {
	var rows []*row
	for _, c := range cases {
		rows = append(rows, &row{trainingCase: c})
	}
	for round := range rounds + 1 {
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round, rounds)
		for _, r := range rows {
			r.turn(programs, round > 0)
		}
	}
	return rows
}

// turn has each program train once.
func (r *row) turn(programs []*contestant, record bool) {
	var losses []float64
	for i, p := range programs {
		if p == nil || r.failed[i] != nil || r.failed[ours] != nil {
			continue
		}
		a, err := p.train(r.trainingCase)
		if i == ours {
			losses = a.Losses
		}
		if err == nil {
			err = agree(losses, a.Losses)
		}
		if err != nil {
			r.failed[i] = fmt.Errorf("%s, batch %d, %s: %w", r.Name, r.Batch, p.Name, err)
			continue
		}
		if record {
			r.seconds[i] = append(r.seconds[i], a.Seconds)
			r.peak = max(r.peak, a.Peak)
		}
	}
}

// failures returns what went wrong in all rows.
func failures(rows []*row) error {
	var all []error
	for _, r := range rows {
		all = append(all, r.failed[:]...)
	}
	return errors.Join(all...)
}

// rate returns the images a second of a program, the median of the rounds.
func (r *row) rate(program int) float64 {
	return float64(r.Images*r.Epochs) / median(r.seconds[program])
}

// fastest returns, by round, the seconds of the fastest peer.
func (r *row) fastest() []float64 {
	best := slices.Repeat([]float64{math.Inf(1)}, len(r.seconds[ours]))
	for i := eager; i < contestants; i++ {
		for round, s := range r.seconds[i] {
			best[round] = min(best[round], s)
		}
	}
	return best
}

// A ratio is how many times as fast something is, by round.
type ratio []float64

// over returns slow by fast.
func over(slow, fast []float64) ratio {
	q := make(ratio, len(fast))
	for i := range q {
		q[i] = slow[i] / fast[i]
	}
	return q
}

// String returns the median and the range.
func (q ratio) String() string {
	return fmt.Sprintf("%.2f (%.2f to %.2f)", median(q), slices.Min(q), slices.Max(q))
}

func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
