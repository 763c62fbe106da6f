package torchfile

import (
	"fmt"
	"testing"

	"hw4/internal/proof"
	"hw4/internal/stricttest"
)

// pickleReader reads a pickle beside a storage, without the archive, whose checksums
// would keep most inputs from the machine.
func pickleReader(pickle []byte) error {
	m := machine{file: "f", name: "f: data.pkl", text: pickle,
		left: constant + 2*len(pickle), elements: elements + len(pickle),
		storages: map[string]*storage{"0": {key: "0", data: floats()}}}
	root, err := m.run()
	if err != nil {
		return err
	}
	f, err := m.collect(root)
	if err != nil {
		return err
	}
	for i := range f.Tensors {
		n := 1
		for _, d := range f.Tensors[i].Shape {
			n *= d
		}
		if len(f.Tensors[i].packed(n)) != n*f.Tensors[i].typ.Size() {
			return fmt.Errorf("a tensor of shape %v without all elements", f.Tensors[i].Shape)
		}
		_, _ = ToTensor[float64](&f.Tensors[i])
	}
	return nil
}

func FuzzRead(f *testing.F) {
	for _, c := range saved(f) {
		if len(c.content) < 4000 {
			f.Add(c.content)
		}
	}
	f.Add(file(f, saves(good())))
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := stricttest.Read(reader, file, room(file)); err != nil {
			t.Error(err)
		}
	})
}

func FuzzPickle(f *testing.F) {
	for _, value := range []string{
		good(), dictOf("a", good()), view(number(0), numbers(2, 2), numbers(1, 2)),
		view(number(0), numbers(3, 4), numbers(0, 1)),
		"ctorch._utils\n_rebuild_parameter\n" + good() + "\x88" + ordered + "\x87R",
		"ctorch._utils\n_rebuild_tensor_v3\n(" + storageOf("torch.storage\nUntypedStorage", "0", number(16)) + number(0) +
			numbers(8) + numbers(1) + "\x89" + ordered + "ctorch\nuint16\ntR",
		ordered + "q\x00(" + text("w") + good() + "q\x01" + text("v") + "h\x01u}" + text("_metadata") + ordered + "sb",
		"}q\x00}q\x01(" + text("a") + "h\x00u",
		"ctorch\nSize\n" + numbers(1, 2) + "\x85R", "](G\x00\x00\x00\x00\x00\x00\x00\x00M\x01\x02\x8a\x02\x01\x02NU\x01ae",
	} {
		f.Add([]byte(saves(value)))
	}
	f.Fuzz(func(t *testing.T, pickle []byte) {
		if err := stricttest.Read(pickleReader, pickle, room(pickle)); err != nil {
			t.Error(err)
		}
	})
}

// Whatever bytes a reader is given, it keeps what stricttest.Read asks for.
func TestInventedFiles(t *testing.T) {
	proof.Fuzz(t, "FuzzRead", 4e6)
	proof.Fuzz(t, "FuzzPickle", 6e6)
}
