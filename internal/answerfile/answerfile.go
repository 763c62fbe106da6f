// Package answerfile reads the numbers of somebody's own answer.
package answerfile

import (
	"bytes"
	"fmt"
	"math"

	"hw4/internal/problem"
	"hw4/internal/strict"
	"hw4/tensor"
	"hw4/tensor/npy"
)

// npyMagic is what .npy files begin with.
const npyMagic = "\x93NUMPY"

// maxNumbers bounds the numbers of an answer.
const maxNumbers = 1 << 18

// Read reads an array: nested JSON arrays of numbers, or a .npy file. The error is a
// *problem.InputError that gives the name.
func Read(name string, content []byte) (*tensor.Tensor[float64], error) {
	w, err := read(name, content)
	if err != nil {
		return nil, problem.Input(err)
	}
	for i, v := range w.Data() {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, problem.Input(strict.Fail(name, strict.Whole, fmt.Sprintf("element %d", i+1), fmt.Sprint(v), "a number"))
		}
	}
	return w, nil
}

func read(name string, content []byte) (*tensor.Tensor[float64], error) {
	if bytes.HasPrefix(content, []byte(npyMagic)) {
		a, err := npy.Read(name, content)
		if err != nil {
			return nil, err
		}
		return npy.ToTensor[float64](a)
	}
	d := strict.NewJSON(name, content, 0)
	w, err := Numbers(d, maxNumbers)
	if err == nil {
		err = d.End()
	}
	if err != nil {
		err = fmt.Errorf("%w%s", err, jsonHint(content))
	}
	return w, err
}

// Numbers reads nested JSON arrays of numbers, at most limit of them, as a tensor.
func Numbers(d *strict.JSON, limit int) (*tensor.Tensor[float64], error) {
	shape, values, err := d.Numbers(limit)
	if err != nil {
		return nil, err
	}
	if len(shape) == 0 {
		return tensor.Scalar(values[0]), nil
	}
	return tensor.FromSlice(values, shape...), nil
}

// hints say what people write who know numbers better than JSON.
var hints = []struct {
	found func(content []byte) bool
	hint  string
}{
	{anyOf("/"), "JSON has no fractions: write 1/3 as 0.3333333333333333"},
	{barePoint, "JSON numbers have a digit before and after the point: 0.5, 1.0"},
	{anyOf(`"`), "numbers have no quotes"},
	{anyOf("(;"), "rows are written in brackets and separated by commas: [[1, 2], [3, 4]]"},
}

func anyOf(characters string) func(content []byte) bool {
	return func(content []byte) bool { return bytes.ContainsAny(content, characters) }
}

// barePoint reports whether there is a point with a digit on one side only.
func barePoint(content []byte) bool {
	digit := func(i int) bool { return i >= 0 && i < len(content) && '0' <= content[i] && content[i] <= '9' }
	for i, c := range content {
		if c == '.' && digit(i-1) != digit(i+1) {
			return true
		}
	}
	return false
}

func jsonHint(content []byte) string {
	for _, h := range hints {
		if h.found(content) {
			return "; " + h.hint
		}
	}
	return ""
}
