package backprop

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hw4/internal/arrayfile"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/strict"
	"hw4/mlp"
	"hw4/tensor"
)

// maxEntries is how many entries a matrix of an answer may have.
const maxEntries = maxWrittenUnits * maxWrittenUnits

// Read reads an answer in the form of Options.Template. A matrix with null in it has not
// been answered. The error is a *problem.InputError that gives the name.
func Read(name string, content []byte) (Answer, error) { return readText(nil, name, content) }

// hasMatricesAlone reports whether the text of an answer begins with a matrix.
func hasMatricesAlone(text []byte) bool {
	inner, object := bytes.CutPrefix(bytes.TrimSpace(text), []byte("{"))
	return object && bytes.HasPrefix(bytes.TrimSpace(inner), []byte(`"dy_`))
}

// readText is Read, or reads the matrices alone for the perceptron of a given answer.
func readText(given *Answer, name string, content []byte) (Answer, error) {
	text, err := strict.Decode(name, content)
	if err != nil {
		return Answer{}, problem.Input(err)
	}
	f := newFile(name)
	f.content, f.json = text, strict.NewLoose(name, text, 0)
	read := f.whole
	if given != nil && hasMatricesAlone(text) {
		f.answer.Net, f.answer.X = given.Net, given.X
		read = func() error { return f.json.Object(f.matrix) }
	}
	if err = f.json.End(read()); err == nil {
		err = f.fits()
	}
	if err != nil {
		return Answer{}, problem.Input(err)
	}
	f.answer.Rounded += f.json.Rounded()
	return f.answer, nil
}

// maxNumbers is how many numbers a file with an answer may have.
const maxNumbers = 1 << 20

// ReadFile reads an answer from the text that Options.Template writes, or from arrays, all of
// a file or some of it: "x", "A_1", "b_1" and so on, and
// the matrices of the answer, such as "dy_1/db_1". The activation is what the metadata
// of the file says, or else the named one; without any the error is a
// *problem.SettingError, and otherwise a *problem.InputError. Matrices alone are for the
// perceptron and the input of the given answer, if there is one, and for its activation
// if none is said.
func ReadFile(name, some string, content []byte, activation string, given *Answer) (Answer, error) {
	if arrayfile.IsText(name, content) {
		return readText(given, name, content)
	}
	f, err := arrayfile.Read(name, content, maxNumbers)
	if err != nil {
		return Answer{}, problem.Input(err)
	}
	arrays, err := f.Select(some)
	if err != nil {
		return Answer{}, err
	}
	return readArrays(f, arrays, activation, given)
}

func readArrays(from *arrayfile.File, arrays []arrayfile.Array, activationName string, given *Answer) (Answer, error) {
	f := newFile(from.Name)
	if own := from.Metadata["activation"]; own != "" {
		activationName = own
	}
	if slices.ContainsFunc(arrays, func(a arrayfile.Array) bool { return !strings.HasPrefix(a.Name, "dy_") }) {
		given = nil // the matrices are not alone
	}
	if given != nil {
		activationName = cmp.Or(activationName, given.Net.Activation.Name)
	}
	if activationName == "" {
		return Answer{}, problem.Settingf("activation", "is not given, and %s does not say it", from.Name)
	}
	var err error
	net := f.answer.Net
	if net.Activation, err = activation(activationName); err != nil {
		return Answer{}, err
	}
	layers := map[string]*[]*tensor.Tensor[float64]{"A": &net.A, "b": &net.B}
	named := make(map[string]*tensor.Tensor[float64])
	for i := range arrays {
		x, err := arrayfile.ToTensor[float64](from.Name, &arrays[i])
		if err != nil {
			return Answer{}, problem.Input(err)
		}
		named[arrays[i].Name] = x
	}
	for letter, rank := range map[string]int{"A": 2, "b": 1} {
		for l := 1; l <= maxLayers; l++ {
			name := fmt.Sprintf("%s_%d", letter, l)
			x := named[name]
			if x == nil {
				break
			}
			if x.Rank() != rank {
				return Answer{}, problem.Input(strict.Fail(from.Name, strict.Whole, name, "of shape "+tensor.Tuple(x.Shape()),
					fmt.Sprintf("a shape of rank %d", rank)))
			}
			*layers[letter] = append(*layers[letter], x)
			delete(named, name)
		}
	}
	if x := named["x"]; x != nil {
		f.answer.X = x.Data()
		delete(named, "x")
	}
	if given != nil {
		net.A, net.B, f.answer.X = given.Net.A, given.Net.B, given.X
	}
	for name, x := range named {
		f.at[name] = strict.Whole
		f.answer.Matrices[name] = Numbers{x.Shape(), x.Data()}
	}
	return f.answer, problem.Input(f.fits())
}

func newFile(name string) file {
	return file{name: name, at: make(map[string]int),
		answer: Answer{Net: &mlp.MLP[float64]{}, Matrices: make(map[string]Numbers)}}
}

// A file is one that is being read.
type file struct {
	name    string
	content []byte
	json    *strict.JSON
	answer  Answer
	at      map[string]int // where the matrices are
}

// whole reads the perceptron and the answer.
func (f *file) whole() error {
	net := f.answer.Net
	return f.json.Fields(
		strict.Field{Key: "activation", Read: f.activation},
		strict.Field{Key: "x", Read: func() error {
			x, err := f.numbers("x", 1)
			if err == nil {
				f.answer.X = x.Data()
			}
			return err
		}},
		strict.Field{Key: "A", Read: func() error { return f.layers("A", &net.A, 2) }},
		strict.Field{Key: "b", Read: func() error { return f.layers("b", &net.B, 1) }},
		strict.Field{Key: "answer", Read: func() error { return f.json.Object(f.matrix) }},
	)
}

func (f *file) activation() error {
	at := f.json.Offset()
	name, err := f.json.Text()
	if err != nil {
		return err
	}
	if f.answer.Net.Activation, err = activation(name); err != nil {
		return strict.Fail(f.name, at, "the activation", fmt.Sprintf("%.40q", name), report.Join(Activations(), "or"))
	}
	return nil
}

// numbers reads a vector for rank 1 and a matrix for rank 2.
func (f *file) numbers(what string, rank int) (*tensor.Tensor[float64], error) {
	at := f.json.Offset()
	limit := [...]int{1: maxWrittenUnits, 2: maxEntries}[rank]
	shape, values, err := f.json.Numbers(limit)
	if err != nil {
		return nil, err
	}
	if len(shape) != rank {
		wanted := [...]string{1: "a list of numbers", 2: "a matrix, a list of rows"}[rank]
		return nil, strict.Fail(f.name, at, what, "of shape "+tensor.Tuple(shape), wanted)
	}
	return tensor.FromSlice(values, shape...), nil
}

// layers reads one tensor a layer.
func (f *file) layers(letter string, to *[]*tensor.Tensor[float64], rank int) error {
	return f.json.Array(func(i int) error {
		if i == maxLayers {
			return strict.Fail(f.name, f.json.Offset(), "the number of layers", "larger",
				fmt.Sprintf("at most %d", maxLayers))
		}
		t, err := f.numbers(fmt.Sprintf("%s_%d", letter, i+1), rank)
		*to = append(*to, t)
		return err
	})
}

// matrix reads one matrix of the answer, unless there is a null in it.
func (f *file) matrix(name string) error {
	from := f.json.Offset()
	if err := f.json.Skip(); err != nil {
		return err
	}
	f.at[name] = from
	text := f.content[from:f.json.Offset()]
	if bytes.Contains(text, []byte("null")) {
		return nil
	}
	d := strict.NewLoose(f.name, text, from)
	shape, values, err := d.Numbers(maxEntries)
	f.answer.Matrices[name] = Numbers{shape, values}
	return err
}

// fits checks that the parts of the file fit together.
func (f *file) fits() error {
	net, in := f.answer.Net, len(f.answer.X)
	if len(net.A) == 0 || len(net.A) != len(net.B) {
		return strict.Fail(f.name, strict.Whole, "the number of layers",
			fmt.Sprintf("%d in A and %d in b", len(net.A), len(net.B)), "the same, and at least 1")
	}
	for l, a := range net.A {
		if rows, cols := a.Dims2("answer"); cols != in || rows != net.B[l].Len() {
			return strict.Fail(f.name, strict.Whole, fmt.Sprintf("A_%d", l+1), "of shape "+tensor.Tuple([]int{rows, cols}),
				fmt.Sprintf("%s, for b_%d and what goes into the layer", tensor.Tuple([]int{net.B[l].Len(), in}), l+1))
		}
		in = a.Dim(0)
	}
	if in != 1 {
		return strict.Fail(f.name, strict.Whole, "the length of y_L", fmt.Sprint(in), "1, as Problem 6 has it")
	}
	all := derivatives(len(net.A))
	for _, name := range slices.Sorted(maps.Keys(f.at)) {
		if !slices.ContainsFunc(all, func(d derivative) bool { return d.String() == name }) {
			return strict.Fail(f.name, f.at[name], fmt.Sprintf("the answer %.40q", name), "not asked for",
				fmt.Sprintf("names such as \"dy_1/db_1\", for %d layers", len(net.A)))
		}
	}
	return nil
}
