// Package spell finds what a misspelt name was meant to be.
package spell

import "strings"

// Nearest returns the name that a misspelt one is most likely meant to be: the
// nearest within two edits, the first of those that are equally near, or "". Names
// of which nothing would be left of the word are not meant.
func Nearest(misspelt string, names []string) string {
	best, at := "", 3
	for _, name := range names {
		if d := edits(strings.ToLower(misspelt), name); d < at && d < len(name) {
			best, at = name, d
		}
	}
	return best
}

// edits returns the Levenshtein distance: how many characters must be put in,
// left out or replaced to make b of a.
func edits(a, b string) int {
	s, t := []rune(a), []rune(b)
	row := make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := range s {
		diagonal := row[0]
		row[0] = i + 1
		for j := range t {
			cost := diagonal
			if s[i] != t[j] {
				cost++
			}
			diagonal, row[j+1] = row[j+1], min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(t)]
}

// Suggestion returns " (did you mean NAME?)" for the nearest name, or "".
func Suggestion(misspelt string, names []string) string {
	if near := Nearest(misspelt, names); near != "" {
		return " (did you mean " + near + "?)"
	}
	return ""
}
