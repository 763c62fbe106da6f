// Package grade judges the hand-ins of a class. Answers are data: no code of a student is
// run. Its folders write the results for people, for gradebooks and for other graders.
package grade

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"hw4/data"
	"hw4/internal/problem"
	"hw4/internal/problems/lenet5"
	"hw4/internal/problems/losses"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/internal/strict"
)

// Options say what to judge, and by what.
type Options struct {
	Rubric   *Rubric
	Data     data.Source // MNIST, for trained weights
	Progress progress.Progress
}

// A bench has what several judges need, made when it is first needed.
type bench struct {
	rubric *Rubric
	losses func() (*losses.Jury, error)
	lenet  func() (*lenet5.Jury, error)
}

func (o Options) bench() *bench {
	return &bench{
		rubric: o.Rubric,
		losses: sync.OnceValues(func() (*losses.Jury, error) { return losses.NewJury(o.Data) }),
		lenet:  sync.OnceValues(func() (*lenet5.Jury, error) { return lenet5.NewJury(o.Data) }),
	}
}

// handIn judges one hand-in, for as long as the rubric allows.
func (b *bench) handIn(ctx context.Context, h handIn) *Result {
	r := &Result{Student: h.student, File: filepath.Base(h.paths[0])}
	list, points := b.rubric.Worth()
	for i, p := range list {
		r.Parts = append(r.Parts, &PartResult{Part: p, Max: points[i], Verdict: report.Verdict{Code: report.CodeNotAnswered}})
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(b.rubric.seconds()*float64(time.Second)))
	defer cancel()
	work := &Result{Parts: slices.Clone(r.Parts)} // what goes on after the time is over must not touch the result
	judged := make(chan *PartResult, len(r.Parts))
	go func() {
		defer close(judged)
		b.parts(ctx, h, work, judged)
	}()
	for i := 0; ; i++ {
		select {
		case p, more := <-judged:
			if more {
				r.Parts[i] = p
				continue
			}
			r.Err, r.Notes, r.sums = work.Err, work.Notes, work.sums
			for _, p := range r.Parts {
				if r.Err != nil && p.From == "" {
					p.Verdict.Code = report.CodeUnreadable
				}
			}
		case <-ctx.Done():
			for ; i < len(r.Parts); i++ {
				r.Parts[i] = b.tooLong(r.Parts[i])
			}
		}
		return r
	}
}

// tooLong is the result of a part for which there was no time.
func (b *bench) tooLong(p *PartResult) *PartResult {
	return &PartResult{Part: p.Part, Max: p.Max, Verdict: report.Verdict{Code: CodeTooLong},
		Err: fmt.Errorf("judging took longer than %g seconds", b.rubric.seconds())}
}

// parts judges the parts of a hand-in one by one.
func (b *bench) parts(ctx context.Context, h handIn, r *Result, to chan<- *PartResult) {
	s, err := openSubmission(h.paths)
	if err != nil {
		r.Err = err
		return
	}
	defer s.close()
	answers, err := s.answers(b.rubric)
	r.sums = s.sums
	r.Notes = s.notes
	rest := slices.DeleteFunc(slices.Clone(s.names), func(n string) bool { return s.seen[n] })
	if len(rest) > 0 && len(answers) > 0 {
		r.Notes = append(r.Notes, "not judged: "+listed(rest))
	}
	if len(answers) == 0 && err == nil {
		err = problem.Inputf("no answers found among %s; want %s, files called as the parts (p1.npy), or a notebook "+
			"with cells marked # hw4: p1", listed(s.names), AnswersFile)
	}
	if r.Err = err; err != nil && len(answers) == 0 {
		return
	}
	g := given{b.rubric.SeedOf(h.template)}
	for _, p := range r.Parts {
		if ctx.Err() != nil {
			to <- b.tooLong(p)
			continue
		}
		out := *p
		if a, there := answers[p.ID]; there {
			out.Verdict, out.Err = b.one(p.Part, g, a)
			if out.Verdict.Code != report.CodeNotAnswered || out.Verdict.Score > 0 { // else a form that is empty
				out.From = a.name
			}
		}
		out.Earned = p.Max * b.rubric.share(p.ID, &out.Verdict)
		to <- &out
	}
}

// one judges an answer. What cannot be read is an error and has a code; so has what this
// program stumbles over, so that the other answers are judged.
func (b *bench) one(p *Part, g given, a answer) (v report.Verdict, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			v, err = report.Verdict{Code: CodeFailed}, fmt.Errorf("a mistake of hw4: %v", fault)
		}
	}()
	if err = a.err; err == nil {
		v, err = p.judge(b, g, a)
	}
	if err != nil {
		v = report.Verdict{Code: CodeFailed}
		var input *problem.InputError
		var format *strict.FormatError
		if errors.As(err, &input) || errors.As(err, &format) {
			v.Code = report.CodeUnreadable
		}
	}
	return v, err
}
