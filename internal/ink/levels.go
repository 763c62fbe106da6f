package ink

import (
	"math"
	"slices"
)

// bins is the number of steps of a histogram of shares from 0 to 1.
const bins = 256

// histogram counts the shares of a picture that are above a floor.
func histogram(m Grey, floor float32) (counts [bins]float64) {
	for _, v := range m.Pix {
		if v > floor {
			counts[min(bins-1, int(v*bins))]++
		}
	}
	return counts
}

// otsu returns the threshold that parts a histogram into two classes whose means are
// as far apart as they can be, for their sizes (Otsu 1979), and the mean of the class
// above it. Both are 0 for an empty histogram.
func otsu(counts [bins]float64) (threshold, above float32) {
	var n, sum float64
	for i, c := range counts {
		n, sum = n+c, sum+c*middle(i)
	}
	best, at, mean := -1.0, 0.0, 0.0
	below, sumBelow := 0.0, 0.0
	for i, c := range counts {
		below, sumBelow = below+c, sumBelow+c*middle(i)
		if below == 0 || below == n {
			continue
		}
		lo, hi := sumBelow/below, (sum-sumBelow)/(n-below)
		if between := below * (n - below) * (hi - lo) * (hi - lo); between > best {
			best, at, mean = between, (lo+hi)/2, hi
		}
	}
	if best < 0 && n > 0 { // all in one step
		return float32(sum / n / 2), float32(sum / n)
	}
	return float32(at), float32(mean)
}

func middle(bin int) float64 { return (float64(bin) + 0.5) / bins }

// paperLevel returns the median of what is paper and the standard deviation of its
// noise. Ink only adds to the upper end, so both come from the lower quantiles.
func paperLevel(m Grey) (level, sigma float32) {
	step := max(1, len(m.Pix)/20000)
	var sample []float32
	for i := 0; i < len(m.Pix); i += step {
		sample = append(sample, m.Pix[i])
	}
	slices.Sort(sample)
	low, mid := sample[len(sample)/10], sample[len(sample)*4/10]
	// The quantiles of the normal distribution at 0.1 and 0.4 are -1.2816 and -0.2533.
	sigma = (mid - low) / (1.2816 - 0.2533)
	return mid + 0.2533*sigma, sigma
}

// median returns the median of the pixels.
func median(m Grey) float32 {
	s := slices.Clone(m.Pix)
	slices.Sort(s)
	return s[len(s)/2]
}

func clamp01(v float32) float32 { return float32(math.Max(0, math.Min(1, float64(v)))) }
