package sweep

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"

	"hw4/internal/report"
	"hw4/internal/strict"
	"hw4/internal/training"
)

// A Run is what one training came to. It depends on its settings alone, not on when and
// where it was computed.
type Run struct {
	Seed     uint64  `json:"seed"`
	Curve    []Epoch `json:"curve"`              // from epoch 0 on
	Images   int     `json:"images"`             // in the test set
	Right    []Bits  `json:"right"`              // by the cell's Epochs: which test images are classified correctly
	Weights  string  `json:"weights"`            // the SHA-256 sum of the last ones
	Order    string  `json:"order"`              // the state of the generator of the order of the images at the end
	Diverged string  `json:"diverged,omitempty"` // why there is no more; empty: it did not diverge
}

// An Epoch is a training.Epoch that JSON can hold.
type Epoch struct {
	TrainLoss Number `json:"train_loss"`
	TrainAcc  Number `json:"train_acc"`
	TestLoss  Number `json:"test_loss"`
	TestAcc   Number `json:"test_acc"`
}

// A Number is a float64; in JSON those that are not finite are null, and read as NaN.
type Number float64

// MarshalJSON writes it.
func (n Number) MarshalJSON() ([]byte, error) {
	if !report.Finite(float64(n)) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON reads it.
func (n *Number) UnmarshalJSON(text []byte) error {
	*n = Number(math.NaN()) // which null leaves as it is
	return json.Unmarshal(text, (*float64)(n))
}

// Curve returns what was measured as a Run has it.
func Curve(epochs []training.Epoch) []Epoch {
	curve := []Epoch{}
	for _, e := range epochs {
		curve = append(curve, Epoch{Number(e.TrainLoss), Number(e.TrainAcc), Number(e.TestLoss), Number(e.TestAcc)})
	}
	return curve
}

// Epochs returns what was measured as a training does.
func (r *Run) Epochs() []training.Epoch {
	var epochs []training.Epoch
	for i, e := range r.Curve {
		epochs = append(epochs, training.Epoch{Epoch: i, TrainLoss: float64(e.TrainLoss), TrainAcc: float64(e.TrainAcc),
			TestLoss: float64(e.TestLoss), TestAcc: float64(e.TestAcc)})
	}
	return epochs
}

// Bits are conditions, eight in a byte from the lowest bit on. In JSON they are base64.
type Bits []byte

// Pack returns conditions as Bits.
func Pack(conditions []bool) Bits {
	b := make(Bits, (len(conditions)+7)/8)
	for i, holds := range conditions {
		if holds {
			b[i/8] |= 1 << (i % 8)
		}
	}
	return b
}

// Unpack returns the first n conditions.
func (b Bits) Unpack(n int) []bool {
	conditions := make([]bool, n)
	for i := range conditions {
		conditions[i] = b[i/8]>>(i%8)&1 == 1
	}
	return conditions
}

// A result is what the file of a cell that is done says in its first line. The second is
// the SHA-256 sum of the first.
type result struct {
	Schema string `json:"schema"`
	Cell   Cell   `json:"cell"`
	Runs   []Run  `json:"runs"`
	By     By     `json:"by"`
}

// By says how a result was computed, which must not show in it.
type By struct {
	Version string  `json:"version"` // of the program
	ISA     string  `json:"instruction_set"`
	Machine string  `json:"machine"`
	Seconds float64 `json:"seconds"`
	Resumed bool    `json:"resumed"` // it went on from a checkpoint: Seconds are not all
}

const (
	resultSchema = "hw4/sweep-result/1"
	maxResult    = 256 << 20
)

// encode returns the file.
func (r *result) encode() []byte {
	r.Schema = resultSchema
	line := encode(r)
	return append(line, encode(sumOf(line))...)
}

func sumOf(line []byte) string { return fmt.Sprintf("%x", sha256.Sum256(line)) }

// decodeResult reads the file of a cell.
func decodeResult(path string, file []byte, c Cell) (*result, error) {
	end := bytes.IndexByte(file, '\n') + 1
	if !bytes.Equal(file[end:], encode(sumOf(file[:end]))) {
		return nil, strict.Fail(path, strict.Whole, "the result", "damaged", "the SHA-256 sum that it says")
	}
	var r result
	if err := json.Unmarshal(file[:end], &r); err != nil {
		return nil, strict.Fail(path, strict.Whole, "the result", err.Error(), "what this program writes")
	}
	complete := r.Schema == resultSchema && len(r.Runs) == c.Seeds && string(encode(r.Cell)) == string(encode(c))
	for i, run := range r.Runs {
		complete = complete && run.Seed == c.Seed+uint64(i) && run.complete(c)
	}
	if !complete {
		return nil, strict.Fail(path, strict.Whole, "the result", "not that of its cell", c.String())
	}
	return &r, nil
}

// complete reports whether a run has all that one of the cell has, or had when it diverged.
func (r *Run) complete(c Cell) bool {
	if r.Images < 0 || len(r.Right) > len(c.Epochs) || len(r.Curve) > c.last()+1 {
		return false
	}
	for i, b := range r.Right {
		if len(b) != (r.Images+7)/8 || len(r.Curve) <= c.Epochs[i] {
			return false
		}
	}
	return r.Diverged != "" || len(r.Curve) == c.last()+1 && len(r.Right) == len(c.Epochs)
}

// encode returns a value as one line of JSON.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // no value of ours has what JSON has not
	}
	return b.Bytes()
}

// decode reads one line of JSON that encode has written: what it holds must give the
// same line.
func decode(path string, file []byte, v any) error {
	if err := json.Unmarshal(file, v); err != nil {
		return strict.Fail(path, strict.Whole, "the file", err.Error(), "what this program has written")
	}
	if !bytes.Equal(encode(v), file) {
		return strict.Fail(path, strict.Whole, "the file", "changed", "what this program has written")
	}
	return nil
}
