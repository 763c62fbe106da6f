package training

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hw4/internal/atomicfile"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/strict"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/npy"
	"hw4/tensor/safetensors"
)

// Limits of files of weights, far above the 61,706 parameters of the sheet's
// largest network.
const (
	maxFile     = 256 << 20 // bytes of the file
	maxUnpacked = 64 << 20  // bytes of what is compressed in it
	maxElements = 8 << 20
)

// Weights are the parameters of a network by name, with what its file says beside
// them.
type Weights struct {
	Path     string
	Dict     map[string]*tensor.Tensor[float32]
	Metadata map[string]string
}

// isNPZ reports whether a file of weights is NumPy's by its name; it is a
// safetensors file otherwise.
func isNPZ(path string) bool { return strings.EqualFold(filepath.Ext(path), ".npz") }

// ReadWeights reads a file of weights. All its numbers must be finite and exact in
// float32.
func ReadWeights(path string) (*Weights, error) {
	file, err := strict.ReadFile(path, maxFile)
	if err != nil {
		return nil, problem.Input(err)
	}
	return ParseWeights(path, file)
}

// ParseWeights returns the weights in the content of a file, as ReadWeights does.
func ParseWeights(path string, file []byte) (*Weights, error) {
	w := &Weights{Path: path}
	parse := w.parseSafetensors
	if isNPZ(path) {
		parse = w.parseNPZ
	}
	if err := parse(file); err != nil {
		return nil, problem.Input(err)
	}
	for name, x := range w.Dict {
		if i := slices.IndexFunc(x.Data(), func(v float32) bool { return !report.Finite(float64(v)) }); i >= 0 {
			return nil, problem.Input(strict.Fail(path, strict.Whole, fmt.Sprintf("element %d of %.40q", i, name),
				fmt.Sprint(x.Data()[i]), "a finite number"))
		}
	}
	return w, nil
}

func (w *Weights) parseNPZ(file []byte) error {
	arrays, err := npy.ReadZip(w.Path, file, maxUnpacked)
	if err != nil {
		return err
	}
	shapes := make(map[string][]int, len(arrays))
	for name, x := range arrays {
		shapes[name] = x.Shape
	}
	if err := checkElements(w.Path, shapes); err != nil {
		return err
	}
	w.Dict, err = npy.StateDict[float32](arrays)
	return err
}

func (w *Weights) parseSafetensors(file []byte) error {
	content, err := safetensors.Read(w.Path, file)
	if err != nil {
		return err
	}
	shapes := make(map[string][]int, len(content.Tensors))
	for _, x := range content.Tensors {
		shapes[x.Name] = x.Shape
	}
	if err := checkElements(w.Path, shapes); err != nil {
		return err
	}
	w.Metadata = content.Metadata
	w.Dict, err = safetensors.StateDict[float32](content)
	return err
}

// checkElements refuses tensors that have too many elements in all, which may take
// four times the file's memory in float32.
func checkElements(path string, shapes map[string][]int) error {
	total := int64(0)
	for _, shape := range shapes {
		n, ok := strict.Product(shape, maxElements)
		if total += n; !ok || total > maxElements {
			return strict.Fail(path, strict.Whole, "the number of parameters", fmt.Sprintf("more than %d", maxElements),
				"that of a model of the sheet")
		}
	}
	return nil
}

// Into copies the weights into a network, which they must fit by all names and
// shapes.
func (w *Weights) Into(network nn.Module[float32], what string) error {
	err := nn.LoadStateDict(network, w.Dict)
	var other *nn.StateDictError
	if errors.As(err, &other) {
		return problem.Inputf("%s does not hold the weights of %s: %s", w.Path, what, first(other.Faults))
	}
	return err
}

// first joins the first of many faults.
func first(faults []string) string {
	const shown = 8
	if len(faults) <= shown {
		return strings.Join(faults, "; ")
	}
	return fmt.Sprintf("%s; and %d differences more", strings.Join(faults[:shown], "; "), len(faults)-shown)
}

// writeWeights writes the parameters of a network, and the metadata if the format
// has a place for it.
func writeWeights(path string, network nn.Module[float32], metadata map[string]string) error {
	var content bytes.Buffer
	var err error
	if dict := nn.StateDict(network); isNPZ(path) {
		err = npy.WriteZip(&content, dict)
	} else {
		err = safetensors.Write(&content, safetensors.FromStateDict(dict, metadata))
	}
	if err != nil {
		return err
	}
	return atomicfile.Write(path, content.Bytes(), atomicfile.Options{})
}

// CheckWeightsName returns an error unless a file of weights may have the name: it ends
// in .safetensors or .npz.
func CheckWeightsName(path string) error { return checkEnding(path, ".safetensors", ".npz") }

// CheckONNXName returns an error unless an ONNX model may have the name: it ends in
// .onnx.
func CheckONNXName(path string) error { return checkEnding(path, ".onnx") }

func checkEnding(path string, endings ...string) error {
	ext := filepath.Ext(path)
	if slices.ContainsFunc(endings, func(e string) bool { return strings.EqualFold(e, ext) }) {
		return nil
	}
	return fmt.Errorf("%s: the name ends in %q, want %s", path, ext, report.Join(endings, "or"))
}

// CheckWritable returns what would keep a file from being written, so that it is known
// before the training. An empty path is none.
func CheckWritable(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return problem.Inputf("%s is a %s, want a regular file or none", path, strict.Kind(info.Mode()))
	}
	probe, err := os.CreateTemp(filepath.Dir(path), ".hw4-*.tmp")
	if err != nil {
		var why *fs.PathError // of the probe, whose name means nothing to anybody
		if errors.As(err, &why) {
			err = why.Err
		}
		return problem.Inputf("%s cannot be written: %w", path, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// Closeness returns how many parameters of a network the weights have, by name and
// shape.
func (w *Weights) Closeness(network nn.Module[float32]) int {
	shared := 0
	for _, p := range network.Params() {
		if t := w.Dict[p.Name]; t != nil && slices.Equal(t.Shape(), p.Value.Shape()) {
			shared++
		}
	}
	return shared
}

// equal reports whether the weights are those of a network, bit for bit.
func (w *Weights) equal(network nn.Module[float32]) bool {
	params := network.Params()
	for _, p := range params {
		t := w.Dict[p.Name]
		if t == nil ||
			!slices.EqualFunc(t.Data(), p.Value.Data(),
				func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }) {
			return false
		}
	}
	return len(params) == len(w.Dict)
}
