package report

import (
	"fmt"
	"math"
	"strings"
)

// Format returns a cell as text, numbers with up to six significant digits.
func Format(v any) string {
	if f, ok := v.(float64); ok {
		return fmt.Sprintf("%.6g", f)
	}
	return fmt.Sprint(v)
}

// Apart writes two different numbers as Format does, or with all their digits if they
// would look the same.
func Apart(a, b float64) (string, string) {
	if x, y := Format(a), Format(b); x != y {
		return x, y
	}
	return fmt.Sprint(a), fmt.Sprint(b)
}

// Finite reports whether a number is neither NaN nor infinite, which neither a plot nor
// JSON can show.
func Finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// Minus returns a number with a minus sign in place of a leading hyphen.
func Minus(number string) string {
	if rest, negative := strings.CutPrefix(number, "-"); negative {
		return "−" + rest
	}
	return number
}

// Join joins items as a sentence does, the last by a conjunction: "1, 2 or 3".
func Join[T any](items []T, conjunction string) string {
	words := Each(items, func(item T) string { return fmt.Sprint(item) })
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " " + conjunction + " " + words[last]
}

// Each returns what f makes of each item, such as its name, or a row of a table.
func Each[T, U any](items []T, f func(item T) U) []U {
	all := make([]U, len(items))
	for i, item := range items {
		all[i] = f(item)
	}
	return all
}

// EachCell returns what f makes of each cell of rows.
func EachCell[T, U any](rows [][]T, f func(cell T) U) [][]U {
	return Each(rows, func(row []T) []U { return Each(row, f) })
}

// All counts all things that there are: "all 4 places", "the one place".
func All(n int, thing string) string {
	if n == 1 {
		return "the one " + thing
	}
	return "all " + Plural(n, thing)
}

// Plural counts things: "1 epoch", "2 epochs".
func Plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
