package npy_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"hw4/internal/stricttest"
	"hw4/tensor"
	"hw4/tensor/npy"
)

func TestNumPysArchives(t *testing.T) {
	for _, name := range []string{"stored.npz", "deflated.npz", "streamed.npz"} {
		arrays, err := npy.ReadZip(name, load(t, name), 1<<20)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		dict, err := npy.StateDict[float32](arrays)
		if err != nil || len(dict) != 2 {
			t.Errorf("%s: %v, %v", name, dict, err)
			continue
		}
		w, b := dict["0.weight"], dict["0.bias"]
		if !slices.Equal(w.Shape(), []int{2, 3}) || !slices.Equal(w.Data(), []float32{0, 1, -2.5, 1e-3, 7, 65504}) ||
			!slices.Equal(b.Data(), []float32{0, 1}) {
			t.Errorf("%s: %v and %v", name, w, b)
		}
	}
}

func TestZipRoundTrip(t *testing.T) {
	for _, want := range []map[string]*tensor.Tensor[float64]{
		{},
		{"a": tensor.Scalar(1.5), "b.weight": count(2, 3), "folder/c": tensor.Zeros[float64](0)},
	} {
		var b bytes.Buffer
		if err := npy.WriteZip(&b, want); err != nil {
			t.Fatal(err)
		}
		arrays, err := npy.ReadZip("f", b.Bytes(), 0) // nothing is compressed
		if err != nil {
			t.Fatal(err)
		}
		got, err := npy.StateDict[float64](arrays)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%v, %v", got, err)
		}
		for name, x := range want {
			if !slices.Equal(x.Shape(), got[name].Shape()) || !slices.Equal(x.Data(), got[name].Data()) {
				t.Errorf("%s: %v", name, got[name])
			}
		}
	}
}

// member is a member of an archive to be written by archive/zip.
type member struct {
	zip.FileHeader
	content []byte
}

func archive(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.CreateHeader(&m.FileHeader)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(m.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// named returns a deflated member.
func named(name string, content []byte) member {
	return member{zip.FileHeader{Name: name, Method: zip.Deflate}, content}
}

// Folders without content are no arrays.
func TestFolders(t *testing.T) {
	file := archive(t, named("w/", nil), named("w/a.npy", load(t, "scalar.npy")))
	arrays, err := npy.ReadZip("f", file, 1<<20)
	if err != nil || len(arrays) != 1 || arrays["w/a"] == nil {
		t.Errorf("%v, %v", arrays, err)
	}
}

func TestLyingArchives(t *testing.T) {
	x := load(t, "scalar.npy")
	good := archive(t, named("a.npy", x), named("b.npy", x))
	stored := load(t, "stored.npz")
	patched := func(file []byte, at int, with ...byte) []byte {
		file = slices.Clone(file)
		if at < 0 {
			at += len(file)
		}
		copy(file[at:], with)
		return file
	}
	u16, u32 := binary.LittleEndian.AppendUint16, binary.LittleEndian.AppendUint32
	directory := int(binary.LittleEndian.Uint32(good[len(good)-6:]))
	bomb := archive(t, named("a.npy", make([]byte, 64<<20)))
	longer := slices.Insert(slices.Clone(good), len(good)-22, 1, 2, 3)
	longer[len(longer)-10] += 3
	comment := member{zip.FileHeader{Name: "a.npy", Comment: "c"}, x}
	for _, c := range []struct {
		name string
		file []byte
		say  string
	}{
		{"empty", nil, "no end record"},
		{"text", []byte("this is no archive, but it is longer than an end record"), "no end record"},
		{"parent", archive(t, named("../a.npy", x)), `the name of a member is "../a.npy"`},
		{"parent inside", archive(t, named("a/../../b.npy", x)), "the name of a member"},
		{"absolute", archive(t, named("/a.npy", x)), "the name of a member"},
		{"backslash", archive(t, named(`..\a.npy`, x)), "the name of a member"},
		{"drive", archive(t, named("c:a.npy", x)), "the name of a member"},
		{"folder outside", archive(t, named("../", nil)), "the name of a member"},
		{"another file", archive(t, named("a.txt", x)), "the name of a member"},
		{"twice", archive(t, named("a.npy", x), named("a.npy", x)), `"a.npy" again`},
		{"bomb", bomb, "the size of \"a.npy\" is 67108864, want at most"},
		{"many small bombs", archive(t, named("a.npy", padded(x, 900<<10)), named("b.npy", padded(x, 900<<10))),
			`the size of "b.npy" is 921600, want at most`},
		{"comment", archive(t, comment), "with a comment"},
		{"no member is an array", archive(t, named("a.npy", []byte("text"))), "f: a.npy: byte 0: the magic string"},
		{"leading bytes", append([]byte("x"), good...), "the directory is"},
		{"trailing bytes", append(slices.Clone(good), 0), "no end record"},
		{"end comment", append(patched(good, -2, 1, 0), 'c'), "no end record"},
		{"count too small", patched(good, -14, 1, 0, 1, 0), "what follows the last member"},
		{"count too large", patched(good, -14, 3, 0, 3, 0), "of 3 members, to end at byte"},
		{"count huge", patched(good, -14, 255, 255, 255, 255), "the number of members is 65535"},
		{"counts differ", patched(good, -14, 1, 0, 2, 0), "of several files"},
		{"directory size", patched(good, -10, u32(nil, 0xffffffff)...), "the directory is 4294967295 bytes"},
		{"directory place", patched(good, -6, u32(nil, 0xffffffff)...), "from byte 4294967295"},
		{"encrypted", patched(good, directory+8, u16(nil, 9)...), "not encrypted"},
		{"method", patched(patched(good, directory+10, 12, 0), 8, 12, 0), "the compression of \"a.npy\" is 12"},
		{"checksum", patched(good, directory+16, 1, 2, 3, 4), "the descriptor of \"a.npy\""},
		{"stored checksum", patched(stored, 200, 1), "the checksum of"},
		{"stored sizes",
			patched(patched(archive(t, member{zip.FileHeader{Name: "a.npy", Method: zip.Store}, x}), -22-5-46+24, 1),
				-22-5-46-4, 1), "the size of \"a.npy\" is"},
		{"more directory", longer, "what follows the directory is 3 bytes"},
		{"overlap", patched(good, directory+42, 1), "the place of a member"},
		{"names differ", patched(good, 30, 'x'), "not what the directory says"},
		{"size too small", patched(good, directory+24, u32(nil, 8)...), "the descriptor"},
		{"size huge", patched(good, directory+24, u32(nil, 0xfffffff0)...), "the descriptor"},
		{"packed size huge", patched(good, directory+20, u32(nil, 0xfffffff0)...), "cut short"},
	} {
		err := zipReader(c.file)
		var format *npy.FormatError
		if !errors.As(err, &format) || !strings.HasPrefix(err.Error(), "f: ") || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %v, want an error that says %q", c.name, err, c.say)
		}
		if err := stricttest.Read(zipReader, c.file, 0); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := zipReader(good); err != nil {
		t.Errorf("the archive that all others are made of: %v", err)
	}
}

// The checksum and the sizes may be right, and the compressed bytes still not those
// of the content.
func TestLyingStreams(t *testing.T) {
	x := load(t, "scalar.npy")
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, flate.BestCompression)
	w.Write(append(slices.Clone(x), 0))
	w.Flush()
	unfinished := slices.Clone(packed.Bytes())
	w.Close()
	for name, c := range map[string]struct {
		size   int
		packed []byte
		say    string
	}{
		"longer content":  {len(x), packed.Bytes(), "longer"},
		"shorter content": {len(x) + 2, packed.Bytes(), "EOF"},
		"no end":          {len(x) + 1, unfinished, "longer"},
		"a byte behind":   {len(x) + 1, append(slices.Clone(packed.Bytes()), 0), "longer"},
		"no stream":       {len(x), bytes.Repeat([]byte{0xff}, 20), "damaged"},
	} {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		m, err := z.CreateRaw(&zip.FileHeader{Name: "a.npy", Method: zip.Deflate,
			CRC32:            crc32.ChecksumIEEE(padded(x, len(x)+2)[:c.size]),
			CompressedSize64: uint64(len(c.packed)), UncompressedSize64: uint64(c.size)})
		if err != nil {
			t.Fatal(err)
		}
		m.Write(c.packed)
		z.Close()
		if err := zipReader(b.Bytes()); err == nil ||
			!strings.Contains(err.Error(), `the compressed data of "a.npy" is damaged`) ||
			!strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// padded returns content followed by zeros.
func padded(content []byte, size int) []byte {
	return append(slices.Clone(content), make([]byte, size-len(content))...)
}

// The limit is one for all members together.
func TestLimitOfArchives(t *testing.T) {
	file := load(t, "deflated.npz") // two arrays of 152 and 136 bytes
	if _, err := npy.ReadZip("f", file, 152+136); err != nil {
		t.Errorf("at the limit: %v", err)
	}
	if _, err := npy.ReadZip("f", file, 152+136-1); err == nil ||
		!strings.Contains(err.Error(), "the size of \"0.bias.npy\" is 136, want at most 135") {
		t.Errorf("below the limit: %v", err)
	}
}

func FuzzReadZip(f *testing.F) {
	for _, name := range []string{"stored.npz", "deflated.npz", "streamed.npz"} {
		f.Add(load(f, name))
	}
	x := load(f, "scalar.npy")
	f.Add(archive(f))
	f.Add(archive(f, named("../a.npy", x)))
	f.Add(archive(f, named("a.npy", x), named("a.npy", x)))
	f.Add(archive(f, named("a.npy", padded(x, 1<<19))))
	f.Fuzz(func(t *testing.T, file []byte) {
		const limit = 1 << 20
		if err := stricttest.Read(zipReader, file, limit); err != nil {
			t.Error(err)
		}
	})
}
