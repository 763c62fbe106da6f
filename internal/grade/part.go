package grade

import (
	"math"
	"math/rand/v2"
	"path"
	"slices"
	"strings"

	"hw4/internal/arrayfile"
	"hw4/internal/judge"
	"hw4/internal/problem"
	"hw4/internal/problems/avgpool"
	"hw4/internal/problems/backprop"
	"hw4/internal/problems/commute"
	"hw4/internal/problems/difference"
	"hw4/internal/problems/grey"
	"hw4/internal/problems/lenet5"
	"hw4/internal/problems/lenet5/params"
	"hw4/internal/problems/losses"
	"hw4/internal/report"
	"hw4/internal/strict"
	"hw4/internal/training"
	"hw4/tensor"
)

// A Part is what gets points of its own.
type Part struct {
	ID     string // stable, such as "p1"
	Title  string
	Points float64 // if the rubric says nothing
	open   bool    // what its checks found does not give the answer away
	// blank is the empty answer of a template, as JSON; empty: null.
	blank func(g given) string
	judge func(b *bench, g given, a answer) (report.Verdict, error)
	codes func() []string // of the mistakes that it can have
}

// parts are all of them, in the order of the sheet.
var parts = []*Part{
	filter("p1", "Finite difference as a filter", func(given) (*judge.Task, error) { return difference.Options{}.Task() }),
	filter("p2", "Average pooling as a filter", func(g given) (*judge.Task, error) { return g.pooling().Task() }),
	filter("p3", "RGB to greyscale as a filter", func(given) (*judge.Task, error) { return grey.Options{}.Task() }),
	{"p4", "Counterexample for an activation", 10, true, nil, judgeWindow,
		func() []string { return []string{commute.CodeCommutes} }},
	{"p5-mse", "Weights by the sum of squares", 5, true, nil, linear("mse"), losses.WeightCodes},
	{"p5-kl", "Weights by the KL divergence", 5, true, nil, linear("kl"), losses.WeightCodes},
	{"p5-claim", "Which loss does better", 5, true, text(`{"better": null, "mse": null, "kl": null}`), judgeClaim,
		losses.ClaimCodes},
	{"p6", "Derivatives of a perceptron", 20, false, given.perceptron, judgeMatrices, backprop.Codes},
	{"p7", "Parameters of LeNet-5", 10, false, text(`{"original": null, "modern": null, "reduction": null}`), judgeCounts,
		params.CountCodes},
	{"p7-table", "Table I of C3", 5, true, nil, judgeTable, params.TableCodes},
	{"p7-weights", "Trained LeNet-5", 10, true, nil, judgeLeNet, lenet5.WeightCodes},
}

// Codes returns the words for the mistakes in answers to the part, that of no usual mistake
// among them. Two mistakes at once are joined by a plus.
func (p *Part) Codes() []string { return append(p.codes(), report.CodeWrong, report.CodeNotAnswered) }

// IDs returns the names of all parts.
func IDs() []string { return report.Each(parts, func(p *Part) string { return p.ID }) }

func partNamed(id string) *Part {
	if i := slices.Index(IDs(), id); i >= 0 {
		return parts[i]
	}
	return nil
}

// partOf returns the part that a file is called as, in whatever case; nil: none.
func partOf(file string) *Part {
	return partNamed(strings.ToLower(strings.TrimSuffix(path.Base(file), path.Ext(file))))
}

// given is what a template gives a student, which its seed fixes.
type given struct{ seed uint64 }

// pooling returns the kernel and the channels of Problem 2: those of the sheet's picture
// for seed 0.
func (g given) pooling() avgpool.Options {
	o := avgpool.Defaults()
	if g.seed != 0 {
		rng := rand.New(rand.NewPCG(g.seed, 2))
		o.Kernel, o.Channels = 2+rng.IntN(3), 2+rng.IntN(3)
	}
	o.Height, o.Width = o.Kernel, o.Kernel
	return o
}

// activation returns that of Problem 4.
func (g given) activation() string {
	names := commute.Decreasing()
	return names[g.seed%uint64(len(names))]
}

// perceptron returns that of Problem 6, with null for the answer.
func (g given) perceptron() string {
	o := backprop.Defaults()
	o.Seed = g.seed
	template, _ := o.Template() // there is a perceptron of the usual sizes
	return strings.ReplaceAll(strings.TrimSpace(string(template)), "\n", "\n  ")
}

func text(blank string) func(given) string { return func(given) string { return blank } }

// filter is a part whose answer is the filter of one of Problems 1 to 3, which a task judges.
func filter(id, title string, of func(g given) (*judge.Task, error)) *Part {
	codes := func() []string {
		task, _ := of(given{}) // the sheet's settings are no error
		return task.Codes()
	}
	return &Part{id, title, 10, false, nil, func(b *bench, g given, a answer) (report.Verdict, error) {
		task, err := of(g)
		if err != nil {
			return report.Verdict{}, err
		}
		w, err := a.array()
		if err != nil {
			return report.Verdict{}, err
		}
		f, err := task.Fit(w)
		if err != nil {
			return report.Verdict{}, problem.Inputf("%s: %w", a.name, err)
		}
		if slices.Equal(f.W.Shape(), task.Right.W.Shape()) &&
			slices.EqualFunc(f.W.Data(), task.Right.W.Data(), func(x, y float64) bool {
				return math.Abs(x-y) <= b.rubric.off()
			}) {
			f.W = task.Right.W
		}
		side := max(task.Step, 2*task.Right.W.Dim(2)) // the least that shows every border case
		return task.Judge(f, side, side), nil
	}, codes}
}

func judgeWindow(_ *bench, g given, a answer) (report.Verdict, error) {
	x, err := a.array()
	if err != nil {
		return report.Verdict{}, err
	}
	return commute.Judge(g.activation(), x.Data())
}

// linear judges weights of Problem 5, which may be in any shape.
func linear(loss string) func(b *bench, g given, a answer) (report.Verdict, error) {
	return func(b *bench, _ given, a answer) (report.Verdict, error) {
		w, err := training.ParseWeights(a.name, a.content)
		if err != nil {
			return report.Verdict{}, err
		}
		for name, x := range w.Dict {
			shape := []int{1, x.Len()}
			if x.Len() == 1 {
				shape = []int{1}
			}
			w.Dict[name] = tensor.Reshape(x, shape...)
		}
		jury, err := b.losses()
		if err != nil {
			return report.Verdict{}, err
		}
		return jury.Judge(w, loss, b.rubric.floor("p5-"+loss))
	}
}

// optional reads a value that may be left out or null.
func optional[T any](d *strict.JSON, key string, to **T, read func() (T, error)) strict.Field {
	return strict.Field{Key: key, Optional: true, Read: func() error {
		if d.Peek() == 'n' {
			return d.Skip()
		}
		v, err := read()
		*to = &v
		return err
	}}
}

func judgeClaim(_ *bench, _ given, a answer) (report.Verdict, error) {
	var c losses.Claim
	better := new(string)
	d := a.json()
	err := d.Fields(optional(d, "better", &better, d.Text), optional(d, "mse", &c.MSE, d.Float),
		optional(d, "kl", &c.KL, d.Float))
	if err != nil {
		return report.Verdict{}, problem.Input(err)
	}
	c.Better = strings.ToLower(*better)
	return losses.JudgeClaim(c)
}

// judgeMatrices judges those of Problem 6 for the perceptron of the template.
func judgeMatrices(b *bench, g given, a answer) (report.Verdict, error) {
	template, err := backprop.Read("the template", []byte(g.perceptron()))
	if err != nil {
		return report.Verdict{}, err
	}
	name, array := arrayfile.Split(a.name)
	own, err := backprop.ReadFile(name, array, a.content, template.Net.Activation.Name, &template)
	if err != nil {
		return report.Verdict{}, err
	}
	own.Off = b.rubric.off()
	if b.rubric.OwnNetwork {
		return own.Judge()
	}
	return own.JudgeFor(&template, "your template")
}

func judgeCounts(_ *bench, _ given, a answer) (report.Verdict, error) {
	var c params.Counts
	d := a.json()
	number := func() (int, error) {
		n, err := d.Int(0, math.MaxInt32)
		return int(n), err
	}
	err := d.Fields(optional(d, "original", &c.Original, number), optional(d, "modern", &c.Modern, number),
		optional(d, "reduction", &c.Reduction, number))
	return params.JudgeCounts(c), problem.Input(err)
}

// judgeTable judges Table I as lists of inputs, or as zeros and ones.
func judgeTable(_ *bench, _ given, a answer) (report.Verdict, error) {
	table, err := a.lists()
	if err != nil {
		return report.Verdict{}, problem.Input(err)
	}
	return params.JudgeTable(fromMarks(table)), nil
}

func judgeLeNet(b *bench, _ given, a answer) (report.Verdict, error) {
	w, err := training.ParseWeights(a.name, a.content)
	if err != nil {
		return report.Verdict{}, err
	}
	jury, err := b.lenet()
	if err != nil {
		return report.Verdict{}, err
	}
	return jury.Judge(w, b.rubric.floor("p7-weights"))
}

// array returns the one array of numbers of an answer.
func (a answer) array() (*tensor.Tensor[float64], error) {
	name, array := arrayfile.Split(a.name)
	x, _, err := arrayfile.One(name, a.content, array)
	return x, err
}
