package homework

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"

	"hw4/internal/judge"
	"hw4/internal/problems/backprop"
	"hw4/internal/strict"
	"hw4/mlp"
	"hw4/tensor"
	"hw4/tensor/npy"
)

// Limits of the answers that are read.
const (
	maxAnswerLayers = 16
	maxAnswerUnits  = 64 // of a layer; the template has at most as many
)

// npyMagic is what .npy files begin with.
const npyMagic = "\x93NUMPY"

// ReadFilter reads a filter: nested JSON arrays of numbers, or a .npy file. The
// error is an *InputError that gives the name.
func ReadFilter(name string, content []byte) (*tensor.Tensor[float64], error) {
	w, err := readNumbers(name, content)
	if err != nil {
		return nil, &InputError{Err: err}
	}
	for i, v := range w.Data() {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, &InputError{Err: strict.Fail(name, strict.Whole, fmt.Sprintf("element %d", i+1), fmt.Sprint(v), "a number")}
		}
	}
	return w, nil
}

func readNumbers(name string, content []byte) (*tensor.Tensor[float64], error) {
	if bytes.HasPrefix(content, []byte(npyMagic)) {
		a, err := npy.Read(name, content)
		if err != nil {
			return nil, err
		}
		return npy.Values[float64](a)
	}
	d := strict.NewJSON(name, content, 0)
	w, err := numbers(d, maxDense)
	if err == nil {
		err = d.End()
	}
	if err != nil {
		err = fmt.Errorf("%w%s", err, jsonHint(content))
	}
	return w, err
}

// jsonHint says what people write who know numbers better than JSON.
func jsonHint(content []byte) string {
	for _, h := range []struct{ pattern, hint string }{
		{`/`, "JSON has no fractions: write 1/3 as 0.3333333333333333"},
		{`(^|[^0-9])\.[0-9]|[0-9]\.([^0-9]|$)`, "JSON numbers have a digit before and after the point: 0.5, 1.0"},
		{`"`, "numbers have no quotes"},
		{`[(;]`, "rows are written in brackets and separated by commas: [[1, 2], [3, 4]]"},
	} {
		if regexp.MustCompile(h.pattern).Match(content) {
			return "; " + h.hint
		}
	}
	return ""
}

// numbers reads nested arrays of numbers as a tensor.
func numbers(d *strict.JSON, limit int) (*tensor.Tensor[float64], error) {
	shape, values, err := d.Numbers(limit)
	if err != nil {
		return nil, err
	}
	if len(shape) == 0 {
		return tensor.Scalar(values[0]), nil
	}
	return tensor.FromSlice(values, shape...), nil
}

// ReadBackprop reads an answer to Problem 6 in the form of BackpropTemplate. A
// matrix with null in it has not been answered. The error is an *InputError that
// gives the name.
func ReadBackprop(name string, content []byte) (BackpropAnswer, error) {
	f := backpropFile{d: strict.NewJSON(name, content, 0), content: content, name: name}
	answer, err := f.read()
	if err != nil {
		return BackpropAnswer{}, &InputError{Err: err}
	}
	return answer, nil
}

// backpropFile is a file that is being read.
type backpropFile struct {
	name    string
	content []byte
	d       *strict.JSON
	answer  BackpropAnswer
	at      map[string]int // where the matrices are
}

func (f *backpropFile) read() (BackpropAnswer, error) {
	const entries = maxAnswerUnits * maxAnswerUnits
	f.answer = BackpropAnswer{Net: &mlp.MLP[float64]{}, Matrices: make(map[string]*tensor.Tensor[float64])}
	f.at = make(map[string]int)
	err := f.d.Fields(
		strict.Field{Key: "activation", Read: f.activation},
		strict.Field{Key: "x", Read: func() error {
			x, err := f.ranked("x", 1, maxAnswerUnits)
			if err == nil {
				f.answer.X = x.Data()
			}
			return err
		}},
		strict.Field{Key: "A", Read: func() error { return f.layers("A_%d", &f.answer.Net.A, 2, entries) }},
		strict.Field{Key: "b", Read: func() error { return f.layers("b_%d", &f.answer.Net.B, 1, maxAnswerUnits) }},
		strict.Field{Key: "answer", Read: func() error { return f.d.Object(f.matrix) }},
	)
	if err == nil {
		err = f.d.End()
	}
	if err == nil {
		err = f.check()
	}
	return f.answer, err
}

func (f *backpropFile) activation() error {
	at := f.d.Offset()
	name, err := f.d.Text()
	if err != nil {
		return err
	}
	if f.answer.Net.Activation, err = activationNamed(name); err != nil {
		return strict.Fail(f.name, at, "the activation", fmt.Sprintf("%.40q", name), "one of those of 'hw4 mlp --activation'")
	}
	return nil
}

// ranked reads a vector for rank 1 and a matrix for rank 2.
func (f *backpropFile) ranked(what string, rank, limit int) (*tensor.Tensor[float64], error) {
	at := f.d.Offset()
	t, err := numbers(f.d, limit)
	if err == nil && t.Rank() != rank {
		err = strict.Fail(f.name, at, what, "of shape "+judge.Tuple(t.Shape()), [...]string{1: "a list of numbers", 2: "a matrix, a list of rows"}[rank])
	}
	return t, err
}

// layers reads one tensor a layer.
func (f *backpropFile) layers(name string, to *[]*tensor.Tensor[float64], rank, limit int) error {
	return f.d.Array(func(i int) error {
		if i == maxAnswerLayers {
			return strict.Fail(f.name, f.d.Offset(), "the number of layers", "larger", fmt.Sprintf("at most %d", maxAnswerLayers))
		}
		t, err := f.ranked(fmt.Sprintf(name, i+1), rank, limit)
		*to = append(*to, t)
		return err
	})
}

// matrix reads one matrix of the answer, unless there is a null in it.
func (f *backpropFile) matrix(name string) error {
	from := f.d.Offset()
	if err := f.d.Skip(); err != nil {
		return err
	}
	f.at[name] = from
	text := f.content[from:f.d.Offset()]
	if bytes.Contains(text, []byte("null")) {
		return nil
	}
	m, err := numbers(strict.NewJSON(f.name, text, from), maxAnswerUnits*maxAnswerUnits)
	f.answer.Matrices[name] = m
	return err
}

// check checks that the parts of the file fit together.
func (f *backpropFile) check() error {
	net := f.answer.Net
	if len(net.A) == 0 || len(net.A) != len(net.B) {
		return strict.Fail(f.name, strict.Whole, "the number of layers", fmt.Sprintf("%d in A and %d in b", len(net.A), len(net.B)), "the same, and at least 1")
	}
	in := len(f.answer.X)
	for l, a := range net.A {
		if rows, cols := a.Dims2("answer"); cols != in || rows != net.B[l].Len() {
			return strict.Fail(f.name, strict.Whole, fmt.Sprintf("A_%d", l+1), "of shape "+judge.Tuple(a.Shape()),
				fmt.Sprintf("%s, for b_%d and what goes into the layer", judge.Tuple([]int{net.B[l].Len(), in}), l+1))
		}
		in = a.Dim(0)
	}
	if in != 1 {
		return strict.Fail(f.name, strict.Whole, "the length of y_L", fmt.Sprint(in), "1, as Problem 6 has it")
	}
	known := make(map[string]bool)
	for _, name := range backprop.DerivativeNames(len(net.A)) {
		known[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(f.at)) {
		if !known[name] {
			return strict.Fail(f.name, f.at[name], fmt.Sprintf("the answer %.40q", name), "not asked for", fmt.Sprintf("names such as \"dy_1/db_1\", for %d layers", len(net.A)))
		}
	}
	return nil
}
