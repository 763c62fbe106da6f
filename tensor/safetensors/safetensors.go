// Package safetensors reads and writes files of named tensors in the safetensors
// format (github.com/huggingface/safetensors), in which Python programs keep the
// weights of networks:
//
//	8 bytes   the length n of the header, little-endian
//	n bytes   the header, a JSON object: for each tensor its name and
//	          {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]};
//	          optionally "__metadata__", an object of strings
//	rest      the elements, little-endian, in row-major order; offsets count
//	          from here, and the tensors cover all of it without gap or overlap
//
// A state dict goes into a file and comes back bit for bit:
//
//	file, err := safetensors.Read(name, content)
//	dict, err := safetensors.StateDict[float32](file)
//	err = nn.LoadStateDict(model, dict)
package safetensors

import (
	"fmt"
	"slices"

	"hw4/internal/element"
	"hw4/internal/strict"
	"hw4/tensor"
)

// A FormatError says what is wrong with a file and where.
type FormatError = strict.FormatError

// Limits of the files that are read. The first is the format's; files with more
// tensors, entries of the metadata or axes than these are not known to exist.
const (
	maxHeader  = 100_000_000
	maxTensors = 1<<16 - 1 // one less than strict.JSON reads keys, for the metadata
	maxRank    = 64
)

// A File is the content of a safetensors file.
type File struct {
	Tensors  []Tensor // as Read returns them, in the order of their bytes
	Metadata map[string]string
}

// A Tensor is a tensor as the file holds it.
type Tensor struct {
	Name  string
	DType string // "F32", "I64", ...
	Shape []int
	Data  []byte // the elements, little-endian, in row-major order

	file   string // that it was read from, for errors
	offset int    // of Data in that file
}

// Lookup returns the tensor of the given name, or nil.
func (f *File) Lookup(name string) *Tensor {
	for i := range f.Tensors {
		if f.Tensors[i].Name == name {
			return &f.Tensors[i]
		}
	}
	return nil
}

// FromTensor returns a tensor for a file, with copies of x's shape and elements, as F32 or
// F64.
func FromTensor[T tensor.Float](name string, x *tensor.Tensor[T]) Tensor {
	dtype := "F32"
	if element.TypeOf[T]() == element.Float64 {
		dtype = "F64"
	}
	return Tensor{Name: name, DType: dtype, Shape: slices.Clone(x.Shape()), Data: element.Encode(x.Data())}
}

// ToTensor returns the tensor with elements of type T. They are exactly those of
// the file: it returns a *FormatError that names the first that T cannot hold,
// such as 0.1 of an F64 tensor in float32. F32 and F64 keep every bit if T is
// their type.
func ToTensor[T tensor.Float](t *Tensor) (*tensor.Tensor[T], error) {
	typ, err := check(t.file, t.offset, t)
	if err != nil {
		return nil, err
	}
	x := tensor.Zeros[T](t.Shape...)
	if bad := element.Decode(x.Data(), t.Data, typ, little); bad >= 0 {
		return nil, strict.Fail(t.file, t.offset+bad*typ.Size(), fmt.Sprintf("element %d of %.40q", bad, t.Name),
			fmt.Sprintf("no exact %T", T(0)), fmt.Sprintf("elements of %s that are", t.DType))
	}
	return x, nil
}

// StateDict returns all tensors by name, as nn.LoadStateDict takes them, with the
// errors of ToTensor.
func StateDict[T tensor.Float](f *File) (map[string]*tensor.Tensor[T], error) {
	dict := make(map[string]*tensor.Tensor[T], len(f.Tensors))
	for i := range f.Tensors {
		x, err := ToTensor[T](&f.Tensors[i])
		if err != nil {
			return nil, err
		}
		dict[f.Tensors[i].Name] = x
	}
	return dict, nil
}
