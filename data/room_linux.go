package data

import "golang.org/x/sys/unix"

// room returns n zero bytes for images, on large pages if the system has some: the
// memory is there at once, where with small pages every 4096 bytes take a page
// fault, and batches find their images with fewer look-ups of addresses. The advice
// stays with the place in the heap when the images are gone.
func room(n int) []byte {
	b := make([]byte, n)
	const large = 2 << 20 // most systems' page
	if n >= 2*large {     // so that it holds a whole page
		_ = unix.Madvise(b, unix.MADV_HUGEPAGE) // if it fails, the program is only slower
	}
	return b
}
