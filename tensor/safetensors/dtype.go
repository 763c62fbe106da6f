package safetensors

import (
	"fmt"
	"slices"
	"strings"

	"hw4/internal/element"
	"hw4/internal/strict"
	"hw4/tensor"
)

// dtypes are the element types of the format that have an element.Type, in the
// order in which the Python library puts their tensors into a file. The format
// also has complex numbers and floats of 8 bits and less, which Read refuses.
var dtypes = []dtype{
	{"U64", element.Uint64},
	{"I64", element.Int64},
	{"F64", element.Float64},
	{"F32", element.Float32},
	{"U32", element.Uint32},
	{"I32", element.Int32},
	{"BF16", element.BFloat16},
	{"F16", element.Float16},
	{"U16", element.Uint16},
	{"I16", element.Int16},
	{"I8", element.Int8},
	{"U8", element.Uint8},
	{"BOOL", element.Bool},
}

type dtype struct {
	name string
	typ  element.Type
}

// order returns the place of a dtype in the list, or -1.
func order(name string) int {
	return slices.IndexFunc(dtypes, func(d dtype) bool { return d.name == name })
}

func dtypeNames() string {
	var names []string
	for _, d := range dtypes {
		names = append(names, d.name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// check returns the element type of a tensor, whose dtype, shape and bytes must
// agree: the error is for the named file, at the offset.
func check(file string, offset int, t *Tensor) (element.Type, error) {
	fail := func(part string, found any, wanted string, args ...any) (element.Type, error) {
		return 0, strict.Failf(file, offset, fmt.Sprintf("the %s of %.40q", part, t.Name), found, wanted, args...)
	}
	i := order(t.DType)
	if i < 0 {
		return fail("dtype", fmt.Sprintf("%.20q", t.DType), "one of %s", dtypeNames())
	}
	typ := dtypes[i].typ
	n, ok := strict.Product(t.Shape, tensor.MaxElements)
	if !ok || len(t.Shape) > maxRank {
		return fail("shape", tensor.Tuple(t.Shape), "at most %d axes, none negative, and fewer elements", maxRank)
	}
	if want := n * int64(typ.Size()); want != int64(len(t.Data)) {
		return fail("length", strict.Bytes(len(t.Data)), "%s for %s of shape %s",
			strict.Bytes(want), t.DType, tensor.Tuple(t.Shape))
	}
	return typ, nil
}
