package npy

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"strings"

	"hw4/internal/strict"
)

// The parts of a zip archive (APPNOTE.TXT of PKWARE, section 4.3): for every
// member a local header and its bytes; then the directory, a central header for
// every member; then the end record.
const (
	localSignature   = "PK\x03\x04"
	centralSignature = "PK\x01\x02"
	endSignature     = "PK\x05\x06"
	localSize        = 30
	centralSize      = 46
	endSize          = 22
)

// Compression methods.
const (
	stored   = 0
	deflated = 8
)

// maxMembers bounds what the directory may make the reader allocate.
const maxMembers = 1 << 14

// suffix ends the names of members.
const suffix = ".npy"

// ReadZip parses a .npz file: a zip archive of .npy files, stored or deflated,
// and returns the arrays by the members' names without ".npy". It refuses what
// numpy.savez and savez_compressed do not write: bytes that belong to no member,
// before, between and behind them; encryption; comments; archives of 4 GiB and
// more; a directory that contradicts the members' own headers; wrong checksums;
// two members of one name; and names that are no relative paths, such as
// "../a.npy". The arrays of deflated members are new, and those of stored members
// share their elements with the file. No more than limit bytes are decompressed in
// all. All errors are *FormatErrors.
func ReadZip(name string, file []byte, limit int64) (map[string]*Array, error) {
	z := archive{name: name, file: file, left: limit}
	if err := z.end(); err != nil {
		return nil, err
	}
	arrays := make(map[string]*Array, z.members)
	for i := range z.members {
		m, err := z.member(i)
		if err != nil {
			return nil, err
		}
		key := strings.TrimSuffix(m.name, suffix)
		if arrays[key] != nil {
			return nil, z.fail(m.at, "the name of a member", fmt.Sprintf("%.80q again", m.name), "a name of its own")
		}
		content, err := z.content(m)
		if err != nil {
			return nil, err
		}
		if arrays[key], err = Read(name+": "+m.name, content); err != nil {
			return nil, err
		}
	}
	if z.local != z.directory {
		return nil, z.fail(z.local, "what follows the last member", strict.Bytes(z.directory-z.local), "the directory")
	}
	if rest := len(file) - endSize - z.central; rest != 0 {
		return nil, z.fail(z.central, "what follows the directory", strict.Bytes(rest), "the end record")
	}
	return arrays, nil
}

// validName reports whether a member may have a name: that of a file in the
// folder where an archive would be unpacked, on every system.
func validName(name string) bool {
	return fs.ValidPath(name) && !strings.ContainsAny(name, "\\:\x00") && strings.HasSuffix(name, suffix)
}

// An archive is read from its beginning, with the directory beside it.
type archive struct {
	name      string
	file      []byte
	members   int
	directory int   // where it begins
	central   int   // the next central header
	local     int   // the next local header
	left      int64 // bytes that may still be decompressed
}

// fail returns a *FormatError.
func (z *archive) fail(at int, field string, found any, wanted string, args ...any) error {
	return strict.Failf(z.name, at, field, found, wanted, args...)
}

// A member is what both headers say of it.
type member struct {
	at       int // of the local header
	name     string
	method   uint16
	sum      uint32
	content  []byte // as stored
	size     int64  // decompressed
	streamed bool   // a descriptor follows, and the local header has no sizes
	wide     bool   // sizes have 8 bytes
}

// fields reads little-endian numbers of a header.
type fields []byte

func (f fields) u16(at int) int    { return int(binary.LittleEndian.Uint16(f[at:])) }
func (f fields) u32(at int) uint32 { return binary.LittleEndian.Uint32(f[at:]) }

// end reads the end record, which must be the last bytes of the file.
func (z *archive) end() error {
	at := len(z.file) - endSize
	if at < 0 || string(z.file[at:at+4]) != endSignature {
		return z.fail(max(at, 0), "the end of the file", "no end record of a zip archive", "one without a comment")
	}
	end := fields(z.file[at:])
	z.members = end.u16(10)
	size, from := int64(end.u32(12)), int64(end.u32(16))
	if end.u16(4) != 0 || end.u16(6) != 0 || end.u16(8) != z.members || end.u16(20) != 0 {
		return z.fail(at, "the end record", "of several files or with a comment", "of one file without a comment")
	}
	if z.members > maxMembers {
		return z.fail(at+10, "the number of members", z.members, "at most %d", maxMembers)
	}
	if from+size != int64(at) {
		return z.fail(at+12, "the directory", fmt.Sprintf("%d bytes from byte %d", size, from),
			"to end at byte %d, where the end record begins", at)
	}
	z.directory, z.central = int(from), int(from)
	return nil
}

// member reads the next central and the next local header.
func (z *archive) member(i int) (*member, error) {
	end := len(z.file) - endSize
	at, entry := z.central, fmt.Sprintf("entry %d of the directory", i)
	if end-at < centralSize || string(z.file[at:at+4]) != centralSignature {
		return nil, z.fail(at, entry, "not there", "%d entries", z.members)
	}
	c := fields(z.file[at:end])
	name, extra, comment := c.u16(28), c.u16(30), c.u16(32)
	if len(c) < centralSize+name+extra+comment {
		return nil, z.fail(at+28, entry, "cut short", "a name and what belongs to it")
	}
	m := &member{
		at: z.local, name: string(c[centralSize : centralSize+name]),
		method: uint16(c.u16(10)), sum: c.u32(16), size: int64(c.u32(24)),
	}
	z.central += centralSize + name + extra + comment
	const allowed = 1<<3 | 1<<11 | 3<<1 // descriptor, UTF-8, how hard the compressor tried
	flags := c.u16(8)
	m.streamed = flags&(1<<3) != 0
	switch {
	case flags&^allowed != 0:
		return nil, z.fail(at+8, "the flags", fmt.Sprintf("%#x", flags), "a member that is not encrypted")
	case comment != 0 || c.u16(34) != 0:
		return nil, z.fail(at+32, entry, "with a comment or in another file", "neither")
	case !validName(m.name):
		return nil, z.fail(at+centralSize, "the name of a member", fmt.Sprintf("%.80q", m.name),
			"a relative path without .. that ends in .npy")
	case int64(c.u32(42)) != int64(z.local):
		return nil, z.fail(at+42, "the place of a member", c.u32(42), "%d, the end of the one before", z.local)
	}
	return m, z.localHeader(m, flags, int64(c.u32(20)))
}
