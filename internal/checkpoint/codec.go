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
	return bytes.Replace(b.Bytes(), []byte(noSum), []byte(sum(b.Bytes())), 1), nil
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// tensorsOf returns the tensors of a training under names that begin with prefix.
func tensorsOf(prefix string, t *Training) []safetensors.Tensor {
	var list []safetensors.Tensor
	for _, w := range t.Weights {
		list = append(list, safetensors.From(prefix+weightPrefix+w.Name, w.Value))
	}
	for _, name := range slices.Sorted(maps.Keys(t.Optimizer)) {
		list = append(list, safetensors.From(prefix+optimizerPrefix+name, tensor.FromSlice(t.Optimizer[name])))
	}
	if rows := len(t.Measured); rows > 0 {
		list = append(list, safetensors.From(prefix+measuredName, tensor.FromSlice(slices.Concat(t.Measured...), rows, len(t.Measured[0]))))
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
		return nil, strict.Fail(name, strict.Whole, "the format", fmt.Sprintf("%.40q", found), fmt.Sprintf("%q", format))
	}
	claimed := file.Metadata[sumKey]
	if found := sum(bytes.Replace(content, []byte(claimed), []byte(noSum), 1)); found != claimed {
		return nil, strict.Fail(name, strict.Whole, "the SHA-256 sum", found, fmt.Sprintf("%.64s, which the file says", claimed))
	}
	s, err := stateOf(file)
	if err != nil {
		return nil, strict.Fail(name, strict.Whole, "the state", "unusable ("+err.Error()+")", "one that 'hw4' wrote")
	}
	return s, nil
}

// stateOf takes the file apart.
func stateOf(file *safetensors.File) (*State, error) {
	var head small
	d := json.NewDecoder(strings.NewReader(file.Metadata[stateKey]))
	d.DisallowUnknownFields()
	if err := d.Decode(&head); err != nil {
		return nil, err
	}
	s := &State{Arithmetic: head.Arithmetic, Settings: head.Settings}
	used := 0
	for i, brief := range head.Trainings {
		t, n, err := trainingOf(file, fmt.Sprintf("%d.", i), brief)
		if err != nil {
			return nil, err
		}
		s.Trainings = append(s.Trainings, *t)
		used += n
	}
	if n := len(file.Tensors); used != n {
		return nil, fmt.Errorf("%d tensors belong to nothing", n-used)
	}
	return s, nil
}

// trainingOf collects the tensors of a training and counts them.
func trainingOf(file *safetensors.File, prefix string, brief smallTraining) (t *Training, used int, err error) {
	t = &Training{Name: brief.Name, Step: brief.Step, Optimizer: optim.State{}}
	if t.Order, err = hex.DecodeString(brief.Order); err != nil || brief.Step < 0 {
		return nil, 0, fmt.Errorf("step %d, order %.40q", brief.Step, brief.Order)
	}
	for _, name := range brief.Weights {
		w := file.Lookup(prefix + weightPrefix + name)
		if w == nil {
			return nil, 0, fmt.Errorf("weight %.40q is missing", name)
		}
		value, err := safetensors.Values[float32](w)
		if err != nil {
			return nil, 0, err
		}
		t.Weights = append(t.Weights, Weight{name, value})
	}
	for i := range file.Tensors {
		entry := &file.Tensors[i]
		if name, found := strings.CutPrefix(entry.Name, prefix+optimizerPrefix); found {
			value, err := safetensors.Values[float64](entry)
			if err != nil {
				return nil, 0, err
			}
			t.Optimizer[name] = value.Data()
		}
	}
	used = len(t.Weights) + len(t.Optimizer)
	if m := file.Lookup(prefix + measuredName); m != nil {
		used++
		t.Measured, err = rowsOf(m)
	}
	return t, used, err
}

// rowsOf returns the rows of a matrix.
func rowsOf(m *safetensors.Tensor) ([][]float64, error) {
	x, err := safetensors.Values[float64](m)
	if err != nil {
		return nil, err
	}
	if len(m.Shape) != 2 || x.Len() == 0 {
		return nil, fmt.Errorf("what was measured has shape %v", m.Shape)
	}
	return slices.Collect(slices.Chunk(x.Data(), m.Shape[1])), nil
}
