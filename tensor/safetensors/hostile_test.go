package safetensors_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"hw4/internal/proof"
	"hw4/internal/stricttest"
	"hw4/tensor"
	"hw4/tensor/safetensors"
)

// reader reads a file and checks that the tensors are what they say, and one
// behind the other.
func reader(file []byte) error {
	f, err := safetensors.Read("f", file)
	if err != nil {
		return err
	}
	at := 0
	for i := range f.Tensors {
		x, err := safetensors.ToTensor[float64](&f.Tensors[i])
		var format *safetensors.FormatError
		if errors.As(err, &format) {
			x = tensor.Zeros[float64](0) // the format's, not float64's
		} else if err != nil {
			return err
		}
		if x.Len() > len(f.Tensors[i].Data) {
			return fmt.Errorf("%d elements in %d bytes", x.Len(), len(f.Tensors[i].Data))
		}
		at += len(f.Tensors[i].Data)
	}
	if header := 8 + int(binary.LittleEndian.Uint64(file)); header+at != len(file) {
		return fmt.Errorf("%d bytes in tensors, %d behind the header", at, len(file)-header)
	}
	return nil
}

func TestDamagedFiles(t *testing.T) {
	for _, name := range []string{"types.safetensors", "plain.safetensors", "none.safetensors"} {
		refused, err := stricttest.Survive(reader, load(t, name), 0)
		if err != nil || refused < 8*10 {
			t.Errorf("%s: %d flips refused, %v", name, refused, err)
		}
	}
}

// file returns a file with the header as it is and n bytes behind it.
func file(header string, n int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, n)...)
}

// entry is the entry of a tensor in the header.
func entry(name, shape, offsets string) string {
	return fmt.Sprintf(`"%s":{"dtype":"F32","shape":%s,"data_offsets":%s}`, name, shape, offsets)
}

func TestLyingFiles(t *testing.T) {
	good := entry("a", "[1]", "[0,4]")
	for _, c := range []struct {
		name string
		file []byte
		say  string
	}{
		{"empty", nil, "byte 0: the length is 0 bytes, want at least 8 bytes"},
		{"short", make([]byte, 7), "the length is 7 bytes"},
		{"no header", make([]byte, 8), "the header is \"\""},
		{"header too long", binary.LittleEndian.AppendUint64(nil, 1<<63),
			"the length of the header is 9223372036854775808, want at most 100000000"},
		{"header beyond the limit", append(binary.LittleEndian.AppendUint64(nil, 100_000_001), '{'),
			"want at most 100000000"},
		{"header at the limit", append(binary.LittleEndian.AppendUint64(nil, 100_000_000), '{'),
			"the length of the header is 100000000, want at most 1, what follows"},
		{"header beyond the file", append(binary.LittleEndian.AppendUint64(nil, 3), "{}"...),
			"the length of the header is 3, want at most 2"},
		{"space before", file(" {}", 0), "without anything before it"},
		{"array", file("[]", 0), "the header is"},
		{"null header", file("null", 0), "the header is"},
		{"BOM", file("\ufeff{}", 0), "the header is"},
		{"not closed", file("{", 0), "a key in double quotes"},
		{"two objects", file("{}{}", 0), `what follows the JSON text is "{"`},
		{"null behind", file("{}\x00", 0), "what follows the JSON text"},
		{"comma behind", file("{"+good+",}", 4), "a key in double quotes"},
		{"null tensor", file(`{"a":null}`, 0), `"a" is "null", want an object`},
		{"number", file(`{"a":1}`, 0), "want an object"},
		{"duplicate", file("{"+good+","+good+"}", 4), `"a" is there twice`},
		{"duplicate by escape", file("{"+good+","+entry(`\u0061`, "[1]", "[4,8]")+"}", 8), `"a" is there twice`},
		{"dtype twice", file(`{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4),
			`"a"."dtype" is there twice`},
		{"unknown key", file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}`, 4),
			`"a"."x" is not a known key`},
		{"capital key", file(`{"a":{"Dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4),
			`"a"."Dtype" is not a known key`},
		{"no shape", file(`{"a":{"dtype":"F32","data_offsets":[0,4]}}`, 4), `"a" is without the key "shape"`},
		{"null dtype", file(`{"a":{"dtype":null,"shape":[1],"data_offsets":[0,4]}}`, 4),
			`"a"."dtype" is "null", want a string`},
		{"unknown dtype", file(`{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}`, 4),
			`the dtype of "a" is "f32"`},
		{"null shape", file("{"+entry("a", "null", "[0,4]")+"}", 4), "want an array"},
		{"negative", file("{"+entry("a", "[-1]", "[0,4]")+"}", 4), `"a"."shape"[0] is -1, want an integer from 0`},
		{"two negatives", file("{"+entry("a", "[-1,-1]", "[0,4]")+"}", 4), "is -1"},
		{"minus zero", file("{"+entry("a", "[-0]", "[0,0]")+"}", 0), "is -0"},
		{"fraction", file("{"+entry("a", "[1.0]", "[0,4]")+"}", 4), "is 1.0"},
		{"exponent", file("{"+entry("a", "[1e0]", "[0,4]")+"}", 4), "is 1e0"},
		{"NaN", file("{"+entry("a", "[NaN]", "[0,4]")+"}", 4), `is "NaN"`},
		{"Infinity", file("{"+entry("a", "[Infinity]", "[0,4]")+"}", 4), `is "Infinity"`},
		{"leading zero", file("{"+entry("a", "[01]", "[0,4]")+"}", 4), `is "01"`},
		{"plus", file("{"+entry("a", "[+1]", "[0,4]")+"}", 4), `is "+1"`},
		{"hex", file("{"+entry("a", "[0x1]", "[0,4]")+"}", 4), `is "x1"`},
		{"string", file("{"+entry("a", `["1"]`, "[0,4]")+"}", 4), "want an integer"},
		{"beyond int64", file("{"+entry("a", "[9223372036854775808]", "[0,4]")+"}", 4), "want an integer"},
		{"overflow", file("{"+entry("a", "[4294967296,4294967296]", "[0,0]")+"}", 0), `the shape of "a"`},
		{"overflow to 4", file("{"+entry("a", "[4611686018427387904,4]", "[0,4]")+"}", 4), `the shape of "a"`},
		{"more than a tensor has, and 0", file("{"+entry("a", "[0,1099511627776]", "[0,0]")+"}", 0), `the shape of "a"`},
		{"overflow hidden", file("{"+entry("a", "[0,4294967296,4294967296]", "[0,0]")+"}", 0), `the shape of "a"`},
		{"shape too large", file("{"+entry("a", "[2]", "[0,4]")+"}", 4),
			`the length of "a" is 4 bytes, want 8 bytes for F32 of shape (2,)`},
		{"shape too small", file("{"+entry("a", "[]", "[0,8]")+"}", 8), "is 8 bytes, want 4 bytes"},
		{"many axes", file("{"+entry("a", "["+strings.Repeat("1,", 64)+"1]", "[0,4]")+"}", 4),
			`the shape of "a" is longer, want at most 64 axes`},
		{"one offset", file("{"+entry("a", "[1]", "[0]")+"}", 4), `the data_offsets of "a" is [0]`},
		{"no offset", file("{"+entry("a", "[1]", "[]")+"}", 4), "the data_offsets"},
		{"three offsets", file("{"+entry("a", "[1]", "[0,4,4]")+"}", 4), "the data_offsets of \"a\" is longer"},
		{"negative offset", file("{"+entry("a", "[1]", "[-4,0]")+"}", 4), `"a"."data_offsets"[0] is -4`},
		{"offset beyond", file("{"+entry("a", "[1]", "[0,5]")+"}", 4), `"a"."data_offsets"[1] is 5`},
		{"backwards", file("{"+entry("a", "[1]", "[4,0]")+"}", 4), "the data_offsets of \"a\" is [4 0]"},
		{"hole", file("{"+good+","+entry("b", "[1]", "[8,12]")+"}", 12), `the begin of "b" is 8, want 4`},
		{"hole in front", file("{"+entry("a", "[1]", "[4,8]")+"}", 8), `the begin of "a" is 4, want 0`},
		{"overlap", file("{"+entry("a", "[2]", "[0,8]")+","+entry("b", "[1]", "[4,8]")+"}", 8),
			`the begin of "b" is 4, want 8`},
		{"same bytes", file("{"+good+","+entry("b", "[1]", "[0,4]")+"}", 4), `the begin of "b" is 0, want 4`},
		{"trailing", file("{"+good+"}", 5), "what follows the last tensor is 1 byte"},
		{"data without tensors", file("{}", 4), "what follows the last tensor is 4 bytes"},
		{"metadata null", file(`{"__metadata__":null}`, 0), `"__metadata__" is "null", want an object`},
		{"metadata number", file(`{"__metadata__":{"a":1}}`, 0), `"__metadata__"."a" is "1", want a string`},
		{"metadata twice", file(`{"__metadata__":{},"__metadata__":{}}`, 0), "is there twice"},
		{"metadata key twice", file(`{"__metadata__":{"a":"1","a":"2"}}`, 0), `"__metadata__"."a" is there twice`},
		{"deep", file(`{"a":`+strings.Repeat("[", 100_000), 0), "want an object"},
		{"deep in a shape", file("{"+entry("a", strings.Repeat("[", 100_000), "[0,4]")+"}", 4), "want an integer"},
		{"surrogate", file(`{"\ud800":1}`, 0), "surrogates in pairs"},
		{"control character", file("{\"a\x01\":1}", 0), "control character"},
		{"not UTF-8", file("{\"a\xff\":1}", 0), "not UTF-8"},
		{"single quotes", file("{'a':1}", 0), "a key in double quotes"},
		{"comment", file("{/**/}", 0), "a key in double quotes"},
	} {
		err := reader(c.file)
		if err == nil || !strings.HasPrefix(err.Error(), "f: byte ") || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %v, want an error that says %q", c.name, err, c.say)
		}
		if err := stricttest.Read(reader, c.file, 0); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// What the format allows: any order of the keys, space between them, space
// behind, tensors without bytes anywhere.
func TestUnusualFiles(t *testing.T) {
	for _, header := range []string{
		`{}`,
		`{"__metadata__":{}}   `,
		`{ "b" : {"data_offsets":[4,8], "shape":[1], "dtype":"F32"} , ` +
			`"a" : {"shape":[],"dtype":"F32","data_offsets":[0,4]} }` + "\n",
		"{" + entry("e", "[0]", "[4,4]") + "," + entry("b", "[1]", "[4,8]") + "," +
			entry("a", "[1]", "[0,4]") + "," + entry("f", "[2,0]", "[8,8]") + "}",
		`{"":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}`,
		`{"64 axes":{"dtype":"U8","shape":[` + strings.Repeat("1,", 63) + `8],"data_offsets":[0,8]}}`,
	} {
		n := 8
		if len(header) < 30 {
			n = 0
		}
		if err := reader(file(header, n)); err != nil {
			t.Errorf("%s: %v", header, err)
		}
	}
}

// A large header of many small entries takes no more than the rule allows. The
// metadata does not count among the tensors.
func TestManyTensors(t *testing.T) {
	many := func(n int, behind string) []byte {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"%d":{"dtype":"F32","shape":[],"data_offsets":[%d,%d]}`, i, 4*i, 4*i+4)
		}
		return file("{"+b.String()[1:]+behind+"}", 4*n)
	}
	if err := stricttest.Read(reader, many(70_000, ""), 48<<20); err != nil {
		t.Error(err)
	}
	if err := reader(many(65_535, `,"__metadata__":{}`)); err != nil {
		t.Error(err)
	}
	if err := reader(many(65_536, "")); err == nil ||
		!strings.Contains(err.Error(), "the number of tensors is more than 65535, want at most 65535") {
		t.Errorf("65,536 tensors: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"types.safetensors", "plain.safetensors", "none.safetensors"} {
		f.Add(load(f, name))
	}
	for _, header := range []string{
		`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`,
		`{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`,
		`{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}`,
		`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`,
		`{"a":null}`, `{"a":[[[[[[[[]]]]]]]]}`, `{"\ud83d\ude00":1}`,
	} {
		f.Add(file(header, 4))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		// ToTensor makes 8 bytes of every byte.
		if err := stricttest.Read(reader, file, 16*len(file)); err != nil {
			t.Error(err)
		}
	})
}

// Whatever bytes a reader is given, it keeps what stricttest.Read asks for.
func TestInventedFiles(t *testing.T) {
	proof.Fuzz(t, "FuzzRead", 20e6)
}
