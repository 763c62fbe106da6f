package strict

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// Limits of a JSON text.
const (
	maxDepth = 64      // arrays and objects inside each other
	maxKeys  = 1 << 16 // keys of one object
)

// A JSON reads a JSON text (RFC 8259) value by value: the caller says what comes
// next, and everything else is refused, as are a key twice in one object, an
// unpaired surrogate, invalid UTF-8, a number beyond float64, more than 64 levels
// and anything after the text. Of the text it keeps only the keys of the objects
// that are open. All its errors are *FormatErrors, and after one it must
// not be used any more.
//
//	d := strict.NewJSON(name, file, 0)
//	err := d.Fields(
//		strict.Field{Key: "name", Read: func() (err error) { name, err = d.Text(); return err }},
//		strict.Field{Key: "weight", Read: func() (err error) { shape, values, err = d.Numbers(1000); return err }},
//	)
//	err = d.End(err)
type JSON struct {
	name string
	text []byte
	base int // offset of the text in the file
	at   int // of what comes next
	path []step

	loose   bool // numbers as people write them
	rounded int  // fractions that float64 does not have
	inside  int  // calls such as tensor(...)
}

// A step leads from an array or object to one of its values.
type step struct {
	key   string // in an object
	index int    // in an array, else inObject or atKey
}

const (
	inObject = -1
	atKey    = -2 // in an object, between two values
)

// NewJSON returns a reader of the text, which begins at the given offset of the
// named file.
func NewJSON(name string, text []byte, offset int) *JSON {
	return &JSON{name: name, text: text, base: offset}
}

// Offset returns the place in the file of the value that comes next.
func (d *JSON) Offset() int {
	d.space()
	return d.base + d.at
}

// Peek returns the first character of the value that comes next: '{', '[', '"',
// 't', 'f', 'n', or '0' for every number. It returns 0 where no value begins.
func (d *JSON) Peek() byte {
	d.space()
	if d.at == len(d.text) {
		return 0
	}
	switch c := d.text[d.at]; c {
	case '{', '[', '"', 't', 'f', 'n':
		return c
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return '0'
	}
	return 0
}

// End checks that nothing but white space follows, unless there was an error before.
func (d *JSON) End(err error) error {
	if d.space(); err == nil && d.at < len(d.text) {
		return Fail(d.name, d.base+d.at, "what follows the JSON text", d.token(), "the end")
	}
	return err
}

// Object reads an object and calls visit with each key; visit must read the
// value.
func (d *JSON) Object(visit func(key string) error) error {
	if err := d.open('{', "an object"); err != nil {
		return err
	}
	if d.accept('}') {
		return nil
	}
	d.push(step{index: atKey})
	seen := make(map[string]struct{})
	for {
		if d.Peek() != '"' {
			return d.fail(d.at, d.token(), "a key in double quotes")
		}
		at := d.at
		key, err := d.Text()
		if err != nil {
			return err
		}
		*d.top() = step{key, inObject}
		if _, twice := seen[key]; twice {
			return d.fail(at, "there twice", "each key once")
		}
		if seen[key] = struct{}{}; len(seen) > maxKeys {
			return d.fail(at, "one key more", fmt.Sprintf("at most %d", maxKeys))
		}
		if !d.accept(':') {
			return d.fail(d.at, d.token(), "a colon after the key")
		}
		if err := visit(key); err != nil {
			return err
		}
		d.top().index = atKey
		if !d.accept(',') {
			break
		}
	}
	return d.close('}', "a comma or the object's closing brace")
}

// Array reads an array and calls visit with the number of each element, from 0;
// visit must read the element.
func (d *JSON) Array(visit func(i int) error) error {
	if err := d.open('[', "an array"); err != nil {
		return err
	}
	if d.accept(']') {
		return nil
	}
	d.push(step{})
	for {
		if err := visit(d.top().index); err != nil {
			return err
		}
		d.top().index++
		if !d.accept(',') || d.loose && d.ends() {
			break
		}
	}
	return d.close(']', "a comma or the array's closing bracket")
}

// Bool reads true or false.
func (d *JSON) Bool() (bool, error) {
	switch at := d.Offset() - d.base; d.word() {
	case "true":
		return true, nil
	case "false":
		return false, nil
	default:
		d.at = at
		return false, d.fail(at, d.token(), "true or false")
	}
}

// Skip reads a value of any kind, which must be well-formed.
func (d *JSON) Skip() (err error) {
	if d.opens() {
		return d.closes(d.Skip())
	}
	switch d.Peek() {
	case '{':
		return d.Object(func(string) error { return d.Skip() })
	case '[':
		return d.Array(func(int) error { return d.Skip() })
	case '"':
		_, err = d.Text()
	case 't', 'f':
		_, err = d.Bool()
	case 'n':
		if at := d.at; d.word() != "null" {
			d.at = at
			err = d.fail(at, d.token(), "null")
		}
	case '0':
		err = d.skipNumber()
	default:
		if d.loose {
			err = d.skipNumber()
			break
		}
		err = d.fail(d.at, d.token(), "a value")
	}
	return err
}

// skipNumber reads a number or, if people wrote it, what stands in the place of one, such
// as NaN: who reads the value refuses it.
func (d *JSON) skipNumber() error {
	_, err := d.Float()
	if err == nil || !d.loose {
		return err
	}
	from := d.at
	for d.one("+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz") {
	}
	if d.at == from {
		return err
	}
	return nil
}

// open reads the first character of an array or object.
func (d *JSON) open(c byte, what string) error {
	if len(d.path) == maxDepth {
		return d.fail(d.Offset()-d.base, "inside too many others", fmt.Sprintf("at most %d levels", maxDepth))
	}
	if !d.accept(c) {
		return d.fail(d.at, d.token(), what)
	}
	return nil
}

// close reads the last character of an array or object.
func (d *JSON) close(c byte, wanted string) error {
	if !d.accept(c) {
		return d.fail(d.at, d.token(), wanted)
	}
	d.path = d.path[:len(d.path)-1]
	return nil
}

func (d *JSON) push(s step) { d.path = append(d.path, s) }
func (d *JSON) top() *step  { return &d.path[len(d.path)-1] }

// accept reads c, if it comes next.
func (d *JSON) accept(c byte) bool {
	d.space()
	if d.at < len(d.text) && d.text[d.at] == c {
		d.at++
		return true
	}
	return false
}

// space skips white space; among what people paste there are spaces that do not break.
func (d *JSON) space() {
	for d.at < len(d.text) {
		switch c := d.text[d.at]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			d.at++
		case d.loose && c == 0xc2 && d.at+1 < len(d.text) && d.text[d.at+1] == 0xa0:
			d.at += 2
		default:
			return
		}
	}
}

// word reads the letters that come next.
func (d *JSON) word() string {
	from := d.at
	for d.at < len(d.text) && 'a' <= d.text[d.at]|0x20 && d.text[d.at]|0x20 <= 'z' {
		d.at++
	}
	return string(d.text[from:min(d.at, from+len("false")+1)])
}

// token shows what comes next, for errors.
func (d *JSON) token() string {
	const shown = 24
	d.space()
	to := d.at
	for to < len(d.text) && to-d.at < shown {
		r, size := utf8.DecodeRune(d.text[to:])
		if to > d.at && (r <= ' ' || r == ',' || r == ':' || r == ']' || r == '}') {
			break
		}
		to += size
	}
	if to == d.at {
		return "the end"
	}
	return strconv.Quote(string(d.text[d.at:to]))
}

// fail returns the error of the value at a place in the text.
func (d *JSON) fail(at int, found, wanted string) error {
	return Fail(d.name, d.base+at, d.field(), found, wanted)
}

// field names the value that is being read, such as `"conv"."shape"[2]`.
func (d *JSON) field() string {
	field := ""
	for _, s := range d.path {
		switch {
		case s.index == atKey:
		case s.index >= 0:
			field += fmt.Sprintf("[%d]", s.index)
		case field != "":
			field += fmt.Sprintf(".%.40q", s.key)
		default:
			field = fmt.Sprintf("%.40q", s.key)
		}
	}
	if field == "" {
		return "the JSON text"
	}
	return field
}
