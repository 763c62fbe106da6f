package kernel

// Images are rows of bytes, which stand for their 255th part. They follow each other
// in a set; indices lists the wanted ones.

// Unit sets the rows of dst to images of size bytes each, every byte divided by 255
// and rounded to the nearest number.
func Unit[T Float](dst []T, set []byte, size int, indices []int) {
	done := 0 // elements of each row
	if d, ok := any(dst).([]float32); ok && selected.vector != nil {
		done = unitBlocks(selected.vector, d, set, size, indices)
	}
	for i, at := range indices {
		for j := done; j < size; j++ {
			dst[i*size+j] = T(set[at*size+j]) / 255
		}
	}
}

// unitBlocks is Unit for the whole vectors of each row, whose number of elements it
// returns. While it does one image it has the next one fetched.
func unitBlocks(k *vectorKernels, dst []float32, set []byte, size int, indices []int) (done int) {
	blocks := size / k.lanes
	if blocks == 0 {
		return 0
	}
	for i, at := range indices {
		next := indices[min(i+1, len(indices)-1)]
		k.unit(blocks, &dst[i*size : (i+1)*size][0], &set[at*size : (at+1)*size][0], &set[next*size])
	}
	return blocks * k.lanes
}

// HasByteKernels reports whether ByteDots and ByteCombine can be used for images of a
// size.
func HasByteKernels[T Float](size int) bool {
	var zero T
	_, single := any(zero).(float32)
	return single && selected.vector != nil && size > 0 && size%selected.vector.lanes == 0
}

// ByteDots sets y to the dot products of w and images of its length, divided by 255.
func ByteDots[T Float](y []T, set []byte, indices []int, w []T) {
	checkImages(set, len(w), indices)
	const group = 8 // of images, for the kernel
	n := len(indices)
	if n < group {
		if n > 0 {
			var images [group]int
			var dots [group]T
			copy(images[:], indices)
			ByteDots(dots[:], set, images[:], w)
			copy(y, dots[:n])
		}
		return
	}
	sums := single(y[:n])
	for i := 0; i < n; i += group {
		at := min(i, n-group) // some twice
		next := min(at+group, n-group)
		selected.vector.byteDots(&sums[at], &set[0], len(w), &indices[at], &indices[next], &single(w)[0])
	}
}

// ByteCombine sets y to the linear combination of images of its length with the
// factors a, added up in their order and divided by 255.
func ByteCombine[T Float](y, a []T, set []byte, indices []int) {
	if len(indices) == 0 {
		clear(y)
		return
	}
	checkImages(set, len(y), indices)
	selected.vector.byteCombine(&single(y)[0], &set[0], len(y), len(indices), &indices[0], &single(a[:len(indices)])[0])
}

// checkImages panics unless the images are in the set.
func checkImages(set []byte, size int, indices []int) {
	for _, at := range indices {
		_ = set[at*size : (at+1)*size]
	}
}
