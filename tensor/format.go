package tensor

import (
	"fmt"
	"strings"
)

// maxShown is the number of elements above which String shows only the ends of
// each axis, and edge how many positions it shows there.
const (
	maxShown = 1000
	edge     = 3
)

// String returns the elements in nested brackets, one line a row, with columns
// aligned, as NumPy prints arrays. Long tensors are abbreviated.
func (t *Tensor[T]) String() string {
	t.known("string")
	short := len(t.data) > maxShown
	width := 0
	t.visitShown(0, 0, short, func(at int) { width = max(width, len(format(t.data[at]))) }, func(string) {})
	var b strings.Builder
	t.visitShown(0, 0, short,
		func(at int) { fmt.Fprintf(&b, "%*s", width, format(t.data[at])) },
		func(s string) { b.WriteString(s) })
	return b.String()
}

func format[T Float](v T) string { return fmt.Sprintf("%.5g", v) }

// visitShown visits the elements that are shown below an axis, from the element
// at on, and the punctuation between them.
func (t *Tensor[T]) visitShown(axis, at int, short bool, element func(at int), text func(string)) {
	if axis == len(t.shape) {
		element(at)
		return
	}
	n := t.shape[axis]
	_, _, inner := split3(t.shape, axis)
	separator := " "
	if rest := len(t.shape) - axis - 1; rest > 0 {
		separator = strings.Repeat("\n", rest) + strings.Repeat(" ", axis+1)
	}
	text("[")
	for i := 0; i < n; i++ {
		if i > 0 {
			text(separator)
		}
		if short && n > 2*edge && i == edge {
			text("...")
			i = n - edge - 1
			continue
		}
		t.visitShown(axis+1, at+i*inner, short, element, text)
	}
	text("]")
}
