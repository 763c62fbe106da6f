package safetensors

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"hw4/internal/strict"
)

var little = binary.LittleEndian

// headerAt is where the header begins, behind its length.
const headerAt = 8

// metadataKey is the one key of the header that names no tensor.
const metadataKey = "__metadata__"

// Read parses a safetensors file. It refuses what the format does not allow, and
// more than 65,535 tensors: a header above 100 MB or that is no JSON object, keys
// twice, unknown or missing, null, shapes with negative or overflowing
// dimensions, tensors whose dtype and shape do not make their number of bytes,
// that overlap, leave a gap or end before the file does. All errors are
// *FormatErrors of the given name. The tensors share their bytes with the file.
func Read(name string, file []byte) (*File, error) {
	header, err := headerOf(name, file)
	if err != nil {
		return nil, err
	}
	r := reader{name: name, json: strict.NewJSON(name, header, headerAt), data: file[headerAt+len(header):]}
	r.dataAt = len(file) - len(r.data)
	err = r.json.Object(func(key string) error {
		if key == metadataKey {
			return r.metadata()
		}
		return r.tensor(key)
	})
	if err = r.json.End(err); err == nil {
		err = r.cover()
	}
	if err != nil {
		return nil, err
	}
	f := &File{Tensors: make([]Tensor, len(r.entries)), Metadata: r.meta}
	for i, e := range r.entries {
		f.Tensors[i] = e.Tensor
	}
	return f, nil
}

func headerOf(name string, file []byte) ([]byte, error) {
	const length = "the length of the header"
	if len(file) < headerAt {
		return nil, strict.Fail(name, len(file), "the length", strict.Bytes(len(file)), "at least 8 bytes, "+length)
	}
	n := little.Uint64(file)
	if n > maxHeader {
		return nil, strict.Failf(name, 0, length, n, "at most %d", maxHeader)
	}
	if n > uint64(len(file)-headerAt) {
		return nil, strict.Failf(name, 0, length, n, "at most %d, what follows in the file", len(file)-headerAt)
	}
	header := file[headerAt : headerAt+int(n)]
	if n == 0 || header[0] != '{' {
		return nil, strict.Fail(name, headerAt, "the header", fmt.Sprintf("%.8q", header),
			"a JSON object, without anything before it")
	}
	return header, nil
}

// reader is the state of Read.
type reader struct {
	name    string
	json    *strict.JSON
	data    []byte // what follows the header
	dataAt  int    // where that begins
	entries []*entry
	meta    map[string]string
}

// An entry is a tensor with its place in the data.
type entry struct {
	Tensor
	at         int // of the entry in the header
	begin, end int
}

// fail returns a *FormatError about a part of the entry.
func (e *entry) fail(at int, part string, found any, wanted string, args ...any) error {
	return strict.Failf(e.file, at, fmt.Sprintf("the %s of %.40q", part, e.Name), found, wanted, args...)
}

func (r *reader) metadata() error {
	r.meta = make(map[string]string)
	return r.json.Object(func(key string) (err error) {
		r.meta[key], err = r.json.Text()
		return err
	})
}

func (r *reader) tensor(name string) error {
	e := &entry{Tensor: Tensor{Name: name, file: r.name}, at: r.json.Offset()}
	if len(r.entries) == maxTensors {
		found := fmt.Sprintf("more than %d", maxTensors)
		return strict.Failf(r.name, e.at, "the number of tensors", found, "at most %d", maxTensors)
	}
	err := r.json.Fields(
		strict.Field{Key: "dtype", Read: func() (err error) { e.DType, err = r.json.Text(); return err }},
		strict.Field{Key: "shape", Read: func() error { return r.shape(e) }},
		strict.Field{Key: "data_offsets", Read: func() error { return r.offsets(e) }},
	)
	if err != nil {
		return err
	}
	e.Data = r.data[e.begin:e.end:e.end]
	e.offset = r.dataAt + e.begin
	if _, err := check(r.name, e.at, &e.Tensor); err != nil {
		return err
	}
	r.entries = append(r.entries, e)
	return nil
}

func (r *reader) shape(e *entry) error {
	e.Shape = []int{}
	return r.json.Array(func(i int) error {
		if i == maxRank {
			return e.fail(r.json.Offset(), "shape", "longer", "at most %d axes", maxRank)
		}
		d, err := r.json.Int(0, math.MaxInt)
		e.Shape = append(e.Shape, int(d))
		return err
	})
}

func (r *reader) offsets(e *entry) error {
	var at [2]int64
	n := 0
	place := r.json.Offset()
	err := r.json.Array(func(i int) (err error) {
		if n = i + 1; i >= len(at) {
			return e.fail(r.json.Offset(), "data_offsets", "longer", "a begin and an end")
		}
		at[i], err = r.json.Int(0, int64(len(r.data)))
		return err
	})
	if err != nil {
		return err
	}
	if n != len(at) || at[0] > at[1] {
		return e.fail(place, "data_offsets", at[:n], "a begin and an end that is not before it")
	}
	e.begin, e.end = int(at[0]), int(at[1])
	return nil
}

// cover sorts the entries by their bytes and checks that each begins where the
// one before ends, and the last ends with the file.
func (r *reader) cover() error {
	slices.SortStableFunc(r.entries, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	at := 0
	for _, e := range r.entries {
		if e.begin != at {
			return e.fail(e.at, "begin", e.begin, "%d, the end of the tensor before it", at)
		}
		at = e.end
	}
	if at != len(r.data) {
		rest := strict.Bytes(len(r.data) - at)
		return strict.Fail(r.name, r.dataAt+at, "what follows the last tensor", rest, "the end of the file")
	}
	return nil
}
