package page

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"hw4/internal/problem"
	"hw4/internal/problems/lenet5"
	"hw4/internal/problems/losses"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/internal/training"
	"hw4/tensor/nn"
)

// Bounds of a training that a page asks for.
const (
	maxEpochs = 1000
	maxBatch  = 1 << 14
)

// between is the least time between two parts of the answer of a training, and most is
// how many there are at most.
const (
	between = 60 * time.Millisecond
	most    = 100
)

// A trainingRequest has the settings of 'hw4 train', or of 'hw4 lenet --train'.
type trainingRequest struct {
	Loss   string  `json:"loss,omitempty"` // of Problem 5: mse or kl
	Arch   string  `json:"arch,omitempty"` // of Problem 7
	Epochs int     `json:"epochs"`
	Batch  int     `json:"batch"`
	LR     float64 `json:"lr"`
	Seed   uint64  `json:"seed"`
}

// options returns the settings that all trainings share.
func (r trainingRequest) options() (training.Options, error) {
	switch {
	case r.Epochs < 1 || r.Epochs > maxEpochs:
		return training.Options{}, problem.Settingf("epochs", "%d: want 1 to %d", r.Epochs, maxEpochs)
	case r.Batch < 1 || r.Batch > maxBatch:
		return training.Options{}, problem.Settingf("batch", "%d: want 1 to %d", r.Batch, maxBatch)
	case !(r.LR > 0) || math.IsInf(r.LR, 0):
		return training.Options{}, problem.Settingf("lr", "%v: want a positive number", r.LR)
	}
	return training.Options{Epochs: r.Epochs, Batch: r.Batch, LR: r.LR, Seed: r.Seed}, nil
}

// parts returns what emits where a training is, from time to time: how far it has come,
// the mean loss of the steps since the last part, and the state, if it has one to show.
func parts(emit Emit, state func() any) func(progress.Step) {
	last, done, sum, steps := time.Now(), 0, 0.0, 0
	return func(s progress.Step) {
		sum, steps = sum+s.Loss, steps+1
		now := time.Now()
		if (now.Sub(last) < between || (s.Done-done)*most < s.Total) && s.Done < s.Total {
			return
		}
		part := map[string]any{"done": s.Done, "total": s.Total, "loss": cell(sum / float64(steps))}
		if state != nil {
			part["state"] = state()
		}
		emit(part)
		last, done, sum, steps = now, s.Done, 0, 0
	}
}

// epochs are what was measured; what was not is nil.
func epochs(curve []training.Epoch) [][]any {
	rows := make([][]any, len(curve))
	for i, e := range curve {
		rows[i] = []any{e.Epoch}
		for _, v := range []float64{e.TrainLoss, e.TrainAcc, e.TestLoss, e.TestAcc} {
			rows[i] = append(rows[i], cell(v))
		}
	}
	return rows
}

// cell returns a number, or nil if JSON cannot hold it.
func cell(v float64) any {
	if !report.Finite(v) {
		return nil
	}
	return v
}

// binOf returns the bin of a logit; of the least or the largest, however far outside.
func binOf(z float64) int {
	at := (z + reach) / (2 * reach) * bins
	if !(at > 0) {
		return 0
	}
	return int(min(at, bins-1))
}

// train trains the model of Problem 5 with one loss, and emits where it is.
func (p *Page) train(ctx context.Context, r trainingRequest, emit Emit) (any, error) {
	o := losses.Defaults()
	o.Loss, o.Seeds = r.Loss, 1
	one := slices.DeleteFunc(losses.Names(), func(name string) bool { return name == losses.Both })
	if err := problem.OneOf("loss", r.Loss, one); err != nil {
		return nil, err
	}
	var err error
	if o.Options, err = r.options(); err != nil {
		return nil, err
	}
	mnist, err := p.content.Sets()
	if err != nil {
		return nil, err
	}
	f, err := o.Fit(mnist)
	if err != nil {
		return nil, err
	}
	show := parts(emit, func() any { return stateOf(f) })
	curve, err := f.Run(ctx, progress.Progress{Step: show})
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"curve": epochs(curve), "state": stateOf(f), "misread": misread(f), "sha256": training.SHA256(f.Network.Params()),
		"test": f.Test.Len(),
	}, nil
}

// bins is the number of bars that the logits of a class are counted in, from -reach to
// reach.
const (
	bins  = 48
	reach = 8
)

// stateOf returns the weight picture and, for the test images of both classes, how many
// have a logit z in each bin. The border is at z = 0.
func stateOf(f *training.Fit) map[string]any {
	var counts [2][bins]int
	z := f.Outputs(f.Test).Data()
	for i, label := range f.Test.Labels {
		class := 0
		if label == slices.Max(f.Test.Labels) {
			class = 1
		}
		counts[class][binOf(float64(z[i]))]++
	}
	params := f.Network.Params()
	state := map[string]any{"weights": floats(params[0].Value), "fours": counts[0], "nines": counts[1], "reach": reach}
	if len(params) > 1 {
		state["bias"] = params[1].Value.Data()[0]
	}
	return state
}

// misread returns the surest mistakes on the test images.
func misread(f *training.Fit) map[string]any {
	const shown = 12
	list := losses.Misread(f.Test, f.Outputs(f.Test))
	slices.SortStableFunc(list, func(a, b training.Misread) int { return cmp.Compare(b.Probability, a.Probability) })
	var images []map[string]any
	for _, m := range list[:min(shown, len(list))] {
		images = append(images, map[string]any{
			"pixels": f.Test.Image(m.Image), "label": m.Label, "said": m.Said, "probability": m.Probability,
		})
	}
	return map[string]any{"count": len(list), "images": images}
}

// trainLeNet trains a LeNet-5 on all of MNIST, emits where it is, and keeps the weights.
func (p *Page) trainLeNet(ctx context.Context, r trainingRequest, emit Emit) (any, error) {
	arch, err := lenet5.Named(r.Arch)
	if err != nil {
		return nil, err
	}
	o := lenet5.Defaults(arch)
	if o.Options, err = r.options(); err != nil {
		return nil, err
	}
	if p.content.Classes < 10 {
		return nil, problem.Inputf("this page has only the 4s and 9s of MNIST; 'hw4 serve' trains LeNet-5 on all of it")
	}
	mnist, err := p.content.Sets()
	if err != nil {
		return nil, err
	}
	f := o.Fit(mnist)
	milestone := func(line string) { emit(map[string]any{"line": line}) }
	curve, err := f.Run(ctx, progress.Progress{Step: parts(emit, nil), Line: milestone})
	if err != nil {
		return nil, err
	}
	hash := p.kept.add(arch, f.Network.(nn.Sequential[float32]))
	return map[string]any{"curve": epochs(curve), "hash": hash, "arch": arch.String(),
		"sha256": training.SHA256(f.Network.Params())}, nil
}
