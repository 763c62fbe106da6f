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
	maxLayer    = 1024
	maxWeights  = 1 << 13 // of a perceptron, all layers; each is moved for the finite differences
	maxLayers   = 16
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
		return 0, 0, usagef("--size %s: want at most %dx%d, since every pixel is tried", s, maxSide, maxSide)
	}
	return height, width, nil
}

// parseSizes reads the sizes of a perceptron, such as 5,4,3,1.
func parseSizes(s string) ([]int, error) {
	parts := strings.Split(s, ",")
	if len(parts) < 2 || len(parts) > maxLayers+1 {
		return nil, usagef("--sizes %q: want 2 to %d sizes, such as 5,4,3,1", s, maxLayers+1)
	}
	sizes := make([]int, len(parts))
	weights := 0
	for i, p := range parts {
		n, err := strconv.Atoi(strings.TrimSpace(p))
		if err != nil || n < 1 || n > maxLayer {
			return nil, usagef("--sizes %q: %q is no size from 1 to %d", s, p, maxLayer)
		}
		sizes[i] = n
		if i > 0 {
			weights += sizes[i-1] * n
		}
	}
	if weights > maxWeights {
		return nil, usagef("--sizes %s: %d weights are more than %d, and the check moves every one", s, weights, maxWeights)
	}
	if sizes[len(sizes)-1] != 1 {
		return nil, usagef("--sizes %s: the last size must be 1, since Problem 6 has n_L = 1", s)
	}
	return sizes, nil
}
