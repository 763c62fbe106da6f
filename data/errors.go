package data

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

// A MissingError says which file was not found and how to get it.
type MissingError struct {
	What string // the file
	Dir  string // where it was looked for
	Hint string // what to do
}

// Error returns all of it on one line.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%s not found in %s: %s", e.What, e.Dir, e.Hint)
}
