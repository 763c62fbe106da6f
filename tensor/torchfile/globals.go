package torchfile

import (
	"fmt"
	"slices"
	"strings"

	"hw4/internal/element"
	"hw4/internal/strict"
)

type (
	// A class is that of a storage or a dtype.
	class struct {
		name string
		typ  element.Type // 0: of a storage without one
	}
	// A function is what a pickle may call, by its name.
	function string
)

const (
	orderedDict     function = "collections.OrderedDict"
	tensorV2        function = "torch._utils._rebuild_tensor_v2"
	tensorV3        function = "torch._utils._rebuild_tensor_v3"
	parameter       function = "torch._utils._rebuild_parameter"
	parameterState  function = "torch._utils._rebuild_parameter_with_state"
	sizeOf          function = "torch.Size"
	deviceOf        function = "torch.device"
	untypedStorage           = "torch.storage.UntypedStorage"
	reducedAsOpaque other    = "an object"
)

// global pushes the class or function of a name, and refuses all that it does not
// know.
func (m *machine) global(module, name string) {
	full := module + "." + name
	m.spend(2*valueSize + len(full))
	switch f := function(full); f {
	case orderedDict, tensorV2, tensorV3, parameter, parameterState, sizeOf, deviceOf:
		m.push(f)
		return
	}
	for _, t := range types {
		if full == "torch."+t.dtype || t.storage != "" && full == "torch."+t.storage {
			m.push(class{"torch." + t.dtype, t.typ})
			return
		}
	}
	if full == untypedStorage {
		m.push(class{full, 0})
		return
	}
	m.fail("the class or function", fmt.Sprintf("%.80q", full), "one that tensors and state dicts need, since a file "+
		"must not run others; save with torch.save(model.state_dict(), ...)")
}

// call pushes what a function returns.
func (m *machine) call(f, args value) {
	name, is := f.(function)
	a, isTuple := args.(tuple)
	if !is || !isTuple {
		m.fail("what the pickle calls", describe(f), "one of the functions that it may call, with a tuple")
		return
	}
	switch {
	case name == orderedDict && len(a) == 0:
		m.spend(dictSize)
		m.push(&dict{})
	case (name == sizeOf || name == deviceOf) && len(a) >= 1:
		m.push(reducedAsOpaque)
	case name == tensorV2 && (len(a) == 6 || len(a) == 7):
		m.tensor(a[:6], nil, a[6:])
	case name == tensorV3 && (len(a) == 7 || len(a) == 8):
		m.tensor(a[:6], a[6], a[7:])
	case (name == parameter && len(a) == 3 || name == parameterState && len(a) == 4) && describe(a[0]) == "a tensor":
		m.push(a[0])
	default:
		m.fail("the arguments of "+string(name), fmt.Sprintf("%d, or of another kind", len(a)), "those of torch.save")
	}
}

// persistent pushes the storage that an identifier names.
func (m *machine) persistent(id value) {
	a, _ := id.(tuple)
	if len(a) != 5 || a[0] != value("storage") {
		m.fail("a persistent identifier", describe(id), "one of a storage, of five parts")
		return
	}
	kind, isClass := a[1].(class)
	key, isText := a[2].(string)
	n, isNumber := a[4].(int64)
	if !isClass || !isText || !isNumber {
		m.fail("the identifier of a storage", "of other parts", "a class, a key, a device and a number of elements")
		return
	}
	s := m.storages[key]
	size := int64(1)
	if kind.typ != 0 {
		size = int64(kind.typ.Size())
	}
	switch {
	case s == nil:
		m.fail("a storage", fmt.Sprintf("the member data/%.20s, which is not there", key), "one of the archive")
	case n != int64(len(s.data))/size || int64(len(s.data))%size != 0:
		m.fail(fmt.Sprintf("the storage data/%.20s", key), strict.Bytes(len(s.data)), "%d elements of %s", n,
			strict.Bytes(size))
	case s.used && s.kind != kind:
		m.fail(fmt.Sprintf("the storage data/%.20s", key), "of two types", "one type")
	default:
		s.kind, s.used = kind, true
		m.push(s)
	}
}

// tensor pushes a view of a storage. args are the storage, the offset, the size and the
// strides, whether it wants a gradient, and its hooks. dtype is nil if the storage has
// one. What may follow are properties such as a pending negation, which must be none.
func (m *machine) tensor(args tuple, dtype value, properties tuple) {
	s, isStorage := args[0].(*storage)
	offset, isNumber := args[1].(int64)
	shape, hasShape := m.numbers(args[2])
	strides, hasStrides := m.numbers(args[3])
	none := true
	for _, v := range append(slices.Clone(properties), args[5]) {
		d, is := v.(*dict)
		none = none && (v == nil || is && d.n == 0)
	}
	if !isStorage || !isNumber || !hasShape || !hasStrides || !none {
		m.fail("a tensor in the pickle", "of other parts",
			"a storage, an offset, a shape and strides, without hooks and properties")
		return
	}
	kind := s.kind
	if dtype != nil {
		kind, _ = dtype.(class)
	}
	if kind.typ == 0 {
		m.fail("the dtype of a tensor", describe(dtype), "one of a float, an integer or a boolean")
		return
	}
	m.spend(tensorSize + 16*len(shape))
	t := &Tensor{
		DType: strings.TrimPrefix(kind.name, "torch."), Shape: shape, strides: strides, storage: s.data,
		typ: kind.typ, file: m.file, offset: offset,
	}
	if found, wanted := t.check(); found != "" {
		m.fail(fmt.Sprintf("a tensor of data/%.20s", s.key), found, "%s", wanted)
		return
	}
	n, ok := strict.Product(shape, int64(m.elements))
	if m.elements -= int(n); !ok {
		m.fail(fmt.Sprintf("a tensor of data/%.20s", s.key), "one of too many", "no more elements than the file has bytes")
		return
	}
	m.push(t)
}

// numbers returns a tuple of integers.
func (m *machine) numbers(v value) ([]int, bool) {
	a, is := v.(tuple)
	if !is || len(a) > maxRank {
		return nil, false
	}
	list := make([]int, len(a))
	for i, v := range a {
		n, is := v.(int64)
		if list[i] = int(n); !is || int64(list[i]) != n {
			return nil, false
		}
	}
	return list, true
}
