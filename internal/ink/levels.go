package ink

import "slices"

// otsu returns the threshold that parts the pixels above a floor, which are at most 1,
// into two classes whose means are as far apart as they can be for their sizes (Otsu
// 1979): halfway between these means; and the mean of the upper class. Both are 0 if
// no pixel is above the floor.
func otsu(m Grey, floor float32) (threshold, upper float32) {
	const steps = 256
	var counts [steps]float64
	for _, v := range m.Pix {
		if v > floor {
			counts[max(0, min(steps-1, int(v*steps)))]++
		}
	}
	middle := func(step int) float64 { return (float64(step) + 0.5) / steps }
	var n, sum, below, sumBelow float64
	for i, c := range counts {
		n, sum = n+c, sum+c*middle(i)
	}
	if n == 0 {
		return 0, 0
	}
	best, lower, higher := 0.0, 0.0, sum/n
	for i, c := range counts {
		below, sumBelow = below+c, sumBelow+c*middle(i)
		lo, hi := sumBelow/below, (sum-sumBelow)/(n-below)
		if between := below * (n - below) * (hi - lo) * (hi - lo); between > best { // NaN, of an empty class, is not
			best, lower, higher = between, lo, hi
		}
	}
	return float32((lower + higher) / 2), float32(higher)
}

// paperLevel returns the median of what is paper, and the standard deviation of its
// noise. Ink adds to the upper end only, so both come from lower quantiles.
func paperLevel(m Grey) (level, sigma float32) {
	var sample []float32
	for i := 0; i < len(m.Pix); i += 1 + len(m.Pix)/10000 {
		sample = append(sample, m.Pix[i])
	}
	slices.Sort(sample)
	low, mid := sample[len(sample)/10], sample[len(sample)*4/10]
	// The quantiles of the normal distribution at 0.1 and 0.4 are -1.2816 and -0.2533.
	sigma = (mid - low) / (1.2816 - 0.2533)
	return mid + 0.2533*sigma, sigma
}
