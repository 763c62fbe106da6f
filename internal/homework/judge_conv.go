package homework

import (
	"fmt"
	"math/rand/v2"

	"hw4/internal/judge"
	"hw4/internal/report"
	"hw4/pool"
	"hw4/tensor"
)

// maxDense bounds the weights of an ordinary convolution as which a depthwise
// filter is judged.
const maxDense = 1 << 18

// A FilterAnswer is a reader's own answer to one of Problems 1 to 3.
type FilterAnswer struct {
	W       *tensor.Tensor[float64] // the filter, in any shape that the problem allows
	Stride  int                     // 0: as the problem has it
	Padding *int                    // nil: as the problem has it
}

// JudgeFilter judges an answer to Problem 1, 2 or 3 on the basis images of
// Height x Width. The error is a *UsageError, or an *InputError for a filter that
// has no shape of an answer.
func JudgeFilter(problem int, cfg Config, answer FilterAnswer) (*report.Report, error) {
	task, err := filterTask(problem, cfg)
	if err != nil {
		return nil, err
	}
	f, err := task.Fit(answer.W)
	if err != nil {
		return nil, &InputError{Err: fmt.Errorf("%w%s", err, kernelHint(problem, cfg, answer.W))}
	}
	if answer.Stride != 0 {
		f.Stride = answer.Stride
	}
	if answer.Padding != nil {
		f.Padding = *answer.Padding
	}
	a := newAnswer(problem)
	a.r.Title += ": your filter"
	a.text("Read as w of shape %s, with stride %d and padding %d.", shapeOf(answer.W), f.Stride, f.Padding)
	a.verdict(task.Judge(f, cfg.Height, cfg.Width))
	return a.report()
}

// kernelHint says how to judge a filter that fits Problem 2 with other settings.
func kernelHint(problem int, cfg Config, w *tensor.Tensor[float64]) string {
	if problem != 2 || w.Rank() < 3 {
		return ""
	}
	channels, kh, kw := w.Dim(0), w.Dim(-2), w.Dim(-1)
	if kh != kw || kh == cfg.Kernel && channels == cfg.Channels {
		return ""
	}
	return fmt.Sprintf(" (--kernel %d --channels %d); for this filter say --kernel %d --channels %d", cfg.Kernel, cfg.Channels, kh, channels)
}

// shapeOf writes a shape as a tuple.
func shapeOf(t *tensor.Tensor[float64]) string { return judge.Tuple(t.Shape()) }

// verdict adds what a judge has found.
func (a *answer) verdict(v judge.Verdict) {
	a.r.Items = append(a.r.Items, v.Items...)
	a.r.Checks = append(a.r.Checks, v.Checks...)
}

// filterTask returns the task that Problem 1, 2 or 3 is.
func filterTask(problem int, cfg Config) (*judge.Task, error) {
	switch problem {
	case 1:
		return judge.Difference(difference, differenceFilter()), nil
	case 2:
		if err := divisible(cfg.Height, cfg.Width, cfg.Kernel); err != nil {
			return nil, err
		}
		if n := cfg.Channels * cfg.Channels; n > maxDense/(cfg.Kernel*cfg.Kernel) {
			return nil, usagef("%d channels with a kernel of size %d make more than %d weights of an ordinary convolution; choose a smaller --channels", cfg.Channels, cfg.Kernel, maxDense)
		}
		return judge.AvgPool(avgPool(cfg.Kernel), cfg.Channels, cfg.Kernel), nil
	case 3:
		return judge.Grey(grey, greyFilter()), nil
	}
	return nil, usagef("problem %d does not ask for a filter", problem)
}

// maxRecovered bounds the elements of the images whose basis Recover asks for.
const maxRecovered = 1 << 12

// RecoverFilter reads the filter off a mapping by its answers to basis images of
// Height x Width: that of Problem 1, 2 or 3, or for 4 max pooling, which is
// refused. The error is a *UsageError.
func RecoverFilter(problem int, cfg Config) (*report.Report, error) {
	channels, step := map[int]int{1: 1, 2: cfg.Channels, 3: 3, 4: 1}[problem], 1
	if problem == 2 || problem == 4 {
		step = cfg.Kernel
		if err := divisible(cfg.Height, cfg.Width, cfg.Kernel); err != nil {
			return nil, err
		}
	}
	if n := channels * cfg.Height * cfg.Width; n > maxRecovered {
		return nil, usagef("images of %dx%dx%d have %d elements; reading a filter off wants at most %d, so choose a smaller --size", channels, cfg.Height, cfg.Width, n, maxRecovered)
	}
	a := newAnswer(problem)
	a.r.Title += ": the filter read off the mapping"
	rng := rand.New(rand.NewPCG(cfg.Seed, 10))
	if problem == 4 {
		a.r.Title = "Max pooling: the filter read off the mapping"
		_, verdict := judge.Recover(rng, maxPool(cfg.Kernel), step, 1, cfg.Height, cfg.Width)
		a.verdict(verdict)
		return a.report()
	}
	task, err := filterTask(problem, cfg)
	if err != nil {
		return nil, err
	}
	f, verdict := judge.Recover(rng, task.Definition, step, channels, cfg.Height, cfg.Width)
	if f.W != nil {
		a.text("Read off the answers to the basis images of %dx%dx%d: a convolution with stride %d, padding %d and a weight of shape %s:",
			channels, cfg.Height, cfg.Width, f.Stride, f.Padding, shapeOf(f.W))
		a.verdict(judge.Verdict{Items: task.Show(f)})
	}
	a.verdict(verdict)
	if f.W != nil {
		a.check("it is the sheet's filter", task.IsRight(f), "weights, stride and padding are compared with the sheet's answer, which was not used to read them")
	}
	return a.report()
}

// maxPool is the max pool with kernel size and stride k.
func maxPool(k int) imageMap {
	return func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return pool.MaxPool2d(x, pool.Options{Kernel: [2]int{k, k}})
	}
}

// checkRecovered reads the filter off the definition of a problem's mapping, with
// no knowledge of the answer, and checks that it is the one that was given.
func (a *answer) checkRecovered(rng *rand.Rand, task *judge.Task, h, w int) {
	_, c, _, _ := task.Right.W.Dims4("recover")
	f, verdict := judge.Recover(rng, task.Definition, task.Step, c, h, w)
	r := report.Body{Checks: verdict.Checks}
	a.check("recovered, unique, equal to the sheet's", r.OK() && task.IsRight(f),
		"the formula's answers to the basis images of %dx%dx%d allow one filter of this size, and it is this one", c, h, w)
}
