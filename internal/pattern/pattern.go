//go:build !browser

// Package pattern finds patterns in texts: regular expressions of the kind that Go and
// JavaScript write alike, of ASCII characters. The library of the page takes those of the
// browser, since Go's are a twentieth of its size.
package pattern

import "regexp"

// A Pattern is a regular expression.
type Pattern struct{ of *regexp.Regexp }

// New returns a pattern. It panics if it is none.
func New(expression string) Pattern { return Pattern{regexp.MustCompile(expression)} }

// In reports whether the pattern is found in a text.
func (p Pattern) In(text []byte) bool { return p.of.Match(text) }

// Start returns how many bytes at the start of a text are those of a pattern that begins
// with ^; 0 if they are not.
func (p Pattern) Start(text []byte) int { return len(p.of.Find(text)) }
