package backprop

import (
	"fmt"
	"strings"
)

// A derivative is one of the matrices that Problem 6 asks for.
type derivative struct {
	kind  kind
	layer int // l, which counts from 1
	last  int // L
}

type kind int

const (
	byBias   kind = iota // dy_l/db_l, n_l x n_l
	byInput              // dy_l/dy_(l-1), n_l x n_(l-1)
	byWeight             // dy_L/dA_l, n_l x n_(l-1)
)

// derivatives returns all of them for L layers, in the order of the sheet.
func derivatives(last int) []derivative {
	var all []derivative
	for _, k := range []kind{byBias, byInput, byWeight} {
		for l := 1; l <= last; l++ {
			all = append(all, derivative{k, l, last})
		}
	}
	return all
}

// String returns the name, such as "dy_2/db_2".
func (d derivative) String() string {
	return d.spelled([...]string{byBias: "dy_l/db_l", byInput: "dy_l/dy_(l-1)", byWeight: "dy_L/dA_l"}[d.kind])
}

// shape returns the shape of the matrix for the sizes n_0, ..., n_L.
func (d derivative) shape(sizes []int) (rows, cols int) {
	if d.kind == byBias {
		return sizes[d.layer], sizes[d.layer]
	}
	return sizes[d.layer], sizes[d.layer-1]
}

// spelled writes a text in the sheet's symbols with numbers for l and L: y_(l-1)
// becomes y_1.
func (d derivative) spelled(text string) string {
	index := func(n int) string { return fmt.Sprintf("_%d", n) }
	return strings.NewReplacer(
		"_(l-2)", index(d.layer-2), "_(l-1)", index(d.layer-1), "_l", index(d.layer), "_(l+1)", index(d.layer+1),
		"_(L-1)", index(d.last-1), "_L", index(d.last),
	).Replace(text)
}
