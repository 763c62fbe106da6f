package torchfile

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"hw4/internal/strict"
	"hw4/internal/zipfile"
)

// Limits of the files that are read.
const (
	maxRank  = 64
	maxDepth = 64   // dictionaries, tuples and arguments inside each other
	maxStack = 4096 // values at once; Python's pickler collects at most 2000 before it puts them away
)

// What reading may take is twice the file's length and a constant; of that an entry of the
// archive takes a part, and the values of the pickle the rest. Views may have as many
// elements as the file has bytes, and some.
const (
	constant   = 3 << 20
	memberSize = 256
	elements   = 1 << 14
)

// Read parses a file of PyTorch. It refuses what torch.save does not write, and
// pickles that need more than tensors, numbers, strings, lists and dictionaries; a
// tensor that is not inside its storage; tensors that have together more elements
// than the file has bytes, and some thousands, such as large expanded ones; and
// files from before PyTorch 1.6, whose error says how to convert them. No more than
// limit bytes are decompressed: 0 does for PyTorch, which does not compress. All
// errors are *FormatErrors. The tensors share their elements with the file.
func Read(name string, file []byte, limit int64) (*File, error) {
	if err := checkFormat(name, file); err != nil {
		return nil, err
	}
	members, err := zipfile.Read(name, file, limit)
	if err != nil {
		return nil, err
	}
	m := machine{file: name, left: constant + 2*len(file) - memberSize*len(members),
		elements: elements + len(file)}
	if err := m.members(members); err != nil {
		return nil, err
	}
	root, err := m.run()
	if err != nil {
		return nil, err
	}
	for _, s := range m.storages {
		if !s.used {
			return nil, strict.Fail(name, s.at, fmt.Sprintf("the member data/%.20s", s.key), "used by no tensor", "one that is")
		}
	}
	return m.collect(root)
}

// checkFormat refuses the formats that PyTorch wrote before, and what is no archive.
func checkFormat(name string, file []byte) error {
	const (
		plain   = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_./ -"
		pickled = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
		tarAt   = 257
		convert = `the zip format; convert it: python3 -c "import torch; torch.save(torch.load('%s', ` +
			`map_location='cpu', weights_only=%s), 'new.pt')"`
	)
	old := name
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !strings.ContainsRune(plain, r) }) {
		// a shell or Python would take it for something else
		old = "FILE"
	}
	switch {
	case bytes.HasPrefix(file, []byte(pickled)):
		return strict.Failf(name, 0, "the format", "PyTorch's from before version 1.6", convert, old, "True")
	case len(file) > tarAt && bytes.HasPrefix(file[tarAt:], []byte("ustar")):
		return strict.Failf(name, tarAt, "the format", "a tar archive, as the first versions of PyTorch wrote", convert, old,
			"False")
	case len(file) > 0 && file[0] == '\x80':
		return strict.Fail(name, 0, "the format", "a pickle of Python, which may run any program",
			"a file that torch.save(model.state_dict(), ...) wrote")
	case !bytes.HasPrefix(file, []byte("PK")):
		return strict.Fail(name, 0, "the format", "no zip archive", "one that torch.save wrote")
	}
	return nil
}

// A storage is the elements that tensors view.
type storage struct {
	key  string
	at   int // of the member
	data []byte
	kind class // once it has been used
	used bool
}

// members sorts the members of the archive.
func (m *machine) members(members []zipfile.Member) error {
	m.storages = make(map[string]*storage, len(members))
	all := make([]storage, len(members))
	folder := ""
	for i, member := range members {
		top, rest, _ := strings.Cut(member.Name, "/")
		if i == 0 {
			folder = top
		}
		dir, key := path.Split(rest)
		switch {
		case top == folder && rest == "data.pkl":
			m.name, m.text = m.file+": "+member.Name, member.Content
		case top == folder && dir == "data/" && isIndex(key):
			all[i] = storage{key: key, at: member.At, data: member.Content}
			m.storages[key] = &all[i]
		case top == folder && rest == "byteorder":
			if order := string(member.Content); order != "little" {
				return strict.Fail(m.file, member.At, "the byteorder", fmt.Sprintf("%.20q", order), "little, that of most machines")
			}
		case top == folder && (rest == "version" || rest == ".format_version" || rest == ".storage_alignment" ||
			rest == ".data/serialization_id"):
		case strings.HasPrefix(rest, "code/") || rest == "constants.pkl":
			return strict.Fail(m.file, member.At, "the archive", "a program of TorchScript",
				"a state dict: torch.save(torch.jit.load(FILE).state_dict(), ...)")
		default:
			return strict.Fail(m.file, member.At, "a member", fmt.Sprintf("%.80q", member.Name),
				"those that torch.save(model.state_dict(), ...) writes: data.pkl, data/0, version, byteorder")
		}
	}
	if m.text == nil {
		return strict.Fail(m.file, strict.Whole, "the archive", "without a member data.pkl",
			"a file that torch.save(model.state_dict(), ...) wrote")
	}
	return nil
}

func isIndex(key string) bool {
	n, err := strconv.ParseUint(key, 10, 32)
	return err == nil && strconv.FormatUint(n, 10) == key
}

// collect returns the tensors in the value of the pickle.
func (m *machine) collect(root value) (*File, error) {
	f := &File{}
	switch root := root.(type) {
	case *Tensor:
		f.Tensors = []Tensor{*root}
		return f, nil
	case *dict:
		m.op = len(m.text)
		n := 0
		if m.flatten(root, "", 0, func(Tensor) { n++ }); m.err == nil {
			m.spend((tensorSize + valueSize) * n)
		}
		if m.err != nil {
			return nil, m.err
		}
		names := make([]string, 0, n)
		f.Tensors = make([]Tensor, 0, n)
		m.flatten(root, "", 0, func(t Tensor) {
			names = append(names, t.Name)
			f.Tensors = append(f.Tensors, t)
		})
		slices.Sort(names)
		for i := 1; i < len(names); i++ {
			if names[i] == names[i-1] {
				m.fail("the tensor "+strconv.Quote(names[i]), "there twice", "each name once")
			}
		}
		f.Prefix = stateDictOf(root)
	default:
		m.fail("the content", describe(root), "a tensor or a state dict")
	}
	if m.err == nil && len(f.Tensors) == 0 {
		m.fail("the content", "without a tensor", "a tensor or a state dict")
	}
	return f, m.err
}

// flatten visits the tensors in dictionaries that are inside each other. A pickle can
// put a dictionary into itself, or twice into each of many, so its steps are counted.
func (m *machine) flatten(d *dict, prefix string, depth int, visit func(t Tensor)) {
	if depth == maxDepth {
		m.fail("a dictionary", "inside too many others", "at most %d levels", maxDepth)
	}
	for _, i := range d.items {
		if m.spend(16 + len(prefix) + len(i.key)); m.err != nil {
			return
		}
		switch v := i.value.(type) {
		case *Tensor:
			t := *v
			t.Name = prefix + i.key
			visit(t)
		case *dict:
			m.flatten(v, prefix+i.key+".", depth+1, visit)
		}
	}
}

// stateDictOf returns what the names of the tensors of the state dict begin with: the
// first dictionary with tensors, on the way that usual names lead, or single ones.
func stateDictOf(d *dict) string {
	prefix := ""
	for range maxDepth {
		at := -1
		for _, usual := range []string{"params", "weights", "network", "net", "model", "model_state", "model_state_dict",
			"state_dict"} {
			if i := slices.IndexFunc(d.items, func(i item) bool { return i.key == usual }); i >= 0 {
				at = i
			}
		}
		if at < 0 && len(d.items) == 1 {
			at = 0
		}
		if at < 0 {
			break
		}
		inner, is := d.items[at].value.(*dict)
		if !is {
			break
		}
		prefix += d.items[at].key + "."
		d = inner
	}
	return prefix
}
