package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"

	"hw4/internal/element"
	"hw4/tensor"
)

// Write writes a tensor as a .npy file, with elements '<f4' or '<f8' in row-major
// order: the bytes that numpy.save writes for the same array. It returns the error
// of writing, and an error for more than 64 axes.
func Write[T tensor.Float](w io.Writer, x *tensor.Tensor[T]) error {
	if x.Rank() > maxRank {
		return fmt.Errorf("npy: %d axes, want at most %d", x.Rank(), maxRank)
	}
	if _, err := w.Write(headerFor(x)); err != nil {
		return err
	}
	_, err := w.Write(element.Encode(x.Data()))
	return err
}

// headerFor returns what stands before the elements.
func headerFor[T tensor.Float](x *tensor.Tensor[T]) []byte {
	const (
		align  = 64 // the elements begin at a multiple of it
		growth = 21 // NumPy leaves room for a first dimension of that many digits
	)
	descr := fmt.Sprintf("<f%d", element.TypeOf[T]().Size())
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, tuple(x.Shape()))
	if x.Rank() > 0 {
		text += strings.Repeat(" ", growth-len(strconv.Itoa(x.Dim(0))))
	}
	const before = len(magic) + 4
	text += strings.Repeat(" ", align-(before+len(text)+1)%align) + "\n" // NumPy adds at least one, too
	b := append([]byte(magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	return append(b, text...)
}

// tuple returns a shape as Python writes it, with a space after every comma inside.
func tuple(shape []int) string {
	text := tensor.Tuple(shape)
	if len(shape) == 1 {
		return text
	}
	return strings.ReplaceAll(text, ",", ", ")
}
