// Package element is the elements of arrays in files: their types, and how they
// become float32 and float64 and are made of them. Nothing is rounded on the way:
// a number that the wanted type does not have is reported.
package element

import (
	"encoding/binary"
	"math"
)

// A Type is a type of numbers in a file.
type Type int

// The types. The zero value is none of them.
const (
	Bool Type = iota + 1 // a byte, 0 or 1
	Int8
	Int16
	Int32
	Int64
	Uint8
	Uint16
	Uint32
	Uint64
	Float16  // IEEE 754 binary16
	BFloat16 // the upper half of a float32
	Float32
	Float64
)

// Size returns the number of bytes of an element.
func (t Type) Size() int {
	switch t {
	case Bool, Int8, Uint8:
		return 1
	case Int16, Uint16, Float16, BFloat16:
		return 2
	case Int32, Uint32, Float32:
		return 4
	case Int64, Uint64, Float64:
		return 8
	}
	panic("element: no such type")
}

// Float is the set of element types of tensors.
type Float interface{ ~float32 | ~float64 }

// TypeOf returns Float32 or Float64.
func TypeOf[T Float]() Type {
	if T(1)+T(0x1p-40) == 1 {
		return Float32
	}
	return Float64
}

// Decode writes the elements in src to dst and returns -1, or else the number of
// the first that T cannot hold exactly, or that is no number of type t. NaN is a
// number here, and a float that needs no conversion keeps all its bits. It panics
// if src does not have the size of len(dst) elements.
func Decode[T Float](dst []T, src []byte, t Type, order binary.ByteOrder) int {
	size := t.Size()
	if len(src) != size*len(dst) {
		panic("element: the bytes do not fit the elements")
	}
	decode := decoder[T](t, order)
	for i := range dst {
		v, ok := decode(src[i*size : (i+1)*size])
		if !ok {
			return i
		}
		dst[i] = v
	}
	return -1
}

// decoder returns the function that reads one element.
func decoder[T Float](t Type, order binary.ByteOrder) func(b []byte) (T, bool) {
	switch t {
	case Float32:
		return func(b []byte) (T, bool) { return T(math.Float32frombits(order.Uint32(b))), true }
	case Float64:
		return func(b []byte) (T, bool) { return exact[T](math.Float64frombits(order.Uint64(b))) }
	case Float16:
		return func(b []byte) (T, bool) { return T(half(order.Uint16(b))), true }
	case BFloat16:
		return func(b []byte) (T, bool) { return T(math.Float32frombits(uint32(order.Uint16(b)) << 16)), true }
	case Bool:
		return func(b []byte) (T, bool) { return T(b[0]), b[0] <= 1 }
	case Uint8, Uint16, Uint32, Uint64:
		return func(b []byte) (T, bool) { return fromUint[T](bits(b, order)) }
	}
	shift := 64 - 8*t.Size() // the sign is in the highest bit
	return func(b []byte) (T, bool) { return fromInt[T](int64(bits(b, order)<<shift) >> shift) }
}

// bits returns an element of any size.
func bits(b []byte, order binary.ByteOrder) uint64 {
	switch len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(order.Uint16(b))
	case 4:
		return uint64(order.Uint32(b))
	}
	return order.Uint64(b)
}

func exact[T Float](v float64) (T, bool) {
	x := T(v)
	return x, float64(x) == v || math.IsNaN(v)
}

// fromUint and fromInt go by way of float64, in which 2^64 and 2^63 are numbers
// that the integers do not reach.
func fromUint[T Float](u uint64) (T, bool) {
	v := float64(u)
	x, ok := exact[T](v)
	return x, ok && v < 0x1p64 && uint64(v) == u
}

func fromInt[T Float](i int64) (T, bool) {
	v := float64(i)
	x, ok := exact[T](v)
	return x, ok && v < 0x1p63 && int64(v) == i
}

// half returns the value of an IEEE 754 binary16: a sign, 5 bits of exponent with
// the bias 15, 10 bits of fraction.
func half(h uint16) float32 {
	sign, exponent, fraction := uint32(h>>15)<<31, int(h>>10&31), uint32(h&1023)
	switch exponent {
	case 0: // zero and subnormal numbers: fraction 2^-24
		v := float32(fraction) * 0x1p-24
		return math.Float32frombits(math.Float32bits(v) | sign)
	case 31: // infinity and NaN
		return math.Float32frombits(sign | 255<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | uint32(exponent-15+127)<<23 | fraction<<13)
}

// Encode returns the elements in little-endian byte order, bit for bit.
func Encode[T Float](src []T) []byte {
	size := TypeOf[T]().Size()
	dst := make([]byte, 0, size*len(src))
	for _, v := range src {
		if size == 4 {
			dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(float32(v)))
		} else {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(float64(v)))
		}
	}
	return dst
}
