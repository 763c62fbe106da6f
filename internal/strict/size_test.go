package strict_test

import (
	"math"
	"testing"

	"hw4/internal/strict"
)

func TestProduct(t *testing.T) {
	const limit = 1000
	for _, c := range []struct {
		dims  []int
		limit int64
		want  int64
		ok    bool
	}{
		{nil, limit, 1, true},
		{nil, 0, 0, false},
		{[]int{10, 10, 10}, limit, 1000, true},
		{[]int{10, 10, 10, 1}, 999, 0, false},
		{[]int{7, 11, 13}, limit, 0, false},
		{[]int{0}, limit, 0, true},
		{[]int{0, 1001}, limit, 0, false},
		{[]int{1001, 0}, limit, 0, false},
		{[]int{-1}, limit, 0, false},
		{[]int{-1, -1}, limit, 0, false},
		{[]int{0, -1}, limit, 0, false},
		{[]int{math.MaxInt, 1}, math.MaxInt64, math.MaxInt, true},
		{[]int{math.MaxInt, 2}, math.MaxInt64, 0, false},
		{[]int{math.MaxInt, math.MaxInt}, math.MaxInt64, 0, false},
		{[]int{math.MaxInt/2 + 1, 4}, math.MaxInt64, 0, false},
	} {
		n, ok := strict.Product(c.dims, c.limit)
		if ok != c.ok || ok && n != c.want {
			t.Errorf("%v within %d: %d, %v, want %d, %v", c.dims, c.limit, n, ok, c.want, c.ok)
		}
	}
}
