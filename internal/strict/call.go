package strict

import (
	"bytes"
	"strings"
)

// A call is what is left of a text in which PyTorch or NumPy show an array, such as
// "tensor([1., 2.], dtype=torch.float64)". It is read by hand: the packages of the page
// have no regular expressions, which would make its library larger by a twentieth.
type call struct{ rest []byte }

// Shown reports whether a text begins as PyTorch and NumPy show arrays.
func Shown(text string) bool { return opening([]byte(strings.TrimSpace(text))) > 0 }

// opening returns how many bytes of a text begin a call, 0 if none do.
func opening(text []byte) int {
	c := call{text}
	if c.take("Parameter containing:") {
		c.space()
	}
	_ = c.take("torch.") || c.take("np.") || c.take("numpy.") || c.take("jnp.") // there may be none of them
	for _, name := range []string{
		"tensor", "Tensor", "FloatTensor", "DoubleTensor", "as_tensor", "array", "Array", "asarray", "matrix", "float16",
		"float32", "float64",
	} {
		if c.take(name) {
			if c.space(); c.take("(") {
				return len(text) - len(c.rest)
			}
			break
		}
	}
	return 0
}

// closing returns how many bytes of a text end a call, with the arguments behind the array;
// 0 if none do.
func closing(text []byte) int {
	for c := (call{text}); ; {
		c.space()
		more := c.take(",")
		if c.space(); c.take(")") {
			return len(text) - len(c.rest)
		}
		if !more || !c.argument() {
			return 0
		}
	}
}

// argument reads an argument with a name, in which there may be one pair of brackets.
func (c *call) argument() bool {
	name := bytes.TrimLeft(c.rest, "abcdefghijklmnopqrstuvwxyz_")
	named := len(name) < len(c.rest)
	c.rest = name
	if c.space(); !named || !c.take("=") {
		return false
	}
	c.until(",()[]")
	if c.take("(") {
		if c.until("()"); !c.take(")") {
			return false
		}
		c.until(",()[]")
	}
	return true
}

// space leaves out white space.
func (c *call) space() { c.rest = bytes.TrimLeft(c.rest, "\t\n\f\r ") }

// take leaves out a word if it comes next.
func (c *call) take(word string) (found bool) {
	c.rest, found = bytes.CutPrefix(c.rest, []byte(word))
	return found
}

// until leaves out what is before any of some characters, or all.
func (c *call) until(any string) {
	at := bytes.IndexAny(c.rest, any)
	if at < 0 {
		at = len(c.rest)
	}
	c.rest = c.rest[at:]
}
