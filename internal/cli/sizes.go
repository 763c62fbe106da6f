package cli

import (
	"strconv"
	"strings"
)

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
