package data

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"hw4/internal/strict"
	"hw4/tensor"
)

// maxIDX is the largest IDX file that is read, after decompression: well above
// every data set in MNIST's format.
const maxIDX = 1 << 30

// An IDX is the content of an IDX file of unsigned bytes.
type IDX struct {
	Dims     []int  // all at least 1
	Elements []byte // as many as the product of Dims, in row-major order
}

// ReadIDX parses an IDX file with the given number of dimensions, plain or
// compressed by gzip, in one member or several, which its first two bytes tell. The
// format, from the MNIST page of LeCun, Cortes and Burges: two zero bytes, the element type (8: unsigned
// byte), the number of dimensions, each dimension as a big-endian 32-bit integer,
// and the elements in row-major order. The file must end there; a dimension of 0
// and more than 2^30 elements are refused. All errors are *FormatErrors of the
// given name. A plain file shares its elements with the result. ReadIDX allocates
// no more than the header claims, and for a compressed file no more than it can
// hold. It panics if rank is not 1 to 255.
func ReadIDX(name string, file []byte, rank int) (*IDX, error) {
	if rank < 1 || rank > 255 {
		panic(tensor.Shapef("read IDX", "a file of rank %d", rank))
	}
	if len(file) >= 2 && file[0] == 0x1f && file[1] == 0x8b {
		plain, err := gunzip(name, file, rank)
		if err != nil {
			return nil, err
		}
		file = plain
	}
	dims, elements, err := parseHeader(name, file, rank)
	if err != nil {
		return nil, err
	}
	header := 4 + 4*rank
	if want := header + elements; len(file) != want {
		return nil, strict.Failf(name, min(len(file), want), "the length", strict.Bytes(len(file)),
			"%d bytes for dimensions %s", want, tensor.Tuple(dims))
	}
	return &IDX{dims, file[header:]}, nil
}

// parseHeader returns the dimensions in the header of an IDX file, and how many
// elements they make.
func parseHeader(name string, file []byte, rank int) (dims []int, elements int, err error) {
	fail := func(at int, field string, found any, wanted string, args ...any) ([]int, int, error) {
		return nil, 0, strict.Failf(name, at, field, found, wanted, args...)
	}
	header := 4 + 4*rank
	if len(file) < header {
		return fail(len(file), "the length", strict.Bytes(len(file)), "a header of %d bytes", header)
	}
	if magic, want := file[:4], []byte{0, 0, 8, byte(rank)}; !bytes.Equal(magic, want) {
		found := fmt.Sprintf("%#x", magic)
		if kind := strict.Format(file); kind != "" {
			found += ", of " + kind
		}
		return fail(0, "the magic number", found, "%#x, unsigned bytes in %d dimensions", want, rank)
	}
	dims = make([]int, rank)
	for i := range dims {
		at := 4 + 4*i
		d := binary.BigEndian.Uint32(file[at:])
		if d == 0 || d > maxIDX {
			return fail(at, fmt.Sprintf("dimension %d", i), d, "1 to %d", maxIDX)
		}
		dims[i] = int(d)
	}
	n, ok := strict.Product(dims, maxIDX)
	if !ok {
		return fail(4, "the number of elements", "the product of "+tensor.Tuple(dims), "at most %d", maxIDX)
	}
	return dims, int(n), nil
}

// gunzip decompresses an IDX file. It reads the header first and then no more
// than one byte beyond the elements that it announces, so that no file makes it
// allocate more than it should hold.
func gunzip(name string, file []byte, rank int) ([]byte, error) {
	z := &members{file: file, source: bytes.NewReader(file)}
	header := make([]byte, 4+4*rank)
	n, err := io.ReadFull(z, header)
	if err := gzipError(name, n, err); err != nil {
		return nil, err
	}
	header = header[:n] // refused below if it is too short
	dims, elements, err := parseHeader(name, header, rank)
	if err != nil {
		return nil, err
	}
	// Deflate expands a byte to at most 1032, so a claim beyond that is false.
	const maxRatio = 1032
	if most := maxRatio * int64(len(file)); int64(elements) > most {
		return nil, strict.Failf(name, 4, "the number of elements", elements,
			"at most %d from %d compressed bytes", most, len(file))
	}
	plain := room(len(header) + elements)
	copy(plain, header)
	n, err = io.ReadFull(z, plain[len(header):])
	if err := gzipError(name, len(header)+n, err); err != nil {
		return nil, err
	}
	plain = plain[:len(header)+n] // refused by the caller if it is too short
	// Reading on checks the checksum, and that there is nothing more.
	var more [1]byte
	if n, err := io.ReadFull(z, more[:]); n > 0 {
		return nil, strict.Failf(name, len(plain), "the decompressed length", "longer",
			"%d bytes for dimensions %s", len(plain), tensor.Tuple(dims))
	} else if err := gzipError(name, len(plain), err); err != nil {
		return nil, err
	}
	return plain, nil
}

// A badGzip says what is wrong with a gzip file.
type badGzip string

// Error returns it.
func (b badGzip) Error() string { return string(b) }

// members reads what the members of a gzip file hold (RFC 1952), one behind the other.
// Zeros may follow the last one, as gzip allows since tapes had them.
type members struct {
	file   []byte
	source *bytes.Reader
	z      *gzip.Reader // nil before the first
}

// Read fails with io.EOF where the file ends, and with a badGzip.
func (m *members) Read(p []byte) (n int, err error) {
	for n == 0 && err == nil {
		if m.z == nil {
			m.z, err = gzip.NewReader(m.source)
		} else if n, err = m.z.Read(p); err == io.EOF && n > 0 {
			err = nil // it comes again
		} else if err == io.EOF {
			rest := m.file[len(m.file)-m.source.Len():]
			if len(bytes.TrimLeft(rest, "\x00")) == 0 {
				return n, io.EOF
			}
			if err = m.z.Reset(m.source); rest[0] != 0x1f {
				err = badGzip("followed by " + strict.Bytes(len(rest)) + " of another kind")
			}
		}
		if err == nil {
			m.z.Multistream(false)
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = badGzip("cut short")
	} else if err != nil {
		err = badGzip(err.Error())
	}
	return n, err
}

// gzipError says where in the decompressed data decompression failed, or returns nil if
// the data just ended.
func gzipError(name string, at int, err error) error {
	if bad, ok := errors.AsType[badGzip](err); ok {
		return strict.Fail(name, at, "the compressed data", string(bad), "complete members of gzip and nothing else")
	}
	return nil
}
