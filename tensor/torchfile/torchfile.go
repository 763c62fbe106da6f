// Package torchfile reads the tensors in files that PyTorch's torch.save writes
// (.pt, .pth, from PyTorch 1.6 on): a zip archive of
//
//	NAME/data.pkl     a pickle: a tensor, or dictionaries with tensors in them
//	NAME/data/0, ...  the elements of the tensors, which the pickle refers to
//	NAME/byteorder    little; and some members that say nothing of tensors
//
// A pickle is a program for a machine with a stack, and Python runs whatever
// function it names. This package has a machine of its own, which knows the opcodes,
// classes and functions that tensors and state dicts need, and refuses all others by
// their names, as torch.load(weights_only=True) does.
package torchfile

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"hw4/internal/element"
	"hw4/internal/strict"
	"hw4/tensor"
)

// A FormatError says what is wrong with a file and where.
type FormatError = strict.FormatError

// A File is the tensors in a file.
type File struct {
	// In the order of the file. A tensor in a dictionary inside of others has all
	// their keys in its name, with dots between them: "state_dict.fc.weight".
	Tensors []Tensor
	// What the names of the state dict begin with, such as "state_dict."; empty if it
	// is the whole file, or if the file does not show which of several it is.
	Prefix string
}

// A Tensor is a tensor as the file holds it. It may be a view of elements that others
// view too.
type Tensor struct {
	Name  string // empty if the file is this tensor alone
	DType string // PyTorch's, such as "float32"
	Shape []int

	strides []int // in elements
	offset  int64 // of the first element, in elements
	storage []byte
	typ     element.Type
	file    string // that it was read from, for errors
}

// types are the element types that are read, by PyTorch's names. The complex,
// quantized and 8-bit floating-point ones are refused. There are storages without a
// type, too, of which the tensor has one.
var types = []struct {
	dtype, storage string
	typ            element.Type
}{
	{"float32", "FloatStorage", element.Float32},
	{"float64", "DoubleStorage", element.Float64},
	{"float16", "HalfStorage", element.Float16},
	{"bfloat16", "BFloat16Storage", element.BFloat16},
	{"int64", "LongStorage", element.Int64},
	{"int32", "IntStorage", element.Int32},
	{"int16", "ShortStorage", element.Int16},
	{"int8", "CharStorage", element.Int8},
	{"uint8", "ByteStorage", element.Uint8},
	{"bool", "BoolStorage", element.Bool},
	{"uint16", "", element.Uint16},
	{"uint32", "", element.Uint32},
	{"uint64", "", element.Uint64},
}

// ToTensor returns the tensor in row-major order. Its elements are exactly those of
// the file: it returns a *FormatError that names the first that T cannot hold, such
// as 0.1 of a float64 tensor in float32.
func ToTensor[T tensor.Float](t *Tensor) (*tensor.Tensor[T], error) {
	x := tensor.Zeros[T](t.Shape...)
	if bad := element.Decode(x.Data(), t.packed(x.Len()), t.typ, binary.LittleEndian); bad >= 0 {
		return nil, strict.Fail(t.file, strict.Whole, fmt.Sprintf("element %d of %.80q", bad, t.Name),
			fmt.Sprintf("no exact %T", T(0)), fmt.Sprintf("elements of %s that are; in PyTorch, %s", t.DType,
				"model.float().state_dict() rounds them"))
	}
	return x, nil
}

// packed returns the n elements in row-major order.
func (t *Tensor) packed(n int) []byte {
	size := t.typ.Size()
	packed := make([]byte, 0, n*size)
	index, at := make([]int, len(t.Shape)), int(t.offset)
	for range n {
		packed = append(packed, t.storage[at*size:(at+1)*size]...)
		for i := len(index) - 1; i >= 0; i-- { // to the next element
			index[i]++
			at += t.strides[i]
			if index[i] < t.Shape[i] {
				break
			}
			at -= index[i] * t.strides[i]
			index[i] = 0
		}
	}
	return packed
}

// check returns what is wrong with the view, or "".
func (t *Tensor) check() (found, wanted string) {
	n, ok := strict.Product(t.Shape, min(math.MaxInt32, tensor.MaxElements))
	if !ok || len(t.Shape) > maxRank || len(t.strides) != len(t.Shape) {
		return fmt.Sprintf("of shape %.80s with %d strides", tensor.Tuple(t.Shape), len(t.strides)),
			fmt.Sprintf("at most %d axes, none negative, with a stride each, and fewer elements", maxRank)
	}
	there := len(t.storage) / t.typ.Size()
	if n == 0 {
		return "", ""
	}
	last := t.offset
	for i, d := range t.Shape {
		if s := t.strides[i]; s < 0 || d > 1 && s > there/(d-1) {
			last = math.MinInt64 / 2 // far below what the others may add
		} else {
			last += int64(s) * int64(d-1)
		}
	}
	if t.offset < 0 || t.offset >= int64(there) || last < 0 || last >= int64(there) {
		return fmt.Sprintf("%.80s from element %d in steps of %.80s", tensor.Tuple(t.Shape), t.offset,
			tensor.Tuple(t.strides)), fmt.Sprintf("inside its storage of %d elements, and no negative steps", there)
	}
	return "", ""
}

// StateDict returns the tensors of the state dict, that is, those whose names begin
// with f.Prefix, by the rest of their names, as nn.LoadStateDict takes them, with
// the errors of ToTensor.
func StateDict[T tensor.Float](f *File) (map[string]*tensor.Tensor[T], error) {
	dict := make(map[string]*tensor.Tensor[T])
	for i := range f.Tensors {
		name, in := strings.CutPrefix(f.Tensors[i].Name, f.Prefix)
		if !in {
			continue
		}
		x, err := ToTensor[T](&f.Tensors[i])
		if err != nil {
			return nil, err
		}
		dict[name] = x
	}
	return dict, nil
}
