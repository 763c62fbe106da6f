package zipfile

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"hw4/internal/strict"
)

// field names a part of the member, for errors.
func (m *member) field(part string) string { return fmt.Sprintf("the %s %.80q", part, m.name) }

// localHeader reads the local header of a member, which must say the same as the
// central one, and takes its bytes.
func (z *archive) localHeader(m *member, flags int, packed int64) error {
	h := fields(z.file[m.at:z.directory])
	if len(h) < localSize || string(h[:4]) != localSignature {
		return z.fail(m.at, "a local header", "not there", "one for every member")
	}
	name, extra := h.u16(26), h.u16(28)
	dataAt := localSize + name + extra
	if len(h) < dataAt || int64(len(h)-dataAt) < packed {
		return z.fail(m.at, m.field("member"), "cut short", "%s before the directory", strict.Bytes(packed))
	}
	sum, size, unpacked := h.u32(14), int64(h.u32(18)), int64(h.u32(22))
	if wide := wideSizes(h[localSize+name : dataAt]); wide != nil && size == 0xffffffff && unpacked == 0xffffffff {
		m.wide = true
		unpacked, size = int64(binary.LittleEndian.Uint64(wide)), int64(binary.LittleEndian.Uint64(wide[8:]))
	}
	same := sum == m.sum && size == packed && unpacked == m.size
	if m.streamed {
		same = same || sum == 0 && size == 0 && unpacked == 0
	}
	if !same || h.u16(6) != flags || h.u16(8) != int(m.method) || string(h[localSize:localSize+name]) != m.name {
		return z.fail(m.at, "a local header", "not what the directory says",
			"the same name, method, sizes and checksum")
	}
	m.content = h[dataAt : dataAt+int(packed) : dataAt+int(packed)]
	z.local = m.at + dataAt + int(packed)
	if m.streamed {
		return z.descriptor(m)
	}
	return nil
}

// wideSizes returns the sizes in the extra field of a local header, or nil: first
// that of the content, then that in the file, each of 8 bytes.
func wideSizes(extra []byte) []byte {
	if len(extra) != 20 || string(extra[:4]) != "\x01\x00\x10\x00" {
		return nil
	}
	return extra[4:]
}

// descriptor reads what follows the bytes of a streamed member: a signature, the
// checksum and the sizes.
func (z *archive) descriptor(m *member) error {
	want := binary.LittleEndian.AppendUint32([]byte("PK\x07\x08"), m.sum)
	for _, size := range []uint64{uint64(len(m.content)), uint64(m.size)} {
		if m.wide {
			want = binary.LittleEndian.AppendUint64(want, size)
		} else {
			want = binary.LittleEndian.AppendUint32(want, uint32(size))
		}
	}
	if !bytes.HasPrefix(z.file[z.local:z.directory], want) {
		return z.fail(z.local, m.field("descriptor of"), "not what the directory says", "the same checksum and sizes")
	}
	z.local += len(want)
	return nil
}

// content returns what a member holds.
func (z *archive) content(m *member) ([]byte, error) {
	content := m.content
	switch m.method {
	case stored:
		if m.size != int64(len(content)) {
			return nil, z.fail(m.at, m.field("size of"), m.size, "%d, as stored", len(content))
		}
	case deflated:
		var err error
		if content, err = z.inflate(m); err != nil {
			return nil, err
		}
	default:
		return nil, z.fail(m.at+8, m.field("compression of"), m.method, "0, stored, or 8, deflated")
	}
	if sum := crc32.ChecksumIEEE(content); sum != m.sum {
		return nil, z.fail(m.at, m.field("checksum of"), fmt.Sprintf("%#08x", sum), "%#08x", m.sum)
	}
	return content, nil
}

// inflate decompresses a member to exactly the size that its headers say.
func (z *archive) inflate(m *member) ([]byte, error) {
	const maxRatio = 1032 // deflate expands a byte to no more
	most := min(z.left, maxRatio*int64(len(m.content)))
	if m.size > most {
		return nil, z.fail(m.at, m.field("size of"), m.size,
			"at most %d, of %d compressed bytes and within the limit", most, len(m.content))
	}
	z.left -= m.size
	source := bytes.NewReader(m.content)
	stream := flate.NewReader(source)
	content := make([]byte, m.size)
	n, err := io.ReadFull(stream, content)
	if err == nil {
		var more [1]byte
		if n, e := stream.Read(more[:]); n > 0 || e != io.EOF || source.Len() > 0 {
			err = errors.New("longer")
		}
	}
	if err != nil {
		found := fmt.Sprintf("damaged (%v after %s)", err, strict.Bytes(n))
		return nil, z.fail(m.at, m.field("compressed data of"), found,
			"a complete deflate stream of the size in the header")
	}
	return content, nil
}
