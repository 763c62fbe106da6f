// Package npy reads and writes arrays in NumPy's formats: .npy, one array, and
// .npz, a zip archive of arrays under names. The format of .npy is NEP 1 and the
// documentation of numpy.lib.format:
//
//	6 bytes       "\x93NUMPY"
//	2 bytes       the version: 1.0, 2.0 or 3.0
//	2 or 4 bytes  the length n of the header, little-endian (4 from version 2.0 on)
//	n bytes       the header, a Python dictionary, spaces and a newline:
//	              {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
//	rest          the elements
//
// Booleans, integers and floats of either byte order are read. Python objects,
// which NumPy would unpickle and so execute, complex numbers, strings, dates and
// records are refused.
package npy

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"hw4/internal/element"
	"hw4/internal/strict"
	"hw4/tensor"
)

// A FormatError says what is wrong with a file and where.
type FormatError = strict.FormatError

// An Array is an array as the file holds it.
type Array struct {
	DType   string // NumPy's, such as "<f4": byte order (| if there is none), kind, bytes
	Shape   []int
	Fortran bool   // the first index changes fastest; otherwise the last
	Data    []byte // the elements

	file   string // that it was read from, for errors
	offset int    // of Data in that file, or in what the archive holds
	typ    element.Type
}

// Read parses a .npy file. It refuses what the format does not allow, shapes that no
// tensor can have, and elements that are no booleans, integers or floats: all errors are
// *FormatErrors of the given name. The array shares its elements with the file.
func Read(name string, file []byte) (*Array, error) {
	h, dataAt, err := readHeader(name, file)
	if err != nil {
		return nil, err
	}
	a := &Array{Shape: h.shape, Fortran: h.fortran, Data: file[dataAt:], file: name, offset: dataAt}
	if a.DType, a.typ = typeOf(h.descr); a.typ == 0 {
		return nil, strict.Fail(name, h.descrAt, "the dtype", fmt.Sprintf("%.40q", h.descr),
			"booleans, integers or floats of 2, 4 or 8 bytes, such as '<f4'")
	}
	size := int64(a.typ.Size())
	n, ok := strict.Product(h.shape, tensor.MaxElements)
	if !ok {
		return nil, strict.Fail(name, h.shapeAt, "the shape", tensor.Tuple(h.shape), "fewer elements")
	}
	if want := n * size; want != int64(len(a.Data)) {
		at := int64(dataAt) + min(want, int64(len(a.Data)))
		return nil, strict.Failf(name, at, "the length of the elements", strict.Bytes(len(a.Data)),
			"%s for %s of shape %s", strict.Bytes(want), a.DType, tensor.Tuple(h.shape))
	}
	return a, nil
}

// ToTensor returns the array as a tensor, in row-major order. Its elements are
// exactly those of the file: it returns a *FormatError that names the first that
// T cannot hold, such as 0.1 of a '<f8' array in float32.
func ToTensor[T tensor.Float](a *Array) (*tensor.Tensor[T], error) {
	var order binary.ByteOrder = binary.LittleEndian
	if a.DType[0] == '>' {
		order = binary.BigEndian
	}
	shape := slices.Clone(a.Shape) // that in which the elements of the file are in row-major order
	if a.Fortran {
		slices.Reverse(shape)
	}
	stored := tensor.Zeros[T](shape...)
	if bad := element.Decode(stored.Data(), a.Data, a.typ, order); bad >= 0 {
		return nil, strict.Fail(a.file, a.offset+bad*a.typ.Size(), fmt.Sprintf("element %d in the file", bad),
			fmt.Sprintf("no exact %T", T(0)), fmt.Sprintf("elements of '%s' that are", a.DType))
	}
	if !a.Fortran || len(a.Shape) < 2 {
		return stored, nil
	}
	return tensor.Transpose(stored), nil
}

// StateDict returns the arrays of a .npz file as tensors, as nn.LoadStateDict
// takes them, with the errors of ToTensor.
func StateDict[T tensor.Float](arrays map[string]*Array) (map[string]*tensor.Tensor[T], error) {
	dict := make(map[string]*tensor.Tensor[T], len(arrays))
	for name, a := range arrays {
		x, err := ToTensor[T](a)
		if err != nil {
			return nil, err
		}
		dict[name] = x
	}
	return dict, nil
}

// types are the element types that are read, by the names without the byte order that
// NumPy writes.
var types = map[string]element.Type{
	"b1": element.Bool,
	"i1": element.Int8, "i2": element.Int16, "i4": element.Int32, "i8": element.Int64,
	"u1": element.Uint8, "u2": element.Uint16, "u4": element.Uint32, "u8": element.Uint64,
	"f2": element.Float16, "f4": element.Float32, "f8": element.Float64,
}

// names are the other names that NumPy reads, which have no byte order, and codes the
// letters that may have one, each with the name that NumPy writes.
var (
	names = map[string]string{
		"bool": "b1", "int8": "i1", "int16": "i2", "int32": "i4", "int64": "i8", "uint8": "u1", "uint16": "u2",
		"uint32": "u4", "uint64": "u8", "float16": "f2", "half": "f2", "float32": "f4", "single": "f4", "float64": "f8",
		"double": "f8", "float": "f8",
	}
	codes = map[string]string{
		"?": "b1", "b": "i1", "h": "i2", "i": "i4", "q": "i8", "B": "u1", "H": "u2", "I": "u4", "Q": "u8", "e": "f2",
		"f": "f4", "d": "f8",
	}
)

// typeOf returns the name that NumPy writes for a type, and the type; 0 if it is none of
// them. Without an order, or with = or |, it is that of the machine, which is
// little-endian. Bytes have none, so it may be any for them; NumPy writes |.
func typeOf(descr string) (string, element.Type) {
	name := strings.TrimLeft(descr, "<>=|")
	orders := len(descr) - len(name)
	if long, is := names[name]; is && orders == 0 {
		name = long
	} else if code, is := codes[name]; is {
		name = code
	}
	typ, known := types[name]
	switch {
	case !known || orders > 1:
		return "", 0
	case typ.Size() == 1:
		return "|" + name, typ
	case descr[0] == '>':
		return ">" + name, typ
	}
	return "<" + name, typ
}
