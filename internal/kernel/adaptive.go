package kernel

// AdaptiveAvgPool sets each of the outH x outW elements of every plane of dst to the
// mean of a window of the height x width elements of src's plane: of n elements along
// an axis, of which there are to be m, element i has those from floor(i n/m) to
// ceil((i + 1) n/m) - 1. Sums are formed in float64, row by row.
func AdaptiveAvgPool[T Float](dst, src []T, planes, height, width, outH, outW int) {
	for p := range planes {
		plane := src[p*height*width:][:height*width]
		for i := range outH {
			top, bottom := share(i, height, outH)
			for j := range outW {
				left, right := share(j, width, outW)
				sum := 0.0
				for y := top; y < bottom; y++ {
					sum += Sum(plane[y*width+left : y*width+right])
				}
				dst[(p*outH+i)*outW+j] = T(sum / float64((bottom-top)*(right-left)))
			}
		}
	}
}

// AdaptiveAvgPoolGrad sets src's gradient from dst's: every window shares its own out
// evenly, and where windows overlap the parts add up in the order of the windows.
func AdaptiveAvgPoolGrad[T Float](dsrc, ddst []T, planes, height, width, outH, outW int) {
	clear(dsrc)
	for p := range planes {
		plane := dsrc[p*height*width:][:height*width]
		for i := range outH {
			top, bottom := share(i, height, outH)
			for j := range outW {
				left, right := share(j, width, outW)
				part := T(float64(ddst[(p*outH+i)*outW+j]) / float64((bottom-top)*(right-left)))
				for y := top; y < bottom; y++ {
					row := plane[y*width+left : y*width+right]
					AddScalar(row, row, part)
				}
			}
		}
	}
}

// share returns which of n elements the i-th of m windows has.
func share(i, n, m int) (from, to int) { return i * n / m, ((i+1)*n + m - 1) / m }
