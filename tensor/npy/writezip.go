//go:build !browser

package npy

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"slices"

	"hw4/internal/zipfile"
	"hw4/tensor"
)

// WriteZip writes tensors as a .npz file, which numpy.load reads: stored, in the
// order of their names. It returns the error of writing, and an error for a name
// that ReadZip would refuse.
func WriteZip[T tensor.Float](w io.Writer, tensors map[string]*tensor.Tensor[T]) error {
	z := zip.NewWriter(w)
	for _, name := range slices.Sorted(maps.Keys(tensors)) {
		if !zipfile.ValidName(name + suffix) {
			return fmt.Errorf("npz: %q is no name for an array", name)
		}
		var content bytes.Buffer
		if err := Write(&content, tensors[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		size := uint64(content.Len())
		member, err := z.CreateRaw(&zip.FileHeader{
			Name:               name + suffix,
			CRC32:              crc32.ChecksumIEEE(content.Bytes()),
			CompressedSize64:   size,
			UncompressedSize64: size,
		})
		if err != nil {
			return err
		}
		if _, err := member.Write(content.Bytes()); err != nil {
			return err
		}
	}
	return z.Close()
}
