package kernel

import "fmt"

// Images are rows of bytes, which stand for their 255th part. They follow each other
// in a set; indices lists the wanted ones.

// Unit sets the rows of dst to images of size bytes each, every byte divided by 255
// and rounded to the nearest number.
func Unit[T Float](dst []T, set []byte, size int, indices []int) {
	checkImages(set, size, indices)
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
		k.unit(blocks, &dst[i*size : (i+1)*size][0], &set[at*size], &set[next*size])
	}
	return blocks * k.lanes
}

// ByteDots sets y to the dot products of images and w, of an image's length, divided
// by 255:
//
//	y[i] = (sum over j of w[j] set[indices[i], j]) / 255.
//
// One division for each sum replaces one for each pixel, and no image of numbers is
// written: the bytes are read where they lie.
func ByteDots[T Float](y []T, set []byte, indices []int, w []T) {
	y, size := y[:len(indices)], len(w)
	checkImages(set, size, indices)
	if k := byteKernels[T](size); k != nil && len(indices) > 0 {
		k.byteDots(len(indices), &single(y)[0], &set[0], size, &indices[0], &single(w)[0])
		return
	}
	for i, at := range indices {
		var sum T
		for j, v := range set[at*size:][:size] {
			sum += T(T(v) * w[j])
		}
		y[i] = sum / 255
	}
}

// ByteCombine is the adjoint of ByteDots: it sets y, of an image's length, to the
// linear combination of images with the factors a, divided by 255. The terms are
// added up in the order of the images.
func ByteCombine[T Float](y, a []T, set []byte, indices []int) {
	a, size := a[:len(indices)], len(y)
	checkImages(set, size, indices)
	if k := byteKernels[T](size); k != nil && len(indices) > 0 {
		k.byteCombine(len(indices), &single(y)[0], &set[0], size, &indices[0], &single(a)[0])
		return
	}
	clear(y)
	for i, at := range indices {
		for j, v := range set[at*size:][:size] {
			y[j] += T(a[i] * T(v))
		}
	}
	for j := range y {
		y[j] /= 255
	}
}

// byteKernels returns the kernels for images of a size in bytes, nil if there are
// none.
func byteKernels[T Float](size int) *vectorKernels {
	var zero T
	if _, ok := any(zero).(float32); !ok || selected.vector == nil || size == 0 || size%dotLanes != 0 {
		return nil
	}
	return selected.vector
}

// checkImages panics unless the set has all images: kernels do not look.
func checkImages(set []byte, size int, indices []int) {
	if size == 0 {
		return
	}
	n := len(set) / size
	for _, at := range indices {
		if uint(at) >= uint(n) {
			panic(fmt.Sprintf("kernel: image %d of %d", at, n))
		}
	}
}
