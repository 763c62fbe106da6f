//go:build !js

package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"slices"
)

// compressed returns content as gzip has it.
func compressed(content []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is one that there is
	w.Write(content)                                        // a buffer takes everything
	w.Close()
	return out.Bytes()
}

// shortened returns content in which what has been there long before is left out, since
// gzip looks back over 32 KB only: it makes the compressed library smaller by a
// twentieth. The result begins with two numbers of 4 bytes, the length of the content and
// how many triples there are: so many bytes that are left, then a copy of so many from so
// far back. These numbers have 3 bytes; the first bytes of all the first numbers come
// first, then their second bytes, and so on, which gzip takes better. At the end are the
// bytes that are left.
func shortened(content []byte) []byte {
	const key, near, least, tries = 8, 1 << 15, 40, 32
	var planes [9][]byte
	var left []byte
	seen, from := make(map[uint64][]int), 0
	for i := 0; i+key <= len(content); {
		at := binary.LittleEndian.Uint64(content[i:])
		before := seen[at]
		length, back := 0, 0
		for _, b := range before[max(0, len(before)-tries):] {
			n := key
			for n < i-b && i+n < len(content) && content[b+n] == content[i+n] {
				n++
			}
			if i-b >= near && n > length {
				length, back = n, i-b
			}
		}
		if length >= least {
			for p := range planes {
				n := [...]int{i - from, length, back}[p/3]
				planes[p] = append(planes[p], byte(n>>(8*(p%3))))
			}
			left, from = append(left, content[from:i]...), i+length
		}
		for end := max(i+1, from); i < end && i+key <= len(content); i++ {
			at = binary.LittleEndian.Uint64(content[i:])
			seen[at] = append(seen[at], i)
		}
		i = max(i, from)
	}
	head := binary.LittleEndian.AppendUint32(nil, uint32(len(content)))
	head = binary.LittleEndian.AppendUint32(head, uint32(len(planes[0])))
	return slices.Concat(head, slices.Concat(planes[:]...), left, content[from:])
}
