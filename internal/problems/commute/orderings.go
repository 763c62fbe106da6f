package commute

import "slices"

// weakOrderings returns every way to rank n elements with ties, n ranks each: every
// assignment in which all ranks from 0 to the largest occur.
func weakOrderings(n int) []int {
	var all []int
	rank := make([]int, n)
	var assign func(i, ranks int)
	assign = func(i, ranks int) {
		switch {
		case i < n:
			for r := range ranks {
				rank[i] = r
				assign(i+1, ranks)
			}
		case covers(rank, ranks):
			all = append(all, rank...)
		}
	}
	for ranks := 1; ranks <= n; ranks++ {
		assign(0, ranks)
	}
	return all
}

// covers reports whether every rank below ranks occurs.
func covers(rank []int, ranks int) bool {
	for r := range ranks {
		if !slices.Contains(rank, r) {
			return false
		}
	}
	return true
}
