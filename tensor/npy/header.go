package npy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"hw4/internal/strict"
)

const (
	magic     = "\x93NUMPY"
	maxHeader = 10_000 // as in NumPy
	maxRank   = 64     // as in NumPy 2; 32 before
)

// A header is the dictionary of a .npy file, with the places of its values.
type header struct {
	descr            string
	fortran          bool
	shape            []int
	descrAt, shapeAt int
}

// readHeader returns the header, and where the elements begin.
func readHeader(name string, file []byte) (h *header, dataAt int, err error) {
	const versionAt, lengthAt = len(magic), len(magic) + 2
	fail := func(at int, field string, found any, wanted string, args ...any) (*header, int, error) {
		return nil, 0, strict.Failf(name, at, field, found, wanted, args...)
	}
	if !bytes.HasPrefix(file, []byte(magic)) {
		return fail(0, "the magic string", fmt.Sprintf("%q", file[:min(len(file), len(magic))]), "%q", magic)
	}
	if len(file) < lengthAt {
		return fail(len(file), "the length", strict.Bytes(len(file)), "a version behind the magic string")
	}
	wide := 2 // bytes of the header's length
	switch major, minor := file[versionAt], file[versionAt+1]; {
	case minor != 0 || major < 1 || major > 3:
		return fail(versionAt, "the version", fmt.Sprintf("%d.%d", major, minor), "1.0, 2.0 or 3.0")
	case major > 1:
		wide = 4
	}
	textAt := lengthAt + wide
	if len(file) < textAt {
		return fail(len(file), "the length", strict.Bytes(len(file)), "the length of the header behind the version")
	}
	n := uint32(binary.LittleEndian.Uint16(file[lengthAt:]))
	if wide == 4 {
		n = binary.LittleEndian.Uint32(file[lengthAt:])
	}
	if n > maxHeader || int(n) > len(file)-textAt {
		return fail(lengthAt, "the length of the header", n, "at most %d, and no more than the file has", maxHeader)
	}
	dataAt = textAt + int(n)
	p := parser{name: name, text: file[textAt:dataAt], base: textAt}
	h, err = p.dictionary()
	return h, dataAt, err
}

// A parser reads the header's text: of Python's literals, the dictionary that
// NumPy writes, with the keys in any order and white space where Python has it. NumPy
// under Python 2 wrote integers such as 2L, and strings such as u'<f8'.
type parser struct {
	name string
	text []byte
	base int // of the text in the file
	at   int
}

func (p *parser) dictionary() (*header, error) {
	const keys = "'descr', 'fortran_order' and 'shape'"
	h := &header{}
	if !p.accept('{') {
		return nil, p.fail("the header", "a dictionary")
	}
	values := map[string]func(h *header) error{"descr": p.descr, "fortran_order": p.fortran, "shape": p.dims}
	for comma := true; !p.accept('}'); comma = p.accept(',') {
		if !comma {
			return nil, p.fail("the header", "a comma or the closing brace")
		}
		at := p.base + p.at
		key, ok := p.quoted()
		read, wanted := values[key]
		if !ok || !wanted {
			return nil, strict.Fail(p.name, at, "a key of the header", p.next(at), keys+", once each")
		}
		delete(values, key)
		if !p.accept(':') {
			return nil, p.fail("what follows a key", "a colon")
		}
		p.space()
		if err := read(h); err != nil {
			return nil, err
		}
	}
	if len(values) > 0 {
		return nil, strict.Fail(p.name, p.base, "the header", "not complete", "the keys "+keys)
	}
	if p.space(); p.at != len(p.text) {
		return nil, p.fail("what follows the dictionary", "spaces and a newline that ends the header")
	}
	return h, nil
}

func (p *parser) descr(h *header) (err error) {
	h.descrAt = p.base + p.at
	ok := false
	if h.descr, ok = p.quoted(); !ok {
		return p.fail("the dtype", "a string; records are not read")
	}
	return nil
}

func (p *parser) fortran(h *header) error {
	for word, value := range map[string]bool{"True": true, "False": false} {
		if bytes.HasPrefix(p.text[p.at:], []byte(word)) {
			p.at += len(word)
			h.fortran = value
			return nil
		}
	}
	return p.fail("fortran_order", "True or False")
}

// dims reads the shape, a tuple of integers: (), (2,), (2, 3) or (2, 3,).
func (p *parser) dims(h *header) error {
	h.shapeAt = p.base + p.at
	h.shape = []int{}
	if !p.accept('(') {
		return p.fail("the shape", "a tuple")
	}
	for comma := true; !p.accept(')'); {
		if !comma || len(h.shape) == maxRank {
			return p.fail("the shape", "a comma or the closing bracket, after at most %d dimensions", maxRank)
		}
		d, ok := p.dimension()
		if !ok {
			return p.fail("the shape", "dimensions of digits, without superfluous zeros, below 2^63")
		}
		h.shape = append(h.shape, d)
		comma = p.accept(',')
		if len(h.shape) == 1 && !comma {
			return p.fail("the shape", "a comma, without which a number in brackets is no tuple")
		}
	}
	return nil
}

// dimension reads a number without a sign, with the L of Python 2 perhaps.
func (p *parser) dimension() (int, bool) {
	p.space()
	from := p.at
	for p.at < len(p.text) && '0' <= p.text[p.at] && p.text[p.at] <= '9' {
		p.at++
	}
	digits := string(p.text[from:p.at])
	d, err := strconv.Atoi(digits)
	if err != nil || digits[0] == '0' && len(digits) > 1 {
		p.at = from
		return 0, false
	}
	if p.at < len(p.text) && p.text[p.at] == 'L' {
		p.at++
	}
	return d, true
}

// quoted reads a string in either kind of quotes. The strings that a header may
// have need no escapes, so it has none.
func (p *parser) quoted() (string, bool) {
	p.space()
	if rest := p.text[p.at:]; len(rest) > 1 && rest[0] == 'u' && (rest[1] == '\'' || rest[1] == '"') {
		p.at++
	}
	if p.at == len(p.text) || p.text[p.at] != '\'' && p.text[p.at] != '"' {
		return "", false
	}
	rest := p.text[p.at+1:]
	n := bytes.IndexByte(rest, p.text[p.at])
	if n < 0 || bytes.ContainsAny(rest[:n], "\\\n") || !utf8.Valid(rest[:n]) {
		return "", false
	}
	p.at += n + 2
	return string(rest[:n]), true
}

// accept reads c, if it comes next.
func (p *parser) accept(c byte) bool {
	p.space()
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *parser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n\f", p.text[p.at]) >= 0 {
		p.at++
	}
}

// fail says that what comes next is not what is wanted.
func (p *parser) fail(field, wanted string, args ...any) error {
	return strict.Failf(p.name, p.base+p.at, field, p.next(p.base+p.at), wanted, args...)
}

// next shows what stands at a place in the file.
func (p *parser) next(at int) string {
	rest := p.text[at-p.base:]
	if len(rest) == 0 {
		return "the end"
	}
	return fmt.Sprintf("%q", rest[:min(len(rest), 16)])
}
