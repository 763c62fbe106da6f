package data

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"hw4/internal/stricttest"
	"hw4/tensor"
)

// idxFile returns an IDX file of the given dimensions with the elements 0, 1, ...
func idxFile(dims ...int) []byte {
	file := []byte{0, 0, 8, byte(len(dims))}
	n := 1
	for _, d := range dims {
		file = binary.BigEndian.AppendUint32(file, uint32(d))
		n *= d
	}
	for i := range n {
		file = append(file, byte(i))
	}
	return file
}

func zipped(content []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(content)
	z.Close()
	return b.Bytes()
}

// consistent reports whether a parsed file holds what its dimensions say.
func consistent(f *IDX, rank int) bool {
	n := 1
	for _, d := range f.Dims {
		n *= d
	}
	return len(f.Dims) == rank && n > 0 && n == len(f.Elements)
}

func TestIDX(t *testing.T) {
	for _, dims := range [][]int{{1}, {5}, {1, 1, 1}, {3, 2, 4}, {2, 28, 28}} {
		plain := idxFile(dims...)
		for name, file := range map[string][]byte{"plain": plain, "gzip": zipped(plain)} {
			f, err := ReadIDX("f", file, len(dims))
			if err != nil {
				t.Errorf("%v, %s: %v", dims, name, err)
				continue
			}
			if !slices.Equal(f.Dims, dims) || !bytes.Equal(f.Elements, plain[4+4*len(dims):]) {
				t.Errorf("%v, %s: parsed to %v with %v", dims, name, f.Dims, f.Elements)
			}
		}
	}
}

// A gzip file may have several members, cut anywhere, some of them empty, and zeros
// behind them.
func TestMembers(t *testing.T) {
	plain := idxFile(3, 2, 4)
	for cut := range plain {
		first, second := zipped(plain[:cut]), zipped(plain[cut:])
		for name, file := range map[string][]byte{
			"two":              slices.Concat(first, second),
			"with empty ones":  slices.Concat(zipped(nil), first, zipped(nil), second, zipped(nil)),
			"two, then zeros":  slices.Concat(first, second, make([]byte, 700)),
			"one, then a zero": append(zipped(plain), 0),
		} {
			f, err := ReadIDX("f", file, 3)
			if err != nil || !bytes.Equal(f.Elements, plain[16:]) {
				t.Fatalf("cut at %d, %s: %v, %v", cut, name, f, err)
			}
		}
		if _, err := ReadIDX("f", append(first, second[:len(second)-1]...), 3); err == nil ||
			!strings.Contains(err.Error(), "the compressed data is cut short, want complete members") {
			t.Errorf("cut at %d, the second not whole: %v", cut, err)
		}
	}
}

// Every prefix of a file is refused, with a *FormatError.
func TestTruncatedIDX(t *testing.T) {
	plain := idxFile(3, 2, 4)
	for name, file := range map[string][]byte{"plain": plain, "gzip": zipped(plain)} {
		for n := range len(file) {
			_, err := ReadIDX("f", file[:n], 3)
			var format *FormatError
			if !errors.As(err, &format) || format.File != "f" || format.Wanted == "" {
				t.Errorf("%s cut to %d bytes: %v", name, n, err)
			}
		}
	}
}

// Every single-bit flip is refused or still a file that holds what it says.
func TestFlippedIDX(t *testing.T) {
	plain := idxFile(3, 2, 4)
	refused := 0
	for name, file := range map[string][]byte{"plain": plain, "gzip": zipped(plain)} {
		for i := range 8 * len(file) {
			flipped := slices.Clone(file)
			flipped[i/8] ^= 1 << (i % 8)
			f, err := ReadIDX("f", flipped, 3)
			var format *FormatError
			switch {
			case err == nil && !consistent(f, 3):
				t.Errorf("%s, bit %d: %v with %d elements", name, i, f.Dims, len(f.Elements))
			case err != nil && !errors.As(err, &format):
				t.Errorf("%s, bit %d: error of type %T", name, i, err)
			case err != nil:
				refused++
			}
		}
	}
	if refused < 16*8 {
		t.Errorf("%d flips refused, want at least those of the header", refused)
	}
}

// A flip in the elements of a plain file is a load, of exactly the flipped bytes.
func TestFlippedElements(t *testing.T) {
	plain := idxFile(3, 2, 4)
	for i := 8 * 16; i < 8*len(plain); i++ {
		flipped := slices.Clone(plain)
		flipped[i/8] ^= 1 << (i % 8)
		f, err := ReadIDX("f", flipped, 3)
		if err != nil || !slices.Equal(f.Dims, []int{3, 2, 4}) || !bytes.Equal(f.Elements, flipped[16:]) {
			t.Fatalf("bit %d: %v, %v", i, f, err)
		}
	}
}

// A wrong length is reported where the file and its header part: at the end of a
// file that is short, at the first byte too many of one that is long.
func TestOffsetOfLength(t *testing.T) {
	good := idxFile(4)
	for _, c := range []struct {
		file []byte
		at   int64
	}{{good[:10], 10}, {append(slices.Clone(good), 1, 2, 3), 12}} {
		_, err := ReadIDX("f", c.file, 1)
		var format *FormatError
		if !errors.As(err, &format) || format.Offset != c.at {
			t.Errorf("%d bytes: %v, want byte %d", len(c.file), err, c.at)
		}
	}
}

func TestReadIDXPanics(t *testing.T) {
	for _, rank := range []int{-1, 0, 256} {
		func() {
			defer func() {
				if _, ok := recover().(*tensor.ShapeError); !ok {
					t.Errorf("rank %d: no *tensor.ShapeError", rank)
				}
			}()
			ReadIDX("f", idxFile(4), rank)
		}()
	}
}

func TestLyingIDX(t *testing.T) {
	header := func(dims ...uint32) []byte {
		file := []byte{0, 0, 8, byte(len(dims))}
		for _, d := range dims {
			file = binary.BigEndian.AppendUint32(file, d)
		}
		return file
	}
	badSum := zipped(idxFile(4))
	badSum[len(badSum)-5] ^= 1
	for name, c := range map[string]struct {
		file []byte
		rank int
		say  string
	}{
		"empty":                {nil, 1, "the length is 0 bytes"},
		"labels for images":    {idxFile(5), 3, "the length"},
		"images for labels":    {idxFile(5, 1, 1), 1, "the magic number is 0x00000803, want 0x00000801"},
		"floats":               {[]byte{0, 0, 13, 1, 0, 0, 0, 1, 0}, 1, "the magic number"},
		"no images":            {header(0, 28, 28), 3, "dimension 0 is 0"},
		"no rows":              {header(1, 0, 28), 3, "dimension 1 is 0"},
		"negative":             {append(header(0xffffffff), 1), 1, "dimension 0 is 4294967295"},
		"overflow":             {header(1<<30, 1<<30, 1<<30), 3, "the number of elements"},
		"huge":                 {header(60000, 2800, 2800), 3, "the number of elements"},
		"too long":             {append(idxFile(4), 0), 1, "the length is 13 bytes, want 12 bytes"},
		"zipped, too long":     {zipped(append(idxFile(4), 0)), 1, "the decompressed length is longer"},
		"zipped, too short":    {zipped(idxFile(4)[:11]), 1, "byte 11: the length is 11 bytes, want 12 bytes"},
		"zipped, bad checksum": {badSum, 1, "checksum"},
		"zipped, then more":    {append(zipped(idxFile(4)), 7), 1, "is followed by 1 byte of another kind, want"},
		"zipped, twice": {append(zipped(idxFile(4)), zipped(idxFile(4))...), 1,
			"the decompressed length is longer"},
		"zipped, zeros, then more": {append(zipped(idxFile(4)), 0, 0, 7), 1, "followed by 3 bytes of another kind"},
		"zipped, then cut short":   {append(zipped(idxFile(4)), 0x1f, 0x8b), 1, "the compressed data is cut short"},
		"zipped, claims too much":  {zipped(header(1 << 29)), 1, "want at most"},
		"zipped nothing":           {zipped(nil), 1, "the length is 0 bytes, want a header of 8 bytes"},
		"gzip magic alone":         {[]byte{0x1f, 0x8b}, 1, "compressed data"},
	} {
		_, err := ReadIDX("f", c.file, c.rank)
		if err == nil || !strings.Contains(err.Error(), c.say) || !strings.HasPrefix(err.Error(), "f: byte ") {
			t.Errorf("%s: error %v, want one that says %q", name, err, c.say)
		}
	}
}

// A gzip bomb is refused before it is decompressed, and a false claim before
// anything is allocated for it.
func TestIDXMemory(t *testing.T) {
	bomb := zipped(append(idxFile(4), make([]byte, 64<<20)...))
	claim := zipped(append([]byte{0, 0, 8, 1}, 0x3f, 0, 0, 0))
	for name, file := range map[string][]byte{"bomb": bomb, "claim": claim} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := ReadIDX("f", file, 1); err == nil {
			t.Errorf("%s: accepted", name)
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
			t.Errorf("%s of %d bytes: allocated %d bytes", name, len(file), used)
		}
	}
}

// Damage in all places at once: no error but a typed one, no memory beyond what
// the file can hold.
func TestDamagedIDX(t *testing.T) {
	for name, file := range map[string][]byte{"plain": idxFile(3, 2, 4), "gzip": zipped(idxFile(3, 2, 4))} {
		refused, err := stricttest.Survive(idxReader(3), file, 0)
		if err != nil || refused < 8*16 {
			t.Errorf("%s: %d flips refused, %v", name, refused, err)
		}
	}
}

// idxReader reads an IDX file of a rank.
func idxReader(rank int) stricttest.Reader {
	return func(file []byte) error {
		f, err := ReadIDX("f", file, rank)
		if err == nil && !consistent(f, rank) {
			return fmt.Errorf("%v with %d elements", f.Dims, len(f.Elements))
		}
		return err
	}
}

func FuzzIDX(f *testing.F) {
	f.Fuzz(func(t *testing.T, file []byte, images bool) {
		rank := 1
		if images {
			rank = 3
		}
		const maxRatio = 1032 // of deflate
		if err := stricttest.Read(idxReader(rank), file, maxRatio*len(file)); err != nil {
			t.Error(err)
		}
	})
}
