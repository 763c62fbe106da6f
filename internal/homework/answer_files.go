package homework

import (
	"bytes"
	"fmt"
	"math"
	"regexp"

	"hw4/internal/strict"
	"hw4/tensor"
	"hw4/tensor/npy"
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
