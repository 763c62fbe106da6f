package training

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"hw4/internal/arrayfile"
	"hw4/internal/atomicfile"
	"hw4/internal/checkpoint"
	"hw4/internal/element"
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
	maxElements = 8 << 20
)

// Weights are the parameters of a network by name, with what its file says beside
// them.
type Weights struct {
	Path     string
	Dict     map[string]*tensor.Tensor[float32]
	Metadata map[string]string
	How      string // how the names have been matched; empty: they are the network's
}

// ReadWeights reads a file of weights, of any format of package arrayfile, or those
// arrays of it that FILE::name names. All numbers must be finite and, unless they are
// text, exact in float32.
func ReadWeights(path string) (*Weights, error) {
	name, _ := arrayfile.Split(path)
	content, err := strict.ReadFile(name, maxFile)
	if err != nil {
		return nil, problem.Input(err)
	}
	return ParseWeights(path, content)
}

// ParseWeights is ReadWeights for a file whose content has been read.
func ParseWeights(path string, content []byte) (*Weights, error) {
	name, array := arrayfile.Split(path)
	file, err := arrayfile.Read(name, content, maxElements)
	if err != nil {
		return nil, problem.Input(err)
	}
	if checkpoint.Holds(file.Metadata) {
		return nil, problem.Inputf("%s is a checkpoint of hw4, which holds the state of a training, want weights: go on "+
			"from it with --checkpoint and --resume, and add --save w.safetensors", path)
	}
	arrays, err := file.Select(array)
	if err != nil {
		return nil, err
	}
	w := &Weights{Path: path, Dict: make(map[string]*tensor.Tensor[float32]), Metadata: file.Metadata}
	for i := range arrays {
		x, err := arrayfile.ToTensor[float32](name, &arrays[i])
		if err != nil {
			return nil, problem.Input(err)
		}
		w.Dict[arrays[i].Name] = x
	}
	return w, nil
}

// writeWeights writes the parameters of a network, and the metadata if the format
// has a place for it.
func writeWeights(path string, network nn.Module[float32], metadata map[string]string) error {
	var content bytes.Buffer
	var err error
	if dict := nn.StateDict(network); strings.EqualFold(filepath.Ext(path), ".npz") {
		err = npy.WriteZip(&content, dict)
	} else {
		err = safetensors.Write(&content, safetensors.FromStateDict(dict, metadata))
	}
	if err != nil {
		return err
	}
	return atomicfile.Write(path, content.Bytes(), atomicfile.Options{})
}

// CheckWeightsName returns an error unless weights can be written to a file of that name: it ends
// in .safetensors or .npz, and ReadWeights takes it for a file and not for FILE::name.
func CheckWeightsName(path string) error {
	if file, _ := arrayfile.Split(path); file != path {
		return fmt.Errorf("%s: the name has ::, behind which the name of an array is looked for", path)
	}
	return CheckEnding(path, ".safetensors", ".npz")
}

// CheckEnding returns an error unless the name of a file ends in one of these. An empty path
// is none.
func CheckEnding(path string, endings ...string) error {
	ext := filepath.Ext(path)
	if path == "" || slices.ContainsFunc(endings, func(e string) bool { return strings.EqualFold(e, ext) }) {
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
	return problem.Input(atomicfile.Check(path))
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

// SHA256 returns the SHA-256 sum, in hexadecimal digits, of the elements of all
// params: little-endian, in row-major order, one parameter after the other. Two
// runs that give the same sum have the same weights to the bit. In Python it is
//
//	hashlib.sha256(b"".join(p.detach().numpy().tobytes() for p in model.parameters())).hexdigest()
func SHA256(params []nn.Param[float32]) string {
	h := sha256.New()
	for _, p := range params {
		h.Write(element.Encode(p.Value.Data()))
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}
