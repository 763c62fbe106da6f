package strict

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Float reads a number. It refuses NaN and Infinity, which JSON does not have,
// and numbers beyond the largest float64.
func (d *JSON) Float() (float64, error) {
	if d.loose {
		return d.people()
	}
	at, literal, err := d.number("a number")
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		return 0, d.fail(at, fmt.Sprintf("%.24s", literal), "a number that float64 can hold")
	}
	return v, nil
}

// Int reads an integer from lo to hi, written without point and exponent. What people have
// written may be a float that is whole, such as 60806.0, as NumPy and PyTorch print counts;
// lo and hi must then be within 2^53, up to which float64 has all integers.
func (d *JSON) Int(lo, hi int64) (int64, error) {
	if d.loose {
		at := d.Offset() - d.base
		v, err := d.people()
		if err == nil && !(v == math.Trunc(v) && v >= float64(lo) && v <= float64(hi)) {
			literal := fmt.Sprintf("%.24s", d.text[at:d.at])
			err = d.fail(at, literal, fmt.Sprintf("an integer from %d to %d", lo, hi))
		}
		return int64(v), err
	}
	at, literal, err := d.number("an integer")
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseInt(literal, 10, 64)
	if err != nil || v < lo || v > hi || literal == "-0" {
		return 0, d.fail(at, fmt.Sprintf("%.24s", literal), fmt.Sprintf("an integer from %d to %d", lo, hi))
	}
	return v, nil
}

// Numbers reads a number or nested arrays of numbers, all of one length at each
// level: a tensor, whose shape and elements in row-major order it returns. It
// refuses more than limit elements.
func (d *JSON) Numbers(limit int) (shape []int, values []float64, err error) {
	err = d.numbers(0, limit, &shape, &values)
	return shape, values, err
}

// numbers reads the arrays at a level. The shape grows until the first number has
// been read, and is compared from then on.
func (d *JSON) numbers(level, limit int, shape *[]int, values *[]float64) error {
	if d.opens() {
		return d.closes(d.numbers(level, limit, shape, values))
	}
	if d.Peek() != '[' {
		if level < len(*shape) {
			return d.fail(d.at, d.token(), fmt.Sprintf("an array of length %d", (*shape)[level]))
		}
		if len(*values) == limit {
			return d.fail(d.at, "one number more", fmt.Sprintf("at most %d", limit))
		}
		v, err := d.Float()
		*values = append(*values, v)
		return err
	}
	at, first := d.at, len(*values) == 0
	if level == len(*shape) {
		if !first {
			return d.fail(at, "an array", "a number, as before")
		}
		*shape = append(*shape, 0)
	}
	n := 0
	err := d.Array(func(int) error {
		if n++; first {
			(*shape)[level] = max(n, (*shape)[level])
		}
		return d.numbers(level+1, limit, shape, values)
	})
	if err == nil && (n == 0 || n != (*shape)[level]) {
		err = d.fail(at, fmt.Sprintf("an array of length %d", n), wantedLength((*shape)[level]))
	}
	return err
}

func wantedLength(n int) string {
	if n == 0 {
		return "at least one number"
	}
	return fmt.Sprintf("length %d, as before", n)
}

// number reads the literal of a number: an optional minus, digits without
// superfluous zeros, an optional fraction, an optional exponent.
func (d *JSON) number(wanted string) (at int, literal string, err error) {
	d.space()
	at = d.at
	d.one("-")
	ok := d.one("0") || d.digits()
	if ok && d.one(".") {
		ok = d.digits()
	}
	if ok && d.one("eE") {
		d.one("+-")
		ok = d.digits()
	}
	if ok && !d.one("0123456789.+-eE") {
		return at, string(d.text[at:d.at]), nil
	}
	d.at = at
	return at, "", d.fail(at, d.token(), wanted)
}

// one reads one of the given characters.
func (d *JSON) one(of string) bool {
	if d.at < len(d.text) && strings.IndexByte(of, d.text[d.at]) >= 0 {
		d.at++
		return true
	}
	return false
}

// digits reads one or more digits.
func (d *JSON) digits() bool {
	rest := d.text[d.at:]
	n := slices.IndexFunc(rest, func(c byte) bool { return c < '0' || c > '9' })
	if n < 0 {
		n = len(rest)
	}
	d.at += n
	return n > 0
}
