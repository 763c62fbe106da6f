package strict

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Text reads a string.
func (d *JSON) Text() (string, error) {
	if !d.accept('"') {
		return "", d.fail(d.at, d.token(), "a string")
	}
	var s strings.Builder
	for from := d.at; d.at < len(d.text); {
		switch d.text[d.at] {
		case '"':
			s.Write(d.text[from:d.at])
			d.at++
			return s.String(), nil
		case '\\':
			s.Write(d.text[from:d.at])
			r, err := d.escape()
			if err != nil {
				return "", err
			}
			s.WriteRune(r)
			from = d.at
		default:
			if err := d.char(); err != nil {
				return "", err
			}
		}
	}
	return "", d.fail(d.at, "the end", "the string's closing quote")
}

// char reads one character of a string that is no quote and no escape.
func (d *JSON) char() error {
	r, size := utf8.DecodeRune(d.text[d.at:])
	if r < ' ' {
		return d.fail(d.at, "a string with a control character", "an escape for it")
	}
	if r == utf8.RuneError && size == 1 {
		return d.fail(d.at, "a string that is not UTF-8", "UTF-8")
	}
	d.at += size
	return nil
}

func (d *JSON) escape() (rune, error) {
	const (
		letters = `"\/bfnrt`
		means   = "\"\\/\b\f\n\r\t"
	)
	from := d.at
	if from+1 < len(d.text) {
		c := d.text[from+1]
		if i := strings.IndexByte(letters, c); i >= 0 {
			d.at += 2
			return rune(means[i]), nil
		}
		if c == 'u' {
			return d.unicode()
		}
	}
	return 0, d.fail(from, "a string with an unknown escape", `one of \" \\ \/ \b \f \n \r \t \u`)
}

// unicode reads \u and four digits, or two of them for a character beyond the
// first 65,536.
func (d *JSON) unicode() (rune, error) {
	from := d.at
	r, ok := d.hex()
	if ok && utf16.IsSurrogate(r) {
		var low rune
		low, ok = d.hex()
		r = utf16.DecodeRune(r, low)
		ok = ok && r != utf8.RuneError
	}
	if !ok {
		return 0, d.fail(from, "a string with a wrong escape", `\u with four digits, surrogates in pairs`)
	}
	return r, nil
}

// hex reads \u and four digits.
func (d *JSON) hex() (rune, bool) {
	const length = len(`\u0000`)
	if len(d.text)-d.at < length || string(d.text[d.at:d.at+2]) != `\u` {
		return 0, false
	}
	v, err := strconv.ParseUint(string(d.text[d.at+2:d.at+length]), 16, 16)
	d.at += length
	return rune(v), err == nil
}
