package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// maxList bounds the numbers that a flag takes.
const maxList = 20

// numbers is the value of a flag that takes one number or several, with commas
// between them.
type numbers[T int | float64] struct {
	first *T
	all   *[]T
	kind  string // of a number, as in pflag
	parse func(s string) (T, error)
}

// severalFloats lets a flag of one float64 take several.
func severalFloats(f *pflag.Flag, first *float64, all *[]float64, usage string) {
	f.Value = &numbers[float64]{first, all, "float", func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }}
	f.Usage = usage
}

// severalInts lets a flag of one int take several.
func severalInts(f *pflag.Flag, first *int, all *[]int, usage string) {
	f.Value = &numbers[int]{first, all, "int", func(s string) (int, error) {
		v, err := strconv.ParseInt(s, 10, 0)
		return int(v), err
	}}
	f.Usage = usage
}

// String returns the numbers as Set takes them.
func (n *numbers[T]) String() string {
	if len(*n.all) == 0 {
		return fmt.Sprint(*n.first)
	}
	return strings.Join(strings.Fields(strings.Trim(fmt.Sprint(*n.all), "[]")), ",")
}

// Type returns what help calls the value.
func (n *numbers[T]) Type() string { return n.kind + ",..." }

// Set reads the numbers.
func (n *numbers[T]) Set(s string) error {
	parts := strings.Split(s, ",")
	if len(parts) > maxList {
		return fmt.Errorf("%d numbers, want at most %d", len(parts), maxList)
	}
	values := make([]T, len(parts))
	for i, p := range parts {
		v, err := n.parse(strings.TrimSpace(p))
		if err != nil {
			return err
		}
		values[i] = v
	}
	*n.first, *n.all = values[0], values
	return nil
}

// Bounds of what the command line may ask for. They keep a typing error from
// taking all memory; the library has no such limits.
const (
	maxSide     = 256     // of the images that conv checks; their basis has as many images as they have pixels
	maxElements = 1 << 14 // of such an image, all channels
	maxEpochs   = 100_000
	maxBatch    = 60_000
)

// parseSize reads a height and a width, such as 28x28.
func parseSize(s string) (height, width int, err error) {
	h, w, found := strings.Cut(s, "x")
	height, errH := strconv.Atoi(h)
	width, errW := strconv.Atoi(w)
	switch {
	case !found || errH != nil || errW != nil:
		return 0, 0, usagef("--size %q: want a height and a width, such as 28x28", s)
	case height < 1 || width < 1:
		return 0, 0, usagef("--size %s: height and width must be at least 1", s)
	case height > maxSide || width > maxSide:
		return 0, 0, usagef("--size %s: want at most %dx%d, because every pixel is tried", s, maxSide, maxSide)
	}
	return height, width, nil
}
