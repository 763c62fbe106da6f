//go:build !js

package main

import (
	"bytes"
	"compress/gzip"
	"io"

	"github.com/kjk/lzma"
)

// compressed returns content as gzip has it, which browsers decompress themselves.
func compressed(content []byte) []byte {
	return written(content, func(out io.Writer) io.WriteCloser {
		w, _ := gzip.NewWriterLevel(out, gzip.BestCompression) // the level is one that there is
		return w
	})
}

// packed returns content as LZMA has it, which lzma.js decompresses. It takes time, and
// makes the library smaller by a third than gzip does.
func packed(content []byte) []byte {
	return written(content, func(out io.Writer) io.WriteCloser {
		return lzma.NewWriterSizeLevel(out, int64(len(content)), lzma.DefaultCompression)
	})
}

// written returns what a compressor makes of content.
func written(content []byte, compressor func(io.Writer) io.WriteCloser) []byte {
	var out bytes.Buffer
	w := compressor(&out)
	w.Write(content) // a buffer takes everything
	w.Close()
	return out.Bytes()
}
