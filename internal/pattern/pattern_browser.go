//go:build browser

package pattern

import "syscall/js"

// A Pattern is a regular expression.
type Pattern struct{ of js.Value }

// New returns a pattern. It panics if it is none.
func New(expression string) Pattern { return Pattern{js.Global().Get("RegExp").New(expression)} }

// In reports whether the pattern is found in a text.
func (p Pattern) In(text []byte) bool { return p.of.Call("test", string(text)).Bool() }

// Start returns how many bytes at the start of a text are those of a pattern that begins
// with ^; 0 if they are not.
func (p Pattern) Start(text []byte) int {
	found := p.of.Call("exec", string(text))
	if found.IsNull() {
		return 0
	}
	return min(len(text), len(found.Index(0).String())) // bytes that are no UTF-8 come back as others
}
