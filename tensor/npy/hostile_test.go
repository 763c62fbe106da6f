package npy_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"hw4/internal/proof"
	"hw4/internal/stricttest"
	"hw4/tensor/npy"
)

// reader reads a .npy file and checks that the array is what it says.
func reader(file []byte) error {
	a, err := npy.Read("f", file)
	if err != nil {
		return err
	}
	n := 1
	for _, d := range a.Shape {
		n *= d
	}
	if size := int(a.DType[2] - '0'); n*size != len(a.Data) {
		return fmt.Errorf("%s of shape %v with %d bytes", a.DType, a.Shape, len(a.Data))
	}
	if _, err := npy.ToTensor[float64](a); err != nil {
		return err
	}
	return nil
}

func zipReader(file []byte) error {
	_, err := npy.ReadZip("f", file, 1<<20)
	return err
}

func TestDamagedFiles(t *testing.T) {
	for _, name := range []string{"little_f4.npy", "big_f2.npy", "fortran_f8.npy", "version2.npy", "version3.npy",
		"scalar.npy", "b1.npy"} {
		refused, err := stricttest.Survive(reader, load(t, name), 0)
		if err != nil || refused < 8*40 {
			t.Errorf("%s: %d flips refused, %v", name, refused, err)
		}
	}
	for _, name := range []string{"stored.npz", "deflated.npz", "streamed.npz"} {
		refused, err := stricttest.Survive(zipReader, load(t, name), 0)
		if err != nil || refused < 8*200 {
			t.Errorf("%s: %d flips refused, %v", name, refused, err)
		}
	}
}

// npyFile returns a file with the header's text as it is.
func npyFile(version byte, text string, data ...byte) []byte {
	b := append([]byte("\x93NUMPY"), version, 0)
	if version == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(text)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	}
	return append(append(b, text...), data...)
}

func TestLyingFiles(t *testing.T) {
	header := func(shape string) []byte {
		return npyFile(1, "{'descr': '<f4', 'fortran_order': False, 'shape': "+shape+", }\n")
	}
	for _, c := range []struct {
		name string
		file []byte
		say  string
	}{
		{"empty", nil, `byte 0: the magic string is "", want "\x93NUMPY"`},
		{"version 4", npyFile(4, "{}\n"), "the version is 4.0"},
		{"version 0", npyFile(0, "{}\n"), "the version is 0.0"},
		{"minor version", append([]byte("\x93NUMPY\x01\x01\x03\x00"), "{}\n"...), "the version is 1.1"},
		{"huge header", append([]byte("\x93NUMPY\x02\x00\xff\xff\xff\xff"), "{}\n"...),
			"the length of the header is 4294967295, want at most 10000"},
		{"no keys", npyFile(1, "{}\n"), "not complete"},
		{"a key missing", npyFile(1, "{'descr': '<f4', 'shape': (), }\n"), "not complete"},
		{"a key twice", npyFile(1, "{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (), }\n"),
			"once each"},
		{"unknown key", npyFile(1, "{'descr': '<f4', 'order': False, 'shape': (), }\n"), "once each"},
		{"no newline but", npyFile(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }x"), "a newline"},
		{"long header",
			npyFile(1, "{'descr': '<f4', 'fortran_order': False, 'shape': ()}"+strings.Repeat(" ", 10_000-53)+"\n", 0,
				0, 0, 0), "the length of the header is 10001, want at most 10000"},
		{"more behind", npyFile(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }; x\n"),
			"spaces and a newline"},
		{"null", npyFile(1, "{'descr': None, 'fortran_order': False, 'shape': (), }\n"), "the dtype is \"None"},
		{"order a number", npyFile(1, "{'descr': '<f4', 'fortran_order': 0, 'shape': (), }\n"), "True or False"},
		{"expression", npyFile(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2*3,), }\n"), "the shape is"},
		{"negative", header("(-1,)"), "the shape is \"-1"},
		{"no tuple", header("(1)"), "no tuple"},
		{"list", header("[1]"), "want a tuple"},
		{"two commas", header("(1,,2)"), "the shape is"},
		{"only a comma", header("(,)"), "the shape is"},
		{"leading zero", header("(01,)"), "superfluous zeros"},
		{"two Ls", header("(1LL,)"), "the shape is"},
		{"only an L", header("(L,)"), "the shape is"},
		{"float", header("(1.0,)"), "the shape is"},
		{"beyond int64", header("(99999999999999999999,)"), "below 2^63"},
		{"overflow", header("(4294967296, 4294967296)"), "the shape is (4294967296,4294967296)"},
		{"overflow to 0", header("(9223372036854775807, 2, 0)"), "fewer elements"},
		{"huge", header("(10000000000,)"), "the length of the elements is 0 bytes, want 40000000000 bytes"},
		{"more than a tensor has, and 0", header("(0, 1099511627776)"), "the shape is (0,1099511627776), want fewer elements"},
		{"many axes", header("(" + strings.Repeat("1, ", 65) + ")"), "after at most 64 dimensions"},
		{"trailing", append(header("()"), 0, 0, 0, 0, 9), "the length of the elements is 5 bytes, want 4 bytes"},
		{"bool of 2", npyFile(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (), }\n", 2),
			"element 0 in the file is no exact float64"},
		{"two orders", npyFile(1, "{'descr': '=<f4', 'fortran_order': False, 'shape': (), }\n", 0, 0, 0, 0),
			`the dtype is "=<f4"`},
		{"an order of a name", npyFile(1, "{'descr': '>double', 'fortran_order': False, 'shape': (), }\n"),
			`the dtype is ">double"`},
		{"no type", npyFile(1, "{'descr': '<', 'fortran_order': False, 'shape': (), }\n"), `the dtype is "<"`},
		{"bytes as a dtype", npyFile(1, "{'descr': b'<f4', 'fortran_order': False, 'shape': (), }\n"), "a string"},
		{"float128", npyFile(1, "{'descr': '<f16', 'fortran_order': False, 'shape': (0,), }\n"), `the dtype is "<f16"`},
		{"objects", load(t, "object.npy"), `the dtype is "|O"`},
		{"complex", load(t, "complex.npy"), `the dtype is "<c16"`},
		{"strings", load(t, "string.npy"), `the dtype is "<U2"`},
		{"dates", load(t, "date.npy"), `the dtype is "<M8[D]"`},
		{"records", load(t, "record.npy"), "records are not read"},
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

// The header may be spelt in all ways that Python has for it.
func TestSpellings(t *testing.T) {
	for _, text := range []string{
		"{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}\n",
		"{'descr':'<f4','fortran_order':False,'shape':(2,),}\n",
		`{"shape": (1, 2), "fortran_order": True, "descr": "<f4"}` + "   \n",
		"{ 'shape' : ( 2 , 1 , ) , 'descr' : '<f4' , 'fortran_order' : False , }\n",
		"{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}" + strings.Repeat(" ", 10_000-56) + "\n",
	} {
		for version := byte(1); version <= 3; version++ {
			if err := reader(npyFile(version, text, make([]byte, 8)...)); err != nil {
				t.Errorf("%q: %v", text, err)
			}
		}
	}
}

// All that NumPy 2.4 reads as the same two numbers.
func TestSpellingsOfTypes(t *testing.T) {
	for _, c := range []struct{ descr, dtype, shape string }{
		{"'f8'", "<f8", "(2L,)"}, {"'=f8'", "<f8", "(2,)"}, {"'|f8'", "<f8", "(2L, 1L, 1L)"}, {"'float64'", "<f8", "(2,)"},
		{"u'<f8'", "<f8", "(1, 2L)"}, {`u"double"`, "<f8", "(2,)"}, {"'>f8'", ">f8", "(2,)"}, {"'>d'", ">f8", "(2,)"},
		{"'?'", "|b1", "(16,)"}, {"'f4'", "<f4", "(2L, 2)"},
		{"'single'", "<f4", "(4,)"}, {"'half'", "<f2", "(8,)"}, {"'uint16'", "<u2", "(8,)"}, {"'int64'", "<i8", "(2,)"},
		{"'<u1'", "|u1", "(16,)"}, {"'uint8'", "|u1", "(16,)"}, {"'bool'", "|b1", "(16,)"}, {"'=i4'", "<i4", "(4,)"},
	} {
		for _, space := range []string{" ", "\t", "\n ", ""} {
			text := strings.ReplaceAll("{'descr':_"+c.descr+",'fortran_order':_False,_'shape':"+c.shape+"}_", "_", space)
			text = strings.Replace(text, "fortran"+space+"order", "fortran_order", 1)
			a, err := npy.Read("f", npyFile(1, text, make([]byte, 16)...))
			if err != nil || a.DType != c.dtype {
				t.Errorf("%q: %+v, %v, want %s", text, a, err, c.dtype)
			} else if _, err := npy.ToTensor[float64](a); err != nil {
				t.Errorf("%q: %v", text, err)
			}
		}
	}
	a, err := npy.Read("f", load(t, "python2_long.npy"))
	if err != nil {
		t.Fatal(err)
	}
	if x, err := npy.ToTensor[float64](a); err != nil || !slices.Equal(x.Shape(), []int{2, 3, 3}) || x.Data()[4] != -1 {
		t.Errorf("%v, %v", x, err)
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"little_f4.npy", "fortran_f8.npy", "big_f2.npy", "version2.npy", "version3.npy",
		"i8.npy", "b1.npy", "scalar.npy", "empty.npy", "object.npy", "record.npy"} {
		f.Add(load(f, name))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		// ToTensor makes 8 bytes of every byte, in the two orders of the axes.
		if err := stricttest.Read(reader, file, 16*len(file)); err != nil {
			t.Error(err)
		}
		if a, err := npy.Read("f", file); err == nil && a.DType == "<f8" && !a.Fortran {
			again(t, a)
		}
	})
}

// again writes an array and reads it back.
func again(t *testing.T, a *npy.Array) {
	x, err := npy.ToTensor[float64](a)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := npy.Write(&b, x); err != nil {
		t.Fatal(err)
	}
	back, err := npy.Read("f", b.Bytes())
	if err != nil || !bytes.Equal(back.Data, a.Data) {
		t.Errorf("written and read again: %v", err)
	}
}

// Whatever bytes a reader is given, it keeps what stricttest.Read asks for.
func TestInventedFiles(t *testing.T) {
	proof.Fuzz(t, "FuzzRead", 16e6)
	proof.Fuzz(t, "FuzzReadZip", 16e6)
}
