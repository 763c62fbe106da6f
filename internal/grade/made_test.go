package grade_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"hw4/data"
	"hw4/internal/datatest"
	"hw4/internal/grade"
	"hw4/internal/judge"
	"hw4/internal/problems/avgpool"
	"hw4/internal/problems/backprop"
	"hw4/internal/problems/difference"
	"hw4/internal/problems/grey"
	"hw4/internal/problems/lenet5"
	"hw4/internal/problems/lenet5/params"
	"hw4/lenet"
	"hw4/mlp"
	"hw4/tensor"
	"hw4/tensor/safetensors"
)

// The made-up class: hand-ins with every usual mistake, each with the points and the code
// that it must get.

// A made hand-in is answers.json as an object, with files beside it.
type made struct {
	name    string
	answers map[string]any
	files   map[string][]byte
	part    string  // the one that is not right
	code    string  // that it has
	points  float64 // that it gets
}

// images are ten classes that can be told apart: class c lights the rows 2c and 2c+1. One
// image looks like another class, so that no weights are too sure.
func images(n int) *data.Set {
	return datatest.Set(n, []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, func(i, p int) byte {
		shown := i % 10
		if i == 19 {
			shown = 4
		}
		if p/28/2 == shown {
			return byte(200 + i%50)
		}
		return 0
	})
}

// weights are those of Problem 5, right for the images: z is large and positive for a 9.
func weights(change func(a []float64, b float64) float64) map[string]any {
	a := make([]float64, 784)
	for p := range a {
		switch p / 28 / 2 {
		case 4:
			a[p] = -0.1
		case 9:
			a[p] = 0.1
		case 12:
			a[p] = 4 // pixels that are never lit
		}
	}
	b := 0.0
	if change != nil {
		b = change(a, b)
	}
	return map[string]any{"weight": [][]float64{a}, "bias": b}
}

func times(factor float64) func(a []float64, b float64) float64 {
	return func(a []float64, b float64) float64 {
		for i := range a {
			a[i] *= factor
		}
		return b * factor
	}
}

// normalised changes weights to those for pixels (x - 0.1307)/0.3081.
func normalised(a []float64, b float64) float64 {
	for i, v := range a {
		b += 0.1307 * v
		a[i] = v * 0.3081
	}
	return b
}

var trained = sync.OnceValues(func() (map[lenet.Arch][]byte, error) {
	dir, err := os.MkdirTemp("", "made")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := datatest.Write(dir, data.MNIST{Train: images(400), Test: images(320)}); err != nil {
		return nil, err
	}
	all := make(map[lenet.Arch][]byte)
	for _, arch := range []lenet.Arch{lenet.Original, lenet.Modern} {
		o := lenet5.Options{Train: true, Training: lenet5.Defaults(arch)}
		o.Epochs, o.Batch, o.Data, o.Save = 6, 10, data.Source{Dir: dir}, filepath.Join(dir, "w.safetensors")
		if _, err := o.Solve(context.Background()); err != nil {
			return nil, err
		}
		if all[arch], err = os.ReadFile(o.Save); err != nil {
			return nil, err
		}
	}
	return all, nil
})

// right returns answers that are all right, with LeNet's weights in a file.
func right(t *testing.T, name string) made {
	t.Helper()
	w, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	r := &grade.Rubric{}
	blank, err := r.Template(name)
	if err != nil {
		t.Fatal(err)
	}
	answers := make(map[string]any)
	if err := json.Unmarshal(blank, &answers); err != nil {
		t.Fatal(err)
	}
	answers["p1"] = nested(difference.Filter().W.Data(), 2, 3, 3)
	answers["p2"] = nested(slices.Repeat([]float64{0.25}, 12), 3, 2, 2)
	answers["p3"] = []float64{0.299, 0.587, 0.114}
	answers["p4"] = []float64{-0.7, -3}
	answers["p5-mse"], answers["p5-kl"] = weights(nil), weights(nil)
	answers["p5-claim"] = map[string]any{"better": "mse", "mse": 95.4, "kl": 0.952}
	answers["p6"].(map[string]any)["answer"] = solution(perceptron(t, answers))
	answers["p7"] = map[string]int{"original": 60806, "modern": 61706, "reduction": 900}
	answers["p7-table"] = lenet.Connections()
	answers["p7-weights"] = "lenet.safetensors"
	files := map[string][]byte{"lenet.safetensors": w[lenet.Original]}
	return made{name: name, answers: answers, files: files, points: 100}
}

// perceptron returns the answer to Problem 6 as it is read.
func perceptron(t *testing.T, answers map[string]any) backprop.Answer {
	t.Helper()
	text, err := json.Marshal(answers["p6"])
	if err != nil {
		t.Fatal(err)
	}
	a, err := backprop.Read("p6", text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// An example is a matrix that a usual mistake makes for the perceptron of a template.
type example struct {
	backprop.Options
	Code, Derivative string
	Rows             [][]float64
}

// examples returns those that the tests of package backprop have written.
func examples(t *testing.T) []example {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "problems", "backprop", "testdata", "examples.json"))
	var all []example
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// solution returns the right matrices of Problem 6 by their names.
func solution(a backprop.Answer) map[string][][]float64 {
	j, right := mlp.Closed(a.Net, a.X), make(map[string][][]float64)
	last := len(a.Net.A)
	for l := range a.Net.A {
		for name, m := range map[string]*mat.Dense{
			fmt.Sprintf("dy_%[1]d/db_%[1]d", l+1): j.DyDb[l], fmt.Sprintf("dy_%d/dy_%d", l+1, l): j.DyDy[l],
			fmt.Sprintf("dy_%d/dA_%d", last, l+1): j.DyLDA[l],
		} {
			_, columns := m.Dims()
			right[name] = slices.Collect(slices.Chunk(m.RawMatrix().Data, columns))
		}
	}
	return right
}

// nested returns numbers as nested lists.
func nested(values []float64, shape ...int) any {
	if len(shape) == 1 {
		return values
	}
	var list []any
	for part := range slices.Chunk(values, len(values)/shape[0]) {
		list = append(list, nested(part, shape[1:]...))
	}
	return list
}

// with returns a right hand-in with another answer to a part, of which so much is right.
func with(t *testing.T, part string, answer any, code string, share float64) made {
	m := right(t, "")
	m.answers[part], m.part, m.code = answer, part, code
	m.points = 100 - pointsOf(part)*(1-share)
	return m
}

func pointsOf(part string) float64 {
	list, points := (&grade.Rubric{}).Worth()
	for i, p := range list {
		if p.ID == part {
			return points[i]
		}
	}
	panic(part)
}

// mistaken returns a hand-in for every usual mistake that the answers can have.
func mistaken(t *testing.T) []made {
	var all []made
	for part, o := range map[string]interface{ Task() (*judge.Task, error) }{
		"p1": difference.Options{}, "p2": avgpool.Defaults(), "p3": grey.Options{},
	} {
		task, err := o.Task()
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range task.Mistakes {
			f := k.Change(task.Right)
			if f.W == nil || slices.ContainsFunc(f.W.Data(), math.IsNaN) || f.Stride != task.Right.Stride ||
				f.Padding != task.Right.Padding || task.IsRight(f) {
				continue // answers do not say the stride
			}
			if _, err := task.Fit(f.W); err != nil {
				continue
			}
			share := 0.0
			if slices.Equal(f.W.Shape(), task.Right.W.Shape()) {
				for o := range task.Outputs {
					if slices.Equal(f.Output(o).W.Data(), task.Right.Output(o).W.Data()) {
						share += 1 / float64(len(task.Outputs))
					}
				}
			}
			all = append(all, with(t, part, nested(f.W.Data(), f.W.Shape()...), k.Code, share))
		}
	}
	slices.SortStableFunc(all, func(a, b made) int { return strings.Compare(a.part, b.part) })
	all = append(all, with(t, "p4", []float64{1, 2, 3}, "commutes", 0), with(t, "p4", []float64{-5}, "commutes", 0))
	for _, part := range []string{"p5-mse", "p5-kl"} {
		all = append(all, with(t, part, weights(times(-1)), "labels-swapped", 0),
			with(t, part, weights(times(1./255)), "pixels-to-255", 0.5),
			with(t, part, weights(normalised), "pixels-normalised", 0),
			with(t, part, weights(times(0)), "nothing-learned", 0),
			with(t, part, weights(times(0.0005)), "far-from-the-minimum", 0.5))
	}
	claim := func(better string, mse, kl any) map[string]any {
		return map[string]any{"better": better, "mse": mse, "kl": kl}
	}
	all = append(all, with(t, "p5-claim", claim("kl", 95.4, 95.2), "claim-against-numbers", 2./3),
		with(t, "p5-claim", claim("kl", 0.5, 95.2), "accuracy-not-possible", 2./3),
		with(t, "p5-claim", claim("mse", 95.4, nil), "not-answered", 1./3))
	all = append(all, matrices(t)...)
	all = append(all, counts(t)...)
	table := lenet.Connections()
	all = append(all, with(t, "p7-table", slices.Concat(table[1:], table[:1]), "maps-reordered", 0),
		with(t, "p7-table", slices.Repeat(table[15:], 16), "connected-fully", 1./16),
		with(t, "p7-table", [][]int{{0, 1, 2}}, "another-number-of-maps", 0),
		with(t, "p7-table", slices.Concat(table[:15], [][]int{{0, 1}}), "wrong", 15./16))
	for i := range table {
		table[i] = slices.Clone(table[i])
		for j := range table[i] {
			table[i][j]++
		}
	}
	all = append(all, with(t, "p7-table", table, "counted-from-1", 0))
	return append(all, networks(t)...)
}

func matrices(t *testing.T) []made {
	var all []made
	for _, e := range examples(t) {
		if usual := backprop.Defaults(); !slices.Equal(e.Sizes, usual.Sizes) || e.Activation != usual.Activation {
			continue // the template of another perceptron
		}
		m := with(t, "p6", nil, e.Code, 8./9)
		fresh := right(t, "")
		matrices := solution(perceptron(t, fresh.answers))
		matrices[e.Derivative] = e.Rows
		fresh.answers["p6"].(map[string]any)["answer"] = matrices
		m.answers["p6"] = fresh.answers["p6"]
		all = append(all, m)
	}
	return all
}

// counts returns a hand-in for every word that a number of parameters can have.
func counts(t *testing.T) []made {
	var all []made
	for code, n := range slips() {
		all = append(all, with(t, "p7", map[string]int{"original": n, "modern": 61706, "reduction": 900}, code, 2./3))
	}
	slices.SortFunc(all, func(a, b made) int { return strings.Compare(a.code, b.code) })
	return all
}

// slips returns a number for every word of one mistake.
var slips = sync.OnceValue(func() map[string]int {
	found := make(map[string]int)
	for _, n := range []int{0, 6, 60, 96, 120, 156, 400, 850, 936, 1516, 60000, 340908, 60570, 60784, 60686, 60800, 60790,
		60791, 60722, 60796, 60580, 60756, 59606, 59956, 59290, 60836, 61206, 60850, 60750, 1672, 59134, 61726, 44850, 92886,
		204806, 348806, 61106, 60886, 60890, 61646, 60871, 81120, 42720, 60840, 59796, 59758, 58900, 61750, 48120, 10164} {
		if v := params.JudgeFor(lenet.Original, n); !v.Right && v.Code != "wrong" && !strings.Contains(v.Code, "+") {
			found[v.Code] = n
		}
	}
	return found
})

// networks returns hand-ins with other weights for LeNet-5.
func networks(t *testing.T) []made {
	w, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	file := func(content []byte, code string, share float64) made {
		m := with(t, "p7-weights", "lenet.safetensors", code, share)
		m.files = map[string][]byte{"lenet.safetensors": content}
		return m
	}
	changed := func(name string, change func(t *safetensors.Tensor) bool) []byte {
		f, err := safetensors.Read(name, w[lenet.Original])
		if err != nil {
			t.Fatal(err)
		}
		dict := make(map[string]*tensor.Tensor[float32])
		for i := range f.Tensors {
			x, err := safetensors.ToTensor[float32](&f.Tensors[i])
			if err != nil {
				t.Fatal(err)
			}
			if s := f.Tensors[i]; change(&s) {
				dict[s.Name] = x
			} else {
				dict[s.Name] = tensor.Zeros[float32](x.Shape()...)
			}
		}
		var b bytes.Buffer
		if err := safetensors.Write(&b, safetensors.FromStateDict(dict, nil)); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	other := file(changed("renamed", func(s *safetensors.Tensor) bool { // as a solution that has other names
		for i, part := range []string{"C1", "module_3", "module_4", "module_6", "C5", "F6", "F7"} {
			s.Name = strings.ReplaceAll(s.Name, part, fmt.Sprint("layer", i+9))
		}
		return true
	}), "right", 1)
	return []made{
		file(changed("zeros", func(*safetensors.Tensor) bool { return false }), "nothing-learned", 0.5),
		file(w[lenet.Modern], "connected-fully", 0.5), other,
	}
}

// write writes a hand-in as a folder, or as a zip in a folder of its own.
func (m made) write(t *testing.T, dir string, zipped bool) {
	t.Helper()
	files := maps.Clone(m.files)
	if m.answers != nil {
		text, err := json.Marshal(m.answers)
		if err != nil {
			t.Fatal(m.part, m.code, err)
		}
		if files == nil {
			files = make(map[string][]byte)
		}
		files["answers.json"] = text
	}
	if !zipped {
		for name, content := range files {
			put(t, filepath.Join(dir, m.name, name), content)
		}
		return
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create("homework/" + name)
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, m.name+".zip"), b.Bytes())
}

func put(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

// class returns 180 hand-ins: every mistake once, and right ones; which is which is drawn.
func class(t *testing.T) []made {
	if n := len(slips()); n != 25 {
		t.Errorf("%d words for numbers of parameters, want 25", n)
	}
	all := mistaken(t)
	for len(all) < 180 {
		m := right(t, "")
		m.answers["p3"] = []any{0.299, 0.587, 0.114}
		all = append(all, m)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for i := range all {
		all[i].name = fmt.Sprintf("student%03d", i)
		all[i].answers["student"] = all[i].name
	}
	return all
}
