// Package zipfile reads zip archives strictly, for the formats that are made of them.
package zipfile

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"hw4/internal/strict"
)

// The parts of a zip archive (APPNOTE.TXT of PKWARE, section 4.3): for every
// member a local header and its bytes; then the directory, a central header for
// every member; then the end record, before which there may be two records of
// 64-bit numbers that say the same.
const (
	localSignature   = "PK\x03\x04"
	centralSignature = "PK\x01\x02"
	endSignature     = "PK\x05\x06"
	localSize        = 30
	centralSize      = 46
	endSize          = 22
	wideEndSize      = 56 + 20
)

// Compression methods.
const (
	stored   = 0
	deflated = 8
)

// maxMembers bounds what the directory may make the reader allocate.
const maxMembers = 1 << 14

// A Member is a file in an archive.
type Member struct {
	Name    string // a relative path
	At      int    // of its local header
	Content []byte
}

// Read returns the members of an archive, stored or deflated, in their order. It
// refuses bytes that belong to no member, before, between and behind them;
// encryption; comments; archives of 4 GiB and more; a directory that contradicts the
// members' own headers; wrong checksums; two members of one name; and names that
// ValidName refuses. Folders without content are left out. Deflated content is new, and
// stored content shares its bytes with the file. No more than limit bytes are
// decompressed in all. All errors are *strict.FormatErrors.
func Read(name string, file []byte, limit int64) ([]Member, error) {
	z := archive{name: name, file: file, left: limit}
	if err := z.end(); err != nil {
		return nil, err
	}
	members := make([]Member, 0, z.members)
	for i := range z.members {
		m, err := z.member(i)
		if err != nil {
			return nil, err
		}
		content, err := z.content(&m)
		if err != nil {
			return nil, err
		}
		if !strings.HasSuffix(m.name, "/") || len(content) > 0 { // which is a folder
			members = append(members, Member{m.name, m.at, content})
		}
	}
	if z.local != z.directory {
		return nil, z.fail(z.local, "what follows the last member", strict.Bytes(z.directory-z.local), "the directory")
	}
	if rest := z.tail - z.central; rest != 0 {
		return nil, z.fail(z.central, "what follows the directory", strict.Bytes(rest), "the end record")
	}
	return members, z.unique(members)
}

// unique refuses two members of one name.
func (z *archive) unique(members []Member) error {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.Name
	}
	slices.Sort(names)
	for i := 1; i < len(names); i++ {
		if names[i] == names[i-1] {
			return z.fail(strict.Whole, "the name of a member", fmt.Sprintf("%.80q again", names[i]), "a name of its own")
		}
	}
	return nil
}

// ValidName reports whether a member may have a name: that of a file in the
// folder where an archive would be unpacked, on every system.
func ValidName(name string) bool {
	return fs.ValidPath(name) && !strings.ContainsAny(name, "\\:\x00")
}

// An archive is read from its beginning, with the directory beside it.
type archive struct {
	name      string
	file      []byte
	members   int
	directory int   // where it begins
	tail      int   // where it ends, and the end records begin
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
		return z.fail(max(at, 0), "the end of the file", "no end record of a zip archive",
			"one without a comment, at the very end: the file may be cut short")
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
	z.tail = at
	if wide := at - wideEndSize; wide >= 0 && z.wideEnd(wide, from, size) {
		z.tail = wide
	}
	if from+size != int64(z.tail) || size < centralSize*int64(z.members) {
		return z.fail(at+12, "the directory", fmt.Sprintf("%d bytes from byte %d", size, from),
			"of %d members, to end at byte %d, where the end record begins", z.members, z.tail)
	}
	z.directory, z.central = int(from), int(from)
	return nil
}

// wideEnd reports whether at a place are the two records with 64-bit numbers that
// say of the directory what the end record says.
func (z *archive) wideEnd(at int, from, size int64) bool {
	record, u32, u64 := z.file[at:], binary.LittleEndian.AppendUint32, binary.LittleEndian.AppendUint64
	want := u64(u64(u64(nil, 0), uint64(z.members)), uint64(z.members)) // in this file alone, and in all files
	want = u64(u64(want, uint64(size)), uint64(from))
	want = u32(append(want, "PK\x06\x07"...), 0)
	want = u32(u64(want, uint64(at)), 1)
	const headSize = 16 // signature, length, and versions of the programs, which mean nothing here
	return string(record[:12]) == "PK\x06\x06\x2c\x00\x00\x00\x00\x00\x00\x00" &&
		string(record[headSize:wideEndSize]) == string(want)
}

// member reads the next central and the next local header.
func (z *archive) member(i int) (m member, err error) {
	end := z.tail
	at, entry := z.central, fmt.Sprintf("entry %d of the directory", i)
	if end-at < centralSize || string(z.file[at:at+4]) != centralSignature {
		return m, z.fail(at, entry, "not there", "%d entries", z.members)
	}
	c := fields(z.file[at:end])
	name, extra, comment := c.u16(28), c.u16(30), c.u16(32)
	if len(c) < centralSize+name+extra+comment {
		return m, z.fail(at+28, entry, "cut short", "a name and what belongs to it")
	}
	m = member{
		at: z.local, name: string(c[centralSize : centralSize+name]),
		method: uint16(c.u16(10)), sum: c.u32(16), size: int64(c.u32(24)),
	}
	z.central += centralSize + name + extra + comment
	const allowed = 1<<3 | 1<<11 | 3<<1 // descriptor, UTF-8, how hard the compressor tried
	flags := c.u16(8)
	m.streamed = flags&(1<<3) != 0
	switch {
	case flags&^allowed != 0:
		return m, z.fail(at+8, "the flags", fmt.Sprintf("%#x", flags), "a member that is not encrypted")
	case comment != 0 || c.u16(34) != 0:
		return m, z.fail(at+32, entry, "with a comment or in another file", "neither")
	case !ValidName(m.name) && (m.size > 0 || !ValidName(strings.TrimSuffix(m.name, "/"))):
		return m, z.fail(at+centralSize, "the name of a member", fmt.Sprintf("%.80q", m.name),
			"a relative path without ..")
	case int64(c.u32(42)) != int64(z.local):
		return m, z.fail(at+42, "the place of a member", c.u32(42), "%d, the end of the one before", z.local)
	}
	return m, z.localHeader(&m, flags, int64(c.u32(20)))
}
