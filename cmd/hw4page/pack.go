//go:build !js

package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
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
// twentieth. The result is numbers of 4 bytes, then the bytes that are left. The numbers
// are the length of the content, how many triples follow, and these: so many bytes that
// are left, then a copy of so many from so far back.
func shortened(content []byte) []byte {
	const key, near, least, tries = 8, 1 << 15, 48, 32
	var triples, left []byte
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
			for _, n := range []int{i - from, length, back} {
				triples = binary.LittleEndian.AppendUint32(triples, uint32(n))
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
	head = binary.LittleEndian.AppendUint32(head, uint32(len(triples)/12))
	return append(append(append(head, triples...), left...), content[from:]...)
}
