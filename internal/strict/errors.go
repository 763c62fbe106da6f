// Package strict is what the readers of files share: errors that say where a file
// is wrong, limits, checked arithmetic, and a JSON reader that lets nothing pass.
//
// A reader gets the whole file as bytes, from ReadFile, which bounds their number.
// It uses no count in a file before it has seen that the bytes which are counted
// are there. It takes no more memory than twice the file and a constant. It refuses
// every byte that has no meaning.
package strict

import "fmt"

// A FormatError says what is wrong with a file and where.
type FormatError struct {
	File   string
	Offset int64  // of the field in the file, or in what it decompresses to; -1: the file as a whole
	Field  string // the part of the format
	Found  string
	Wanted string
}

// Error returns all of it on one line.
func (e *FormatError) Error() string {
	where := ""
	if e.Offset >= 0 {
		where = fmt.Sprintf("byte %d: ", e.Offset)
	}
	return fmt.Sprintf("%s: %s%s is %s, want %s", e.File, where, e.Field, e.Found, e.Wanted)
}

// Whole is the offset of an error that concerns a file as a whole.
const Whole = -1

// Fail returns a *FormatError with the given fields.
func Fail[I int | int64](file string, offset I, field, found, wanted string) error {
	return &FormatError{file, int64(offset), field, found, wanted}
}

// Failf is Fail for any kind of thing found and with a format for what is wanted.
func Failf[I int | int64](file string, offset I, field string, found any, wanted string, args ...any) error {
	return Fail(file, offset, field, fmt.Sprint(found), fmt.Sprintf(wanted, args...))
}

// Bytes says a number of bytes in words.
func Bytes[I int | int64](n I) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}
