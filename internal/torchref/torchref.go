// Package torchref reads the reference values that testdata/torch/generate.py
// takes from PyTorch. It is for tests. The README beside the script says what
// each topic's cases hold.
package torchref

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"hw4/tensor"
)

// A Case is one computation with its inputs, result and gradients.
type Case struct {
	Name    string               `json:"name"`
	Op      string               `json:"op"`
	Options map[string][]float64 `json:"options"` // flags are 0 or 1
	Inputs  map[string]Values    `json:"inputs"`
	Dout    Values               `json:"dout"`   // the upstream gradient
	Output  Values               `json:"output"` // the result
	Grads   map[string]Values    `json:"grads"`  // of sum(dout output), by input
}

// Values is an array in row-major order.
type Values struct {
	Shape []int     `json:"shape"`
	Data  []float64 `json:"data"`
}

// Tensor returns a copy of the array as a tensor.
func (v Values) Tensor() *tensor.Tensor[float64] {
	t := tensor.Zeros[float64](v.Shape...)
	copy(t.Data(), v.Data)
	return t
}

// Dir returns the folder of the files.
func Dir() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "testdata", "torch")
}

// Load returns the cases of a topic, such as "conv2d". It is an error if there
// are none, or if one holds an array whose data do not fill its shape.
func Load(topic string) ([]Case, error) {
	file, err := os.ReadFile(filepath.Join(Dir(), topic+".json"))
	if err != nil {
		return nil, err
	}
	var content struct{ Cases []Case }
	if err := json.Unmarshal(file, &content); err != nil {
		return nil, fmt.Errorf("%s: %w", topic, err)
	}
	if len(content.Cases) == 0 {
		return nil, fmt.Errorf("%s: no cases", topic)
	}
	for _, c := range content.Cases {
		if err := c.valid(); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", topic, c.Name, err)
		}
	}
	return content.Cases, nil
}

// valid reports an array whose data do not fill its shape. A case need not have
// every array, so none at all, with no shape, is valid.
func (c *Case) valid() error {
	for _, arrays := range []map[string]Values{{"dout": c.Dout, "output": c.Output}, c.Inputs, c.Grads} {
		for name, v := range arrays {
			n := 1
			for _, d := range v.Shape {
				n *= d
			}
			if n != len(v.Data) && (v.Shape != nil || v.Data != nil) {
				return fmt.Errorf("%s: %d numbers in an array of shape %s", name, len(v.Data), tensor.Tuple(v.Shape))
			}
		}
	}
	return nil
}

// Ints returns an option as whole numbers. It panics if there is no such option.
func (c *Case) Ints(option string) []int {
	values, ok := c.Options[option]
	if !ok {
		panic(fmt.Sprintf("torchref: %s has no option %q", c.Name, option))
	}
	out := make([]int, len(values))
	for i, v := range values {
		out[i] = int(v)
	}
	return out
}

// Pair returns an option of two whole numbers: height, then width. It panics if
// there is no such option or it has fewer than two.
func (c *Case) Pair(option string) [2]int { return [2]int(c.Ints(option)) }

// Float returns an option of one number, 0 if it is not there.
func (c *Case) Float(option string) float64 {
	if v := c.Options[option]; len(v) > 0 {
		return v[0]
	}
	return 0
}

// Leaf returns an input as a leaf, or nil if there is none of the name.
func (c *Case) Leaf(input string) *tensor.Tensor[float64] {
	v, ok := c.Inputs[input]
	if !ok {
		return nil
	}
	return v.Tensor().RequireGrad()
}

// Check compares a result and its gradients by the named leaves with PyTorch's,
// to within 1e-12, relative where a value is larger than 1. Every input of which
// PyTorch has a gradient must be among the leaves.
func (c *Case) Check(y *tensor.Tensor[float64], leaves map[string]*tensor.Tensor[float64]) error {
	if err := Compare(y, c.Output); err != nil {
		return fmt.Errorf("%s: output: %w", c.Name, err)
	}
	for name, want := range c.Grads {
		if leaves[name] == nil {
			return fmt.Errorf("%s: no leaf %s to take PyTorch's gradient by", c.Name, name)
		}
		got := tensor.Gradients(y, c.Dout.Tensor(), leaves[name])[0]
		if got == nil {
			return fmt.Errorf("%s: no gradient by %s", c.Name, name)
		}
		if err := Compare(got, want); err != nil {
			return fmt.Errorf("%s: gradient by %s: %w", c.Name, name, err)
		}
	}
	return nil
}

// Compare returns an error that names the first element by which got differs
// from want by more than 1e-12, relative where want is larger than 1.
func Compare(got *tensor.Tensor[float64], want Values) error {
	if !slices.Equal(got.Shape(), want.Shape) {
		return fmt.Errorf("shape %s, PyTorch has %s", tensor.Tuple(got.Shape()), tensor.Tuple(want.Shape))
	}
	for i, w := range want.Data {
		g := got.Data()[i]
		if !(math.Abs(g-w) <= 1e-12*math.Max(1, math.Abs(w))) {
			return fmt.Errorf("element %d is %v, PyTorch has %v", i, g, w)
		}
	}
	return nil
}

// Sequence returns the numbers that generate.py's function of the same name
// returns, bit for bit: pseudo-random multiples of bound / 2^19 in
// [-bound, bound). They come from Knuth's linear congruential generator MMIX,
//
//	s_0 = seed,   s_i = 6364136223846793005 s_{i-1} + 1442695040888963407 mod 2^64
//	x_i = (floor(s_i / 2^44) / 2^19 - 1) bound
//
// for i = 1, ..., n. No step rounds if bound is a power of two.
func Sequence(seed uint64, n int, bound float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		seed = 6364136223846793005*seed + 1442695040888963407
		out[i] = (float64(seed>>44)/(1<<19) - 1) * bound
	}
	return out
}
