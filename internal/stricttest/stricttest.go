// Package stricttest is the test of a strict reader: whatever it is given, it
// returns a typed error or a valid result, in bounded memory. It is for tests.
package stricttest

import (
	"errors"
	"fmt"
	"runtime/metrics"
	"slices"

	"hw4/internal/strict"
)

// Constant is the memory that a reader may take besides twice the file.
const Constant = 1 << 20

// A Reader reads a file. It returns the reader's error, or an error that says
// what is wrong with the result.
type Reader func(file []byte) error

// Read gives a reader one file and returns an error if the reader's is no
// *strict.FormatError that says something in each of its fields, or if it
// allocated more than extra bytes, twice the file, and Constant.
func Read(read Reader, file []byte, extra int) error {
	var err error
	limit := uint64(2*len(file) + extra + Constant)
	used := Allocated(func() { err = read(file) })
	for try := 0; used > limit && try < 3; try++ { // a collection may have counted what earlier files took
		used = min(used, Allocated(func() { err = read(file) }))
	}
	if used > limit {
		return fmt.Errorf("a file of %d bytes made the reader allocate %d, want at most %d", len(file), used, limit)
	}
	return typed(err)
}

// typed returns an error for an error that a strict reader must not return.
func typed(err error) error {
	if err == nil {
		return nil
	}
	format, ok := errors.AsType[*strict.FormatError](err)
	if !ok {
		return fmt.Errorf("error of type %T, want *strict.FormatError: %w", err, err)
	}
	parts := []string{format.File, format.Field, format.Found, format.Wanted}
	if slices.Contains(parts, "") || format.Offset < strict.Whole {
		return fmt.Errorf("incomplete error %#v", format)
	}
	return nil
}

// Survive gives a reader the file, which it must accept, every prefix, which it
// must refuse, and every file that differs in one bit, and returns an error for
// the first that Read objects to. It says how many flips were refused.
func Survive(read Reader, file []byte, extra int) (refused int, err error) {
	if err := read(file); err != nil {
		return 0, fmt.Errorf("the whole file: %w", err)
	}
	for n := range len(file) {
		prefix := file[:n:n]
		if err := Read(read, prefix, extra); err != nil {
			return 0, fmt.Errorf("the first %d bytes: %w", n, err)
		}
		if read(prefix) == nil {
			return 0, fmt.Errorf("the first %d bytes: accepted", n)
		}
	}
	flipped := slices.Clone(file)
	for i := range 8 * len(file) {
		flipped[i/8] ^= 1 << (i % 8)
		if err := Read(read, flipped, extra); err != nil {
			return 0, fmt.Errorf("bit %d of byte %d flipped: %w", i%8, i/8, err)
		}
		if read(flipped) != nil {
			refused++
		}
		flipped[i/8] ^= 1 << (i % 8)
	}
	return refused, nil
}

// Allocated returns the number of bytes that f allocates on the heap, to within
// what the allocator keeps in hand for each core: pieces of a megabyte and more in
// all, which it counts when it has given them away or at the next collection.
func Allocated(f func()) uint64 {
	before := allocated()
	f()
	return allocated() - before
}

func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
