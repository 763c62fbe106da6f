package strict

import (
	"bytes"
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Decode returns a text as UTF-8 without a byte order mark. It may be UTF-16, as Windows
// PowerShell writes it, with a mark, or without if it begins with an ASCII character.
func Decode(name string, content []byte) ([]byte, error) {
	var order binary.ByteOrder = binary.LittleEndian
	begin := 2
	switch {
	case len(content) > 1 && content[0] != 0 && content[1] == 0:
		begin = 0
	case len(content) > 1 && content[0] == 0 && content[1] != 0:
		begin, order = 0, binary.BigEndian
	case bytes.HasPrefix(content, []byte("\xef\xbb\xbf")):
		return content[3:], nil
	case bytes.HasPrefix(content, []byte("\xfe\xff")):
		order = binary.BigEndian
	case !bytes.HasPrefix(content, []byte("\xff\xfe")):
		return content, nil
	}
	if len(content)%2 != 0 {
		return nil, Fail(name, len(content)-1, "the text in UTF-16", "cut short", "an even number of bytes")
	}
	text := make([]byte, 0, len(content))
	for at := begin; at < len(content); at += 2 {
		r := rune(order.Uint16(content[at:]))
		if utf16.IsSurrogate(r) && at+2 < len(content) {
			r = utf16.DecodeRune(r, rune(order.Uint16(content[at+2:])))
			at += 2
		}
		text = utf8.AppendRune(text, r)
	}
	return text, nil
}

// NewLoose returns a reader of a JSON text that people have written or pasted: numbers
// may also be .5, 1., +1 and 1/3, and may have the Unicode minus; arrays and numbers may
// stand in tensor(...), array(...) and the like, as PyTorch and NumPy show them; and a
// comma may follow the last element of an array. All else is as with NewJSON.
func NewLoose(name string, text []byte, offset int) *JSON {
	return &JSON{name: name, text: text, base: offset, loose: true}
}

// Rounded returns how many fractions have been read that are no float64, such as 1/3.
func (d *JSON) Rounded() int { return d.rounded }

// people reads a number as people write it.
func (d *JSON) people() (float64, error) {
	d.space()
	at := d.at
	v, ok := d.decimal()
	if ok && d.slash() {
		var w float64
		w, ok = d.decimal()
		quotient := v / w
		if math.FMA(quotient, w, -v) != 0 {
			d.rounded++
		}
		v = quotient
	}
	if ok && !d.one("0123456789.+-/eEjJ") && !math.IsInf(v, 0) && !math.IsNaN(v) {
		return v, nil
	}
	read := string(d.text[at:d.at])
	if d.at = at; ok && read != "" {
		return 0, d.fail(at, d.token(), "a number that float64 can hold")
	}
	return 0, d.fail(at, d.token(), "a number")
}

// slash reads the line of a fraction, with space around it.
func (d *JSON) slash() bool {
	at := d.at
	if d.space(); d.one("/") {
		d.space()
		return true
	}
	d.at = at
	return false
}

// decimal reads a number with an optional sign and digits before or behind the point.
func (d *JSON) decimal() (float64, bool) {
	sign := 1.0
	if r, size := utf8.DecodeRune(d.text[d.at:]); strings.ContainsRune("+-\u2212\u2013\ufe63\uff0d", r) && size > 0 {
		d.at += size
		if r != '+' {
			sign = -1
		}
	}
	from := d.at
	ok := d.digits()
	if d.one(".") {
		ok = d.digits() || ok
	}
	if ok && d.one("eE") {
		d.one("+-")
		ok = d.digits()
	}
	v, err := strconv.ParseFloat(string(d.text[from:d.at]), 64)
	return sign * v, ok && (err == nil || math.IsInf(v, 1))
}

// opens reads the beginning of a call such as tensor(...), if that comes next.
func (d *JSON) opens() bool {
	if d.space(); !d.loose || d.at == len(d.text) || d.text[d.at] < 'A' || d.inside == maxDepth {
		return false
	}
	n := opening(d.text[d.at:min(len(d.text), d.at+128)])
	if n == 0 {
		return false
	}
	d.at += n
	d.inside++
	return true
}

// closes reads the end of the call, unless there was an error in it.
func (d *JSON) closes(err error) error {
	if err != nil {
		return err
	}
	d.inside--
	n := closing(d.text[d.at:min(len(d.text), d.at+512)])
	if n == 0 {
		d.space()
		return d.fail(d.at, d.token(), "the closing bracket of tensor(...) or array(...)")
	}
	d.at += n
	return nil
}

// ends reports whether an array ends here.
func (d *JSON) ends() bool {
	d.space()
	return d.at < len(d.text) && d.text[d.at] == ']'
}
