package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hw4/internal/strict"
	"hw4/tensor"
	"hw4/tensor/optim"
	"hw4/tensor/safetensors"
)

// The metadata of a checkpoint.
const (
	formatKey = "format"
	sumKey    = "sha256"
	stateKey  = "state"

	format = "hw4 checkpoint 1"
)

// Holds reports whether a file with this metadata is a checkpoint.
func Holds(metadata map[string]string) bool { return metadata[formatKey] == format }

// noSum stands in the place of the sum while it is computed.
var noSum = strings.Repeat("0", 2*sha256.Size)

// small is the part of a State that is no tensor.
type small struct {
	Arithmetic string          `json:"arithmetic"`
	Settings   []Setting       `json:"settings"`
	Trainings  []smallTraining `json:"trainings"`
}

type smallTraining struct {
	Name    string   `json:"name"`
	Step    int      `json:"step"`
	Order   string   `json:"order"`   // hexadecimal
	Weights []string `json:"weights"` // their names, in order
}

// The names of a training's tensors: its number and one of these, and then the
// name of the weight or of the optimizer's entry.
const (
	weightPrefix    = "weight."
	optimizerPrefix = "optimizer."
	measuredName    = "measured"
)

// Encode returns the content of the file that holds a state of this process.
func Encode(s *State) ([]byte, error) {
	head := small{Arithmetic: Arithmetic(), Settings: s.Settings}
	file := safetensors.File{}
	for i := range s.Trainings {
		t := &s.Trainings[i]
		file.Tensors = append(file.Tensors, tensorsOf(fmt.Sprintf("%d.", i), t)...)
		brief := smallTraining{Name: t.Name, Step: t.Step, Order: hex.EncodeToString(t.Order)}
		for _, w := range t.Weights {
			brief.Weights = append(brief.Weights, w.Name)
		}
		head.Trainings = append(head.Trainings, brief)
	}
	state, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	file.Metadata = map[string]string{formatKey: format, sumKey: noSum, stateKey: string(state)}
	var b bytes.Buffer
	if err := safetensors.Write(&b, &file); err != nil {
		return nil, err
	}
	content := b.Bytes()
	at := bytes.Index(content, []byte(noSum))
	copy(content[at:], sumWithout(content, at))
	return content, nil
}

// sumWithout returns the sum of a file that has a sum at the given place, as if
// noSum were there.
func sumWithout(content []byte, at int) string {
	h := sha256.New()
	h.Write(content[:at])
	h.Write([]byte(noSum))
	h.Write(content[at+len(noSum):])
	return hex.EncodeToString(h.Sum(nil))
}

// tensorsOf returns the tensors of a training under names that begin with prefix.
func tensorsOf(prefix string, t *Training) []safetensors.Tensor {
	var list []safetensors.Tensor
	for _, w := range t.Weights {
		list = append(list, safetensors.FromTensor(prefix+weightPrefix+w.Name, w.Value))
	}
	for _, name := range slices.Sorted(maps.Keys(t.Optimizer)) {
		list = append(list, safetensors.FromTensor(prefix+optimizerPrefix+name, tensor.FromSlice(t.Optimizer[name])))
	}
	if rows := len(t.Measured); rows > 0 {
		measured := tensor.FromSlice(slices.Concat(t.Measured...), rows, len(t.Measured[0]))
		list = append(list, safetensors.FromTensor(prefix+measuredName, measured))
	}
	return list
}

// Decode returns the state in the content of the file that is called name. It
// returns a *strict.FormatError if that is not what Encode returned, to the bit.
func Decode(name string, content []byte) (*State, error) {
	file, err := safetensors.Read(name, content)
	if err != nil {
		return nil, err
	}
	if found := file.Metadata[formatKey]; found != format {
		return nil, strict.Failf(name, strict.Whole, "the format", fmt.Sprintf("%.40q", found), "%q", format)
	}
	const sumField = "the SHA-256 sum"
	claimed := file.Metadata[sumKey]
	at := bytes.Index(content, []byte(claimed))
	if at < 0 || len(claimed) != len(noSum) {
		return nil, strict.Failf(name, strict.Whole, sumField, fmt.Sprintf("%.80q", claimed), "%d digits", len(noSum))
	}
	if found := sumWithout(content, at); found != claimed {
		return nil, strict.Fail(name, strict.Whole, sumField, found, claimed+", which the file says")
	}
	s, err := stateOf(file)
	if err != nil {
		return nil, strict.Fail(name, strict.Whole, "the state", "unusable ("+err.Error()+")", "one that 'hw4' wrote")
	}
	return s, nil
}

// MaxTrainings bounds the trainings in a file, which a damaged one could make of few bytes.
const MaxTrainings = 2048

// stateOf takes the file apart.
func stateOf(file *safetensors.File) (*State, error) {
	var head small
	d := json.NewDecoder(strings.NewReader(file.Metadata[stateKey]))
	d.DisallowUnknownFields()
	if err := d.Decode(&head); err != nil {
		return nil, err
	}
	if n := len(head.Trainings); n > MaxTrainings || d.More() {
		return nil, fmt.Errorf("%d trainings, or more than one object", n)
	}
	s := &State{Arithmetic: head.Arithmetic, Settings: head.Settings}
	left := make(pile)
	for i := range file.Tensors {
		left[file.Tensors[i].Name] = &file.Tensors[i]
	}
	for i, brief := range head.Trainings {
		t, err := left.training(fmt.Sprintf("%d.", i), brief)
		if err != nil {
			return nil, err
		}
		s.Trainings = append(s.Trainings, *t)
	}
	if n := len(left); n > 0 {
		return nil, fmt.Errorf("%d tensors that belong to nothing", n)
	}
	return s, nil
}

// A pile is the tensors of a file that have not been used yet, by name.
type pile map[string]*safetensors.Tensor

// take takes a tensor from the pile; an error if it is not there.
func take[T tensor.Float](p pile, name string) (*tensor.Tensor[T], error) {
	t := p[name]
	if t == nil {
		return nil, fmt.Errorf("no tensor %.80q", name)
	}
	delete(p, name)
	return safetensors.ToTensor[T](t)
}

// training collects the tensors of a training.
func (p pile) training(prefix string, brief smallTraining) (t *Training, err error) {
	t = &Training{Name: brief.Name, Step: brief.Step, Optimizer: optim.StateDict{}}
	if t.Order, err = hex.DecodeString(brief.Order); err != nil || brief.Step < 0 {
		return nil, fmt.Errorf("step %d, order %.40q", brief.Step, brief.Order)
	}
	for _, name := range brief.Weights {
		value, err := take[float32](p, prefix+weightPrefix+name)
		if err != nil {
			return nil, err
		}
		t.Weights = append(t.Weights, Weight{name, value})
	}
	for _, name := range slices.Collect(maps.Keys(p)) {
		entry, found := strings.CutPrefix(name, prefix+optimizerPrefix)
		if !found {
			continue
		}
		value, err := take[float64](p, name)
		if err != nil {
			return nil, err
		}
		t.Optimizer[entry] = value.Data()
	}
	if p[prefix+measuredName] != nil {
		t.Measured, err = p.rows(prefix + measuredName)
	}
	return t, err
}

// rows takes a matrix and returns its rows.
func (p pile) rows(name string) ([][]float64, error) {
	x, err := take[float64](p, name)
	if err != nil {
		return nil, err
	}
	if shape := x.Shape(); len(shape) != 2 || x.Len() == 0 {
		return nil, fmt.Errorf("what was measured has shape %s", tensor.Tuple(shape))
	}
	return slices.Collect(slices.Chunk(x.Data(), x.Dim(1))), nil
}
