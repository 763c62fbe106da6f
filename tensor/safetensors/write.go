package safetensors

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hw4/internal/strict"
	"hw4/tensor"
)

// Write writes a file. The tensors are put into the order of the Python library,
// by element type and then by name, so that the bytes are those that
// safetensors.torch.save_file writes for the same tensors; metadata, which that
// library puts into any order, is put into the order of its keys. Write returns
// an error and writes nothing if two tensors share a name, a name is
// "__metadata__", a string is not UTF-8, dtype, shape and bytes of a tensor
// disagree, or the file would be beyond the limits of Read; otherwise the error of
// writing.
func Write(w io.Writer, f *File) error {
	tensors := slices.Clone(f.Tensors)
	slices.SortStableFunc(tensors, func(a, b Tensor) int {
		return cmp.Or(order(a.DType)-order(b.DType), strings.Compare(a.Name, b.Name))
	})
	if err := writable(tensors, f.Metadata); err != nil {
		return err
	}
	header := headerFor(tensors, f.Metadata)
	if len(header) > maxHeader {
		return fmt.Errorf("safetensors: the header has %d bytes, the format allows %d", len(header), maxHeader)
	}
	if _, err := w.Write(append(little.AppendUint64(nil, uint64(len(header))), header...)); err != nil {
		return err
	}
	for i := range tensors {
		if _, err := w.Write(tensors[i].Data); err != nil {
			return err
		}
	}
	return nil
}

// FromStateDict returns a file of the tensors of a state dict, as Write takes it.
func FromStateDict[T tensor.Float](dict map[string]*tensor.Tensor[T], metadata map[string]string) *File {
	f := &File{Metadata: metadata}
	for _, name := range slices.Sorted(maps.Keys(dict)) {
		f.Tensors = append(f.Tensors, FromTensor(name, dict[name]))
	}
	return f
}

// writable returns what is wrong with tensors and metadata.
func writable(tensors []Tensor, metadata map[string]string) error {
	if len(tensors) > maxTensors || len(metadata) > maxTensors {
		return fmt.Errorf("safetensors: %d tensors and %d metadata, want at most %d of each",
			len(tensors), len(metadata), maxTensors)
	}
	names := make(map[string]bool, len(tensors))
	for i := range tensors {
		t := &tensors[i]
		if _, err := check("safetensors", strict.Whole, t); err != nil {
			return err
		}
		if names[t.Name] {
			return fmt.Errorf("safetensors: two tensors are named %q", t.Name)
		}
		if t.Name == metadataKey || !utf8.ValidString(t.Name) {
			return fmt.Errorf("safetensors: no tensor may be named %q", t.Name)
		}
		names[t.Name] = true
	}
	for k, v := range metadata {
		if !utf8.ValidString(k) || !utf8.ValidString(v) {
			return fmt.Errorf("safetensors: the metadata %q: %q are not UTF-8", k, v)
		}
	}
	return nil
}

// headerFor returns the header, padded with spaces to a multiple of 8 bytes.
func headerFor(tensors []Tensor, metadata map[string]string) []byte {
	b := []byte{'{'}
	if len(metadata) > 0 {
		b = append(quote(b, metadataKey), ':')
		b = metadataFor(b, metadata)
	}
	at := 0
	for i := range tensors {
		t := &tensors[i]
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = quote(b, t.Name)
		b = append(b, `:{"dtype":"`+t.DType+`","shape":[`...)
		for i, d := range t.Shape {
			if i > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(b, int64(d), 10)
		}
		b = fmt.Appendf(b, `],"data_offsets":[%d,%d]}`, at, at+len(t.Data))
		at += len(t.Data)
	}
	b = append(b, '}')
	for len(b)%headerAt != 0 {
		b = append(b, ' ')
	}
	return b
}

// metadataFor appends the object of strings.
func metadataFor(b []byte, metadata map[string]string) []byte {
	b = append(b, '{')
	for i, k := range slices.Sorted(maps.Keys(metadata)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(quote(b, k), ':')
		b = quote(b, metadata[k])
	}
	return append(b, '}')
}

// quote appends a JSON string with only those escapes that JSON demands.
func quote(b []byte, s string) []byte {
	const (
		letters = "\"\\bfnrt"
		means   = "\"\\\b\f\n\r\t"
	)
	b = append(b, '"')
	for i := range len(s) {
		c := s[i]
		switch at := strings.IndexByte(means, c); {
		case at >= 0:
			b = append(b, '\\', letters[at])
		case c < ' ':
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
