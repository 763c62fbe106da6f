package data

import (
	"fmt"

	"hw4/internal/strict"
)

// A FormatError says what is wrong with a file and where.
type FormatError = strict.FormatError

// A MissingError says which file was not found and how to get it.
type MissingError struct {
	What string // the file
	Dir  string // where it was looked for
	Hint string // what to do
	// Default says that no folder was named and the module cache was searched: to
	// name a folder, as Source.Dir, is another way out.
	Default bool
}

// Error returns all of it on one line.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%s not found in %s: %s", e.What, e.Dir, e.Hint)
}
