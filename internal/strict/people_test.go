package strict

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

// Texts lose their byte order mark, and become UTF-8.
func TestDecode(t *testing.T) {
	for _, c := range []struct{ content, want string }{
		{"", ""}, {"a", "a"}, {"\xef\xbb\xbfa", "a"}, {"\xef\xbba", "\xef\xbba"}, {"\xff\xfe", ""},
		{"\xff\xfea\x00\x12\x22", "a\u2212"}, {"\xfe\xff\x00a\x22\x12", "a\u2212"},
		{"\xff\xfe\x3d\xd8\x00\xdea\x00", "\U0001F600a"}, {"\xfe\xff\xd8\x3d\xde\x00", "\U0001F600"},
		{"\xff\xfe\x3d\xd8", "\ufffd"}, {"[\x00\x12\x22", "[\u2212"}, {"\x00[\x22\x12", "[\u2212"}, {"\x00\x00", "\x00\x00"},
	} {
		text, err := Decode("f", []byte(c.content))
		if err != nil || string(text) != c.want {
			t.Errorf("%q: %q, %v, want %q", c.content, text, err, c.want)
		}
	}
	var format *FormatError
	if _, err := Decode("f", []byte("\xff\xfea")); !errors.As(err, &format) || format.Offset != 2 {
		t.Errorf("half a character: %v", err)
	}
}

// Numbers as people write them, and what is shown around them.
func TestLoose(t *testing.T) {
	for text, want := range map[string][]float64{
		".5": {0.5}, "5.": {5}, "+1": {1}, "-.5e-1": {-0.05}, "\u22122": {-2}, "\u20132": {-2}, "\uff0d2": {-2},
		"1/4": {0.25}, "-1/-4": {0.25}, "1.5 / 3": {0.5}, "[1,2,]": {1, 2}, "[1,\u00a02]": {1, 2}, "1e3/2": {500},
		"tensor(3)": {3}, "tensor([1, 2])": {1, 2}, "torch.Tensor( [1,2] , )": {1, 2},
		"torch.as_tensor([1, 2])": {1, 2}, "torch.FloatTensor([1, 2])": {1, 2}, "torch.DoubleTensor([1])": {1},
		"matrix([[1]])": {1}, "jnp.array([1])": {1}, "Array([1], dtype=float32)": {1}, "-0.": {math.Copysign(0, -1)},
		"[tensor(1.), tensor(array(2))]": {1, 2}, "array([1], dtype='>f4', like=(1, 2))": {1},
		"Parameter containing:\n tensor([1., 2.], device='cuda:0', grad_fn=<SelectBackward0>)": {1, 2},
	} {
		d := NewLoose("f", []byte(text), 0)
		_, values, err := d.Numbers(10)
		err = d.End(err)
		if err != nil || !slices.EqualFunc(values, want, func(a, b float64) bool {
			return math.Float64bits(a) == math.Float64bits(b)
		}) {
			t.Errorf("%q: %v, %v, want %v", text, values, err, want)
		}
		d = NewLoose("f", []byte(text), 0)
		if err := d.End(d.Skip()); err != nil {
			t.Errorf("%q: skipped: %v", text, err)
		}
		d = NewJSON("f", []byte(text), 0)
		if _, _, err := d.Numbers(10); d.End(err) == nil {
			t.Errorf("%q: JSON has it, too", text)
		}
	}
	for text, say := range map[string]string{
		"1//2": "want a number", "1/0": "that float64 can hold", "0/0": "that float64 can hold", "1e999": "that float64 can hold",
		"/2": "want a number", "e5": "want a number", "--1": "want a number", "0x10": "what follows", "1_000": "what follows",
		"[,]": "want a number", "[1,,2]": "want a number", "tensor[1]": "want a number", "array([1]": "the closing bracket",
		"array([1], [2])": "the closing bracket", "array([1], x=[2])": "the closing bracket", "1+2j": "want a number",
		"posix.system([1])": "want a number", "nan": "want a number", "-inf": "want a number",
		strings.Repeat("array(", 65): "want a number",
	} {
		d := NewLoose("f", []byte(text), 0)
		_, _, err := d.Numbers(10)
		err = d.End(err)
		if err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%q: %v, want %q", text, err, say)
		}
	}
}

// Of fractions those are counted that float64 does not have.
func TestRounded(t *testing.T) {
	d := NewLoose("f", []byte("[1/3, 1/4, 2/10, 10/5, -1/7, 0.1]"), 0)
	if _, _, err := d.Numbers(10); err != nil || d.Rounded() != 3 {
		t.Errorf("%d rounded, %v", d.Rounded(), err)
	}
	if !Shown(" tensor([1") || !Shown("Parameter containing:\ntensor(1)") || Shown("tensor.pt") || Shown("[1]") {
		t.Error("what is shown is not told from names of files")
	}
}
