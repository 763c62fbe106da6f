package torchfile

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"hw4/internal/stricttest"
)

// A member is one of an archive, stored if it is not deflated.
type member struct {
	name    string
	content []byte
	method  uint16
}

func archive(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.CreateHeader(&zip.FileHeader{Name: m.name, Method: m.method})
		if err == nil {
			_, err = w.Write(m.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// file returns an archive with a pickle and one storage of 4 floats, 0 to 3.
func file(t testing.TB, pickle string, more ...member) []byte {
	t.Helper()
	return archive(t, append([]member{{"a/data.pkl", []byte(pickle), zip.Store}, {"a/data/0", floats(), zip.Store}},
		more...)...)
}

func floats() []byte {
	var data []byte
	for i := range 4 {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(i)))
	}
	return data
}

// Parts of pickles.

func text(s string) string {
	return "X" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(s)))) + s
}

func number(n int32) string { return "J" + string(binary.LittleEndian.AppendUint32(nil, uint32(n))) }

func long(n int64) string {
	return "\x8a\x08" + string(binary.LittleEndian.AppendUint64(nil, uint64(n)))
}

func numbers(list ...int32) string {
	s := "("
	for _, n := range list {
		s += number(n)
	}
	return s + "t"
}

func storageOf(kind, key, count string) string {
	return "(" + text("storage") + "c" + kind + "\n" + text(key) + text("cpu") + count + "tQ"
}

const (
	ordered = "ccollections\nOrderedDict\n)R"
	rebuild = "ctorch._utils\n_rebuild_tensor_v2\n"
)

// view returns a tensor of the 4 floats; parts are the offset, the shape and the strides.
func view(offset, shape, strides string) string {
	return rebuild + "(" + storageOf("torch\nFloatStorage", "0", number(4)) +
		offset + shape + strides + "\x89" + ordered + "tR"
}

func good() string { return view(number(0), numbers(4), numbers(1)) }

func saves(value string) string { return "\x80\x02" + value + "." }

// dictOf returns a dictionary with a tensor under a name.
func dictOf(name, value string) string { return "}(" + text(name) + value + "u" }

func TestHostileFiles(t *testing.T) {
	whole := file(t, saves(good()))
	wrong := bytes.Replace(whole, floats(), append([]byte{1}, floats()[1:]...), 1)
	overlapping := slices.Clone(whole)
	directory := bytes.Index(whole, []byte("PK\x01\x02"))
	second := directory + 1 + bytes.Index(whole[directory+1:], []byte("PK\x01\x02"))
	copy(overlapping[second+42:], make([]byte, 4)) // the second member lies where the first does
	double := dictOf("t", good())
	for i := range 40 { // each dictionary holds the one before twice
		double = fmt.Sprintf("}(%s%sq%c%sh%cu", text("a"), double, i, text("b"), i)
	}
	lists := "]q\x00" + strings.Repeat("(h\x00h\x00e", 5000) + "0"
	for _, c := range []struct {
		name, say string
		file      []byte
	}{
		{"os.system", `the class or function is "posix.system", want one that tensors and state dicts need`,
			file(t, saves("cposix\nsystem\n("+text("id")+"tR"))},
		{"eval behind a tensor", `"builtins.eval"`, file(t, saves(good()+"cbuiltins\neval\n"))},
		{"a function under a name of ours", `"torch._utils._rebuild_tensor_v2x"`,
			file(t, saves("ctorch._utils\n_rebuild_tensor_v2x\n"))},
		{"a name without an end", "a name in the pickle is without an end", file(t, "\x80\x02cos"+strings.Repeat("x", 1000))},
		{"INST", "an opcode of the pickle is INST", file(t, saves("(ios\nsystem\n"))},
		{"STACK_GLOBAL", "an opcode of the pickle is STACK_GLOBAL", file(t, saves(text("os")+text("system")+"\x93"))},
		{"EXT1", "an opcode of the pickle is EXT1", file(t, saves("\x82\x01"))},
		{"NEWOBJ", "an opcode of the pickle is NEWOBJ", file(t, saves(rebuild+")\x81"))},
		{"no opcode", `an opcode of the pickle is 0xff`, file(t, saves("\xff"))},
		{"a class that is called", "what the pickle calls is a class", file(t, saves("ctorch\nFloatStorage\n)R"))},
		{"a state for a tensor", "an object in the pickle is a tensor with a state", file(t, saves(good()+"}b"))},
		{"zip bomb", `the size of "a/data/1" is 67108864, want at most`,
			file(t, saves(good()), member{"a/data/1", make([]byte, 64<<20), zip.Deflate})},
		{"wrong checksum", `the checksum of "a/data/0" is`, wrong},
		{"duplicated member", `"a/data/0" again`, file(t, saves(good()), member{"a/data/0", floats(), zip.Store})},
		{"overlapping members", "the place of a member is 0", overlapping},
		{"another folder", `a member is "b/data/1"`, file(t, saves(good()), member{"b/data/1", nil, zip.Store})},
		{"parent folder", `the name of a member is "a/../../x"`, file(t, saves(good()), member{"a/../../x", nil, zip.Store})},
		{"a storage that nobody uses", "the member data/1 is used by no tensor",
			file(t, saves(good()), member{"a/data/1", floats(), zip.Store})},
		{"a storage with two names", `a member is "a/data/00"`,
			file(t, saves(good()), member{"a/data/00", floats(), zip.Store})},
		{"no pickle", "the archive is without a member data.pkl", archive(t, member{"a/data/0", floats(), zip.Store})},
		{"byte order", `the byteorder is "big", want little`,
			file(t, saves(good()), member{"a/byteorder", []byte("big"), zip.Store})},
		{"no such storage", "a storage is the member data/7, which is not there",
			file(t, saves(storageOf("torch\nFloatStorage", "7", number(4))))},
		{"a storage too long", "the storage data/0 is 16 bytes, want 5 elements of 4 bytes",
			file(t, saves(storageOf("torch\nFloatStorage", "0", number(5))))},
		{"a negative storage", "the storage data/0 is 16 bytes",
			file(t, saves(storageOf("torch\nFloatStorage", "0", number(-4))))},
		{"a huge storage", "the storage data/0 is 16 bytes",
			file(t, saves(storageOf("torch\nFloatStorage", "0", long(1<<62+4))))},
		{"a storage of parts of elements", "the storage data/1 is 15 bytes, want 3 elements of 4 bytes",
			file(t, saves(storageOf("torch\nFloatStorage", "1", number(3))), member{"a/data/1", floats()[:15], zip.Store})},
		{"an identifier of four parts", "a persistent identifier is a tuple",
			file(t, saves("("+text("storage")+"ctorch\nFloatStorage\n"+text("0")+text("cpu")+"tQ"))},
		{"an identifier of no storage", "a persistent identifier is a tuple",
			file(t, saves("("+text("module")+"ctorch\nFloatStorage\n"+text("0")+text("cpu")+number(4)+"tQ"))},
		{"a storage of a dtype without a class", "the identifier of a storage is of other parts",
			file(t, saves("("+text("storage")+"N"+text("0")+text("cpu")+number(4)+"tQ"))},
		{"an untyped storage without a dtype", "the dtype of a tensor is None",
			file(t, saves(rebuild+"("+storageOf("torch.storage\nUntypedStorage", "0", number(16))+number(0)+numbers(4)+
				numbers(1)+"\x89"+ordered+"tR"))},
		{"a parameter of no tensor", "the arguments of torch._utils._rebuild_parameter",
			file(t, saves("ctorch._utils\n_rebuild_parameter\nN\x88"+ordered+"\x87R"))},
		{"a storage of two types", "the storage data/0 is of two types",
			file(t, saves("("+good()+storageOf("torch\nIntStorage", "0", number(4))+"t"))},
		{"behind the storage", "is (4,) from element 1 in steps of (1,), want inside its storage of 4 elements",
			file(t, saves(view(number(1), numbers(4), numbers(1))))},
		{"far behind", "from element 4", file(t, saves(view(number(4), numbers(1), numbers(1))))},
		{"before the storage", "from element -1", file(t, saves(view(number(-1), numbers(1), numbers(1))))},
		{"negative stride", "in steps of (-1,)", file(t, saves(view(number(3), numbers(4), numbers(-1))))},
		{"huge stride", "in steps of (4611686018427387904,", file(t, saves(view(number(0), numbers(2, 2),
			"("+long(1<<62)+long(1<<62)+"t")))},
		{"huge offset", "from element 9223372036854775807",
			file(t, saves(view(long(math.MaxInt64), numbers(2), numbers(1))))},
		{"huge shape", "fewer elements", file(t, saves(view(number(0), numbers(1<<30, 1<<30), numbers(0, 0))))},
		{"expanded to much", "is one of too many, want no more elements than the file has bytes",
			file(t, saves(view(number(0), numbers(1<<20), numbers(0))))},
		{"expanded often", "one of too many",
			file(t, saves("}("+text("a")+view(number(0), numbers(1<<13), numbers(0))+text("b")+
				view(number(0), numbers(1<<14), numbers(0))+"u"))},
		{"negative shape", "fewer elements", file(t, saves(view(number(0), numbers(-1), numbers(1))))},
		{"a stride missing", "with 1 strides", file(t, saves(view(number(0), numbers(2, 2), numbers(1))))},
		{"many axes", "of other parts", file(t, saves(view(number(0), numbers(make([]int32, 65)...), numbers(1))))},
		{"a shape of texts", "of other parts", file(t, saves(view(number(0), "("+text("4")+"t", numbers(1))))},
		{"hooks", "without hooks and properties", file(t, saves(strings.Replace(good(), ordered, dictOf("x", "N"), 1)))},
		{"few arguments", "the arguments of torch._utils._rebuild_tensor_v2", file(t, saves(rebuild+")R"))},
		{"no storage", "of other parts", file(t, saves(rebuild+"(N"+number(0)+numbers(4)+numbers(1)+"\x89"+ordered+"tR"))},
		{"memo bomb of dictionaries", "larger in memory than twice the file", file(t, saves(double))},
		{"memo bomb of lists", "an opcode of the pickle is POP", file(t, saves(lists))},
		{"a dictionary in itself", "inside too many others",
			file(t, saves(dictOf("t", good())+"q\x00("+text("self")+"h\x00u"))},
		{"deep marks", "inside too many others, want at most 64 levels", file(t, saves(strings.Repeat("(", 100_000)))},
		{"deep dictionaries", "inside too many others",
			file(t, saves(strings.Repeat("}"+text("a"), 70)+dictOf("t", good())+strings.Repeat("s", 70)))},
		{"wide stack", "of too many values at once, want at most 4096", file(t, saves(strings.Repeat("N", 100_000)))},
		{"many dictionaries", "larger in memory than twice the file",
			file(t, saves("]"+strings.Repeat("("+strings.Repeat("}", 500)+"e", 300)))},
		{"huge text", "cut short", file(t, "\x80\x02X\xff\xff\xff\xff")},
		{"huge memo", "a number of the memo is 4294967295, want 0, the next", file(t, saves("Nr\xff\xff\xff\xff"))},
		{"empty memo", "a number of the memo is 0, want below 0", file(t, saves("h\x00"))},
		{"nothing to store", "without a value here", file(t, saves("q\x00"))},
		{"below the mark", "without a value here", file(t, saves("N(\x85"))},
		{"no mark", "without a mark here", file(t, saves("t"))},
		{"odd pairs", "not in pairs", file(t, saves("}(Nu"))},
		{"pairs for a list", "not of a dictionary", file(t, saves("](NNu"))},
		{"elements for a dictionary", "what elements are added to is a dict", file(t, saves("}Na"))},
		{"a tensor under None", "the key of a tensor is None", file(t, saves("}(N"+good()+"u"))},
		{"the same name twice", `the tensor "t" is there twice`, file(t, saves("}("+text("t")+good()+text("t")+good()+"u"))},
		{"one name in two ways", `the tensor "a.b" is there twice`,
			file(t, saves("}("+text("a.b")+good()+text("a")+dictOf("b", good())+"u"))},
		{"no UTF-8", "not UTF-8", file(t, saves("U\x01\xff"))},
		{"two values", "not where it stops", file(t, saves("N"+good()))},
		{"behind the end", "not where it stops", file(t, saves(good())+"N")},
		{"an open mark", "the pickle is without a value here", file(t, saves(good()+"("))},
		{"empty pickle", "cut short", file(t, "")},
		{"protocol 5", "the protocol of the pickle is 5", file(t, "\x80\x05"+good()+".")},
		{"no tensor", "the content is without a tensor",
			file(t, saves(dictOf("a", storageOf("torch\nFloatStorage", "0", number(4)))))},
		{"tar", "a tar archive", append(append(make([]byte, 257), "ustar"...), make([]byte, 300)...)},
		{"a bare pickle", "a pickle of Python, which may run any program", []byte("\x80\x04.")},
		{"text", "no end record of a zip archive", []byte("import torch")},
	} {
		err := reader(c.file)
		if err == nil || !strings.Contains(err.Error(), c.say) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want an error that says %q", c.name, err, c.say)
		}
		if err := stricttest.Read(reader, c.file, room(c.file)); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := reader(whole); err != nil {
		t.Errorf("the file that all others are made of: %v", err)
	}
}

// What torch.save of other machines and settings writes.
func TestUnusualFiles(t *testing.T) {
	deflated := archive(t, member{"x/data.pkl", []byte(saves(good())), zip.Deflate},
		member{"x/data/0", floats(), zip.Deflate})
	for name, c := range map[string]struct {
		file []byte
		want float64 // the first element
	}{
		"deflated":                    {deflated, 0},
		"numbers as keys":             {file(t, saves("}(K\x07"+good()+"u")), 0},
		"a tensor put in as one item": {file(t, saves("}"+text("a")+view(number(2), numbers(1), numbers(7))+"s")), 2},
		"a long of 9 bytes":           {file(t, saves("}("+text("a")+good()+text("n")+"\x8a\x09123456789u")), 0},
	} {
		f, err := Read(name, c.file, 1<<10)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if x, err := ToTensor[float32](&f.Tensors[0]); err != nil || float64(x.Data()[0]) != c.want {
			t.Errorf("%s: %v, %v", name, x, err)
		}
	}
	const convert = `FILE', map_location`
	_, err := Read("a'; import os #\n.pt", load(t, "legacy.pt"), 0)
	if err == nil || !strings.Contains(err.Error(), convert) {
		t.Errorf("a legacy file with an odd name: %v", err)
	}
}

// Files cut short are refused, and files with a wrong bit refused or read.
func TestDamagedFiles(t *testing.T) {
	for _, name := range []string{"scalar.pt", "shared.pt"} {
		content := load(t, name)
		refused, err := stricttest.Survive(reader, content, room(content))
		if err != nil || refused < 8*500 {
			t.Errorf("%s: %d flips refused, %v", name, refused, err)
		}
	}
}

// Thousands of tiny tensors are read, and more refused, in the memory that may be taken.
func TestManyTensors(t *testing.T) {
	for n, ok := range map[int]bool{2000: true, 8000: false} {
		members := []member{{"a/data.pkl", nil, zip.Store}}
		pickle := []byte("}(")
		for i := range n {
			key := fmt.Sprint(i)
			members = append(members, member{"a/data/" + key, floats(), zip.Store})
			pickle = append(pickle, text("layer."+key)+rebuild+"("+storageOf("torch\nFloatStorage", key, number(4))+number(0)+
				numbers(4)+numbers(1)+"\x89"+ordered+"tR"...)
			if i%1000 == 999 {
				pickle = append(pickle, "u("...)
			}
		}
		members[0].content = []byte(saves(string(pickle) + "u"))
		content := archive(t, members...)
		only := func(file []byte) error { _, err := Read("f", file, 0); return err }
		if err := only(content); (err == nil) != ok {
			t.Errorf("%d tensors: %v", n, err)
		}
		if err := stricttest.Read(only, content, constant); err != nil {
			t.Errorf("%d tensors: %v", n, err)
		}
	}
}
