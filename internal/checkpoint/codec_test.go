package checkpoint

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"hw4/internal/proof"
	"hw4/internal/strict"
	"hw4/internal/stricttest"
	"hw4/tensor"
	"hw4/tensor/optim"
	"hw4/tensor/safetensors"
)

// example returns a state with everything in it that a state may have: two
// trainings, one without anything measured, bits of NaN, a negative zero, and an
// optimizer that remembers.
func example() *State {
	return &State{
		Settings: []Setting{{"model", "a'x + \"b\""}, {"seed", "18446744073709551615"}},
		Trainings: []Training{
			{
				Name: "first", Order: []byte("pcg:0123456789abcdef"),
				Weights: []Weight{
					{"b.weight", tensor.FromSlice([]float32{1, float32(math.Copysign(0, -1)), math.MaxFloat32, 1e-45},
						2, 2)},
					{"a.bias", tensor.FromSlice([]float32{3})},
				},
				Optimizer: optim.StateDict{"0.momentum_buffer": {1, 2, 3, 0.1}, "1.momentum_buffer": {math.Pi}},
				Measured:  [][]float64{{0, math.NaN(), math.Inf(1)}, {1, 0.25, -1}},
			},
			{
				Name: "second", Step: 7, Order: []byte{0, 255},
				Weights:   []Weight{{"b.weight", tensor.FromSlice([]float32{5})}},
				Optimizer: optim.StateDict{},
			},
		},
	}
}

func encoded(t *testing.T, s *State) []byte {
	t.Helper()
	b, err := Encode(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What no file can hold is an error of Encode.
func TestEncodeRefuses(t *testing.T) {
	s := example()
	s.Trainings[0].Weights[1].Name = "\xff"
	if content, err := Encode(s); err == nil || content != nil {
		t.Errorf("a name that is not UTF-8: %d bytes, %v", len(content), err)
	}
}

// A state comes back as it was: what is decoded is encoded to the same bytes, and
// its parts are those of the original.
func TestRoundTrip(t *testing.T) {
	for _, s := range []*State{example(), {Settings: nil}, {Settings: []Setting{}}} {
		content := encoded(t, s)
		got, err := Decode("c", content)
		if err != nil {
			t.Fatal(err)
		}
		if again := encoded(t, got); !bytes.Equal(again, content) {
			t.Errorf("%d bytes, and %d the second time", len(content), len(again))
		}
		if got.Arithmetic != Arithmetic() || len(got.Trainings) != len(s.Trainings) ||
			len(Differences(got.Settings, s.Settings)) > 0 {
			t.Errorf("got %+v", got)
		}
	}
	full := State{Trainings: slices.Repeat(example().Trainings, MaxTrainings/2)}
	if got, err := Decode("c", encoded(t, &full)); err != nil || len(got.Trainings) != MaxTrainings {
		t.Errorf("%d trainings: %v", MaxTrainings, err)
	}
	got, _ := Decode("c", encoded(t, example()))
	first := got.Trainings[0]
	if first.Weights[0].Name != "b.weight" || math.Float32bits(first.Weights[0].Value.Data()[1]) != 1<<31 ||
		first.Weights[1].Value.Item() != 3 {
		t.Errorf("weights %+v", first.Weights)
	}
	if first.Optimizer["1.momentum_buffer"][0] != math.Pi || len(first.Optimizer) != 2 ||
		!math.IsNaN(first.Measured[0][1]) || first.Measured[1][1] != 0.25 {
		t.Errorf("optimizer %v, measured %v", first.Optimizer, first.Measured)
	}
	if s := got.Trainings[1]; s.Step != 7 || !bytes.Equal(s.Order, []byte{0, 255}) || s.Measured != nil {
		t.Errorf("second training %+v", s)
	}
}

// Every prefix and every file with one bit flipped is refused with an error that
// says what is wrong.
func TestDamageIsFound(t *testing.T) {
	content := encoded(t, example())
	refused, err := stricttest.Survive(func(file []byte) error {
		_, err := Decode("c", file)
		return err
	}, content, 0)
	if err != nil {
		t.Fatal(err)
	}
	if refused != 8*len(content) {
		t.Errorf("%d of %d flips of a bit were refused", refused, 8*len(content))
	}
}

// resealed gives a file, whose tensors and metadata edit has changed, a right sum.
func resealed(t *testing.T, edit func(f *safetensors.File)) []byte {
	t.Helper()
	file, err := safetensors.Read("c", encoded(t, example()))
	if err != nil {
		t.Fatal(err)
	}
	file.Metadata[sumKey] = noSum
	edit(file)
	var b bytes.Buffer
	if err := safetensors.Write(&b, file); err != nil {
		t.Fatal(err)
	}
	content := b.Bytes()
	if at := bytes.Index(content, []byte(noSum)); at >= 0 {
		copy(content[at:], sumWithout(content, at))
	}
	return content
}

// Files that someone else has made, with a right sum.
func TestForgeries(t *testing.T) {
	state := func(old, new string) func(f *safetensors.File) {
		return func(f *safetensors.File) {
			changed := strings.Replace(f.Metadata[stateKey], old, new, 1)
			if changed == f.Metadata[stateKey] {
				t.Fatalf("no %q in %s", old, changed)
			}
			f.Metadata[stateKey] = changed
		}
	}
	order := hex.EncodeToString([]byte{0, 255})
	for _, c := range []struct {
		edit func(f *safetensors.File)
		say  string
	}{
		{func(f *safetensors.File) {}, ""},
		{func(f *safetensors.File) {
			f.Metadata[formatKey] = "hw4 checkpoint 2"
		}, `the format is "hw4 checkpoint 2", want "hw4 checkpoint 1"`},
		{func(f *safetensors.File) { f.Metadata = nil }, `the format is ""`},
		{func(f *safetensors.File) { delete(f.Metadata, sumKey) }, `the SHA-256 sum is ""`},
		{func(f *safetensors.File) { f.Metadata[sumKey] = "abc" }, `the SHA-256 sum is "abc"`},
		{func(f *safetensors.File) { delete(f.Metadata, stateKey) }, "EOF"},
		{func(f *safetensors.File) { f.Metadata[stateKey] += "{}" }, "more than one object"},
		{func(f *safetensors.File) {
			f.Lookup("0.weight.a.bias").Name = "2.weight.a.bias"
		}, `no tensor "0.weight.a.bias"`},
		{func(f *safetensors.File) {
			f.Lookup("0.optimizer.0.momentum_buffer").Name = "x"
		}, "1 tensors that belong to nothing"},
		{func(f *safetensors.File) { f.Lookup("0.measured").Shape = []int{6} }, "what was measured has shape (6,)"},
		{state(`"step":7`, `"step":-7`), "step -7"},
		{state(`"step":7`, `"step":7e99`), "json"},
		{state(`"step":7`, `"stop":7`), "unknown field"},
		{state(order, order[1:]), "order"},
		{state(`["b.weight"]`, `["b.weight","b.weight"]`), `no tensor "1.weight.b.weight"`},
		{state(`["b.weight"]`, `[]`), "1 tensors that belong to nothing"},
		{state(`"trainings":[`, `"trainings":[`+strings.Repeat(`{},`, MaxTrainings)), "2050 trainings"},
	} {
		file := resealed(t, c.edit)
		_, err := Decode("c", file)
		if c.say == "" {
			if err != nil {
				t.Errorf("the state as it was: %v", err)
			}
			continue
		}
		var format *strict.FormatError
		if !errors.As(err, &format) || !strings.HasPrefix(err.Error(), "c: ") || !strings.Contains(err.Error(), c.say) {
			t.Errorf("error %v, want one that says %s", err, c.say)
		}
	}
}

func TestPlace(t *testing.T) {
	s := example()
	for _, c := range []struct {
		epochs, step int
		want         string
	}{
		{0, 0, "second, the start"}, {1, 0, "second, the start"}, {1, 5, "second, epoch 1, step 5"},
		{2, 0, "second, the end of epoch 1"}, {3, 1, "second, epoch 3, step 1"},
	} {
		s.Trainings[1].Measured, s.Trainings[1].Step = make([][]float64, c.epochs), c.step
		if got := s.Place(); got != c.want {
			t.Errorf("%d epochs and %d steps: %q, want %q", c.epochs, c.step, got, c.want)
		}
	}
	if got := (&State{}).Place(); got != "the start" {
		t.Errorf("nothing: %q", got)
	}
}

func TestDifferences(t *testing.T) {
	kept := []Setting{{"seed", "1"}, {"bias", "no"}, {"loss", "kl"}}
	wanted := []Setting{{"loss", "kl"}, {"seed", "2"}, {"model", "m"}}
	got := strings.Join(Differences(kept, wanted), "; ")
	if want := "its seed is 1, here 2; it does not say the model, here m; it says the bias, no"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if d := Differences(kept, kept); d != nil {
		t.Errorf("differences from itself: %q", d)
	}
}

// Whatever the bytes, and with a right sum put in where there is room for one,
// the result is a typed error or a state that is encoded and decoded again.
func FuzzDecode(f *testing.F) {
	for _, s := range []*State{example(), {}} {
		content, err := Encode(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
		at := bytes.Index(content, []byte(`"`+sumKey+`":"`)) + len(sumKey) + 4
		f.Add(append(append(bytes.Clone(content[:at]), noSum...), content[at+len(noSum):]...))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		file = bytes.Clone(file)
		if at := bytes.Index(file, []byte(noSum)); at >= 0 {
			copy(file[at:], sumWithout(file, at))
		}
		err := stricttest.Read(func(file []byte) error {
			s, err := Decode("c", file)
			if err != nil {
				return err
			}
			again, err := Encode(s)
			if err == nil {
				_, err = Decode("c", again)
			}
			return err
		}, file, 32*len(file))
		if err != nil {
			t.Error(err)
		}
	})
}

// Whatever bytes a reader is given, it keeps what stricttest.Read asks for.
func TestInventedFiles(t *testing.T) {
	proof.Fuzz(t, "FuzzDecode", 10e6)
}
