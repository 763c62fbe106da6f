// Package arrayfile reads arrays of numbers in all forms in which people have them:
// text, .npy, .npz, .safetensors and PyTorch's .pt. It is the one way in which an answer
// or weights come in.
package arrayfile

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"hw4/internal/problem"
	"hw4/internal/strict"
	"hw4/tensor"
	"hw4/tensor/npy"
	"hw4/tensor/safetensors"
	"hw4/tensor/torchfile"
)

// maxUnpacked is how many bytes are decompressed.
const maxUnpacked = 64 << 20

// A File is the arrays in a file.
type File struct {
	Name     string
	Arrays   []Array
	Metadata map[string]string // of a .safetensors file
	Rounded  int               // fractions in a text that float64 does not have, such as 1/3

	prefix string // of the state dict in a .pt file
}

// An Array is one of them.
type Array struct {
	Name   string // empty if the file is this array alone
	Shape  []int
	source any // *npy.Array, *safetensors.Tensor, *torchfile.Tensor, or *tensor.Tensor[float64] of a text
}

// Extensions are the endings of the files that are read, without the dot.
func Extensions() []string { return []string{"json", "npy", "npz", "safetensors", "pt", "pth"} }

// Split returns the parts of FILE::name, the file and which of its arrays is meant.
func Split(path string) (file, array string) {
	file, array, _ = strings.Cut(path, "::")
	return file, array
}

// Read reads the arrays in a file, of at most limit elements in all. The error is a
// *strict.FormatError that gives the name.
func Read(name string, content []byte, limit int) (*File, error) {
	f := &File{Name: name}
	if err := f.parse(content, limit); err != nil {
		return nil, err
	}
	total, seen := int64(0), make(map[string]bool)
	for _, a := range f.Arrays {
		if seen[a.Name] {
			return nil, strict.Fail(name, strict.Whole, fmt.Sprintf("the array %.80q", a.Name), "there twice", "each name once")
		}
		seen[a.Name] = true
		n, ok := strict.Product(a.Shape, int64(limit))
		if total += n; !ok || total > int64(limit) {
			return nil, strict.Failf(name, strict.Whole, "the number of elements", fmt.Sprintf("more than %d", limit),
				"at most that many")
		}
	}
	return f, nil
}

// parse reads the arrays by the reader of their format.
func (f *File) parse(content []byte, limit int) error {
	form, known := formatOf(f.Name, content)
	if kind := strict.Format(content); !known && kind != "" {
		return strict.Fail(f.Name, strict.Whole, "the content", kind, "arrays as JSON, .npy, .npz, .safetensors or .pt")
	}
	switch form {
	case formatNPY:
		a, err := npy.Read(f.Name, content)
		if err == nil {
			f.Arrays = []Array{{"", a.Shape, a}}
		}
		return err
	case formatNPZ:
		arrays, err := npy.ReadZip(f.Name, content, maxUnpacked)
		for _, name := range slices.Sorted(maps.Keys(arrays)) {
			f.Arrays = append(f.Arrays, Array{name, arrays[name].Shape, arrays[name]})
		}
		return err
	case formatSafetensors:
		file, err := safetensors.Read(f.Name, content)
		if err != nil {
			return err
		}
		f.Metadata = file.Metadata
		for i := range file.Tensors {
			t := &file.Tensors[i]
			f.Arrays = append(f.Arrays, Array{t.Name, t.Shape, t})
		}
		return nil
	case formatTorch:
		file, err := torchfile.Read(f.Name, content, maxUnpacked)
		if err != nil {
			return err
		}
		f.prefix = file.Prefix
		for i := range file.Tensors {
			t := &file.Tensors[i]
			f.Arrays = append(f.Arrays, Array{t.Name, t.Shape, t})
		}
		return nil
	}
	return f.parseText(content, limit)
}

// Select returns the array of a name, or those that are under it, such as "fc.weight"
// and "fc.bias" under "fc". Without a name it is the state dict of the file.
func (f *File) Select(name string) ([]Array, error) {
	for _, under := range []string{f.prefix, ""} {
		var chosen []Array
		for _, a := range f.Arrays {
			if name != "" && a.Name == under+name {
				return []Array{a}, nil
			}
			group := under + name
			if name != "" {
				group += "."
			}
			if rest, in := strings.CutPrefix(a.Name, group); in {
				a.Name = rest
				chosen = append(chosen, a)
			}
		}
		if len(chosen) > 0 {
			return chosen, nil
		}
	}
	if name == "" {
		return nil, nil
	}
	wanted := "one of " + List(f.Arrays)
	if len(f.Arrays) == 1 && f.Arrays[0].Name == "" {
		wanted = "no name, since the file is one array"
	}
	return nil, problem.Input(strict.Fail(f.Name, strict.Whole, fmt.Sprintf("the array %.80q", name), "not there", wanted))
}

// List names arrays with their shapes, the first ones of many.
func List(arrays []Array) string {
	const shown = 6
	var names []string
	for _, a := range arrays[:min(len(arrays), shown)] {
		names = append(names, fmt.Sprintf("%.60q %s", a.Name, tensor.Tuple(a.Shape)))
	}
	if rest := len(arrays) - shown; rest > 0 {
		names = append(names, fmt.Sprintf("%d more", rest))
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// maxNumbers bounds the numbers of an answer.
const maxNumbers = 1 << 18

// One reads one array of numbers that are all finite: the only one in the file, or that
// of the name. The error is a *problem.InputError.
func One(name string, content []byte, array string) (x *tensor.Tensor[float64], rounded int, err error) {
	f, err := Read(name, content, maxNumbers)
	if err != nil {
		return nil, 0, problem.Input(err)
	}
	chosen, err := f.Select(array)
	if err != nil {
		return nil, 0, err
	}
	if len(chosen) != 1 {
		return nil, 0, problem.Input(strict.Fail(name, strict.Whole, "the content", "the arrays "+List(chosen),
			fmt.Sprintf("one: name it, as %s::NAME", name)))
	}
	x, err = ToTensor[float64](name, &chosen[0])
	return x, f.Rounded, problem.Input(err)
}

// ToTensor returns the array of a file as a tensor. All its elements must be finite and,
// unless they were written as text, exact in T. The error is a *strict.FormatError.
func ToTensor[T tensor.Float](file string, a *Array) (x *tensor.Tensor[T], err error) {
	switch s := a.source.(type) {
	case *npy.Array:
		x, err = npy.ToTensor[T](s)
	case *safetensors.Tensor:
		x, err = safetensors.ToTensor[T](s)
	case *torchfile.Tensor:
		x, err = torchfile.ToTensor[T](s)
	case *tensor.Tensor[float64]:
		x = tensor.Zeros[T](s.Shape()...)
		for i, v := range s.Data() {
			x.Data()[i] = T(v)
		}
	}
	if err != nil {
		return nil, err
	}
	for i, v := range x.Data() {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			what := fmt.Sprintf("element %d", i+1)
			if a.Name != "" {
				what += fmt.Sprintf(" of %.40q", a.Name)
			}
			return nil, strict.Fail(file, strict.Whole, what, fmt.Sprint(v), "a finite number")
		}
	}
	return x, nil
}
