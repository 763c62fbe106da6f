package strict_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"hw4/internal/proof"
	"hw4/internal/strict"
	"hw4/internal/stricttest"
)

// skip accepts any well-formed text.
func skip(text []byte) error {
	d := strict.NewJSON("f", text, 0)
	return d.End(d.Skip())
}

func TestWellFormed(t *testing.T) {
	for _, text := range []string{
		"null", " true ", "false\n", "0", "-0", "1.5e-3", "-12E+4", `""`, "[]", "{}", "[ 1 ,\t2\r\n]",
		`{"a":{"b":[{}]}}`,
		`"\u0041\n\"\\\/\ud83d\ude00é"`, strings.Repeat("[", 64) + strings.Repeat("]", 64), `{"":0,"a":1,"A":2}`,
		`{"a":{"a":1}}`,
	} {
		if err := skip([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestIllFormed(t *testing.T) {
	for text, say := range map[string]string{
		"":                               "byte 0: the JSON text is the end, want a value",
		" ":                              "byte 1: the JSON text is the end, want a value",
		"nul":                            `is "nul", want null`,
		"nullx":                          `is "nullx", want null`,
		"True":                           `is "True", want a value`,
		"NaN":                            `is "NaN", want a value`,
		"-Infinity":                      `is "-Infinity", want a number`,
		"1e999":                          "is 1e999, want a number that float64 can hold",
		"01":                             `want a number`,
		"1.":                             `want a number`,
		".5":                             `want a value`,
		"+1":                             `want a value`,
		"-+1":                            `want a number`,
		"[+1]":                           `[0] is "+1", want a value`,
		"\f1":                            "want a value",
		"1\v":                            "want the end",
		"1\u00a0":                        "want the end",
		"[1,2,x]":                        `[2] is "x", want a value`,
		"1e":                             `want a number`,
		"--1":                            `want a number`,
		"1_000":                          "what follows the JSON text",
		"1 2":                            `byte 2: what follows the JSON text is "2", want the end`,
		"[1,]":                           `[1] is "]", want a value`,
		"[1 2]":                          `want a comma or the array's closing bracket`,
		"[1":                             `want a comma or the array's closing bracket`,
		"[":                              `[0] is the end, want a value`,
		"[1}":                            `want a comma or the array's closing bracket`,
		"{":                              "a key in double quotes",
		"{1:2}":                          `is "1", want a key in double quotes`,
		`{"a" 1}`:                        `"a" is "1", want a colon after the key`,
		`{"a":1,}`:                       "a key in double quotes",
		`{"a":1 "b":2}`:                  "a comma or the object's closing brace",
		`{"a":1,"a":2}`:                  `byte 7: "a" is there twice, want each key once`,
		`{"a":1,"\u0061":2}`:             `"a" is there twice`,
		`{"b":{"x":1,"y":[0,{"k":nil}]}`: `"b"."y"[1]."k" is "nil", want null`,
		`"a`:                             "the string's closing quote",
		`"a\`:                            "unknown escape",
		`"\x41"`:                         "unknown escape",
		`"\u12g4"`:                       "a wrong escape",
		`"\u+123"`:                       "a wrong escape",
		`"\ud800"`:                       "surrogates in pairs",
		`"\ud800\u0041"`:                 "surrogates in pairs",
		`"\udc00\ud800"`:                 "surrogates in pairs",
		"\"\n\"":                         "control character",
		"\"\xc0\x80\"":                   "not UTF-8",
		"\"\xed\xa0\x80\"":               "not UTF-8",
		"\ufeff1":                        "want a value",
		"\x00":                           "want a value",
		"1\x00":                          "want the end",
		"// no comments\n1":              "want a value",
		strings.Repeat("[", 65):          "inside too many others, want at most 64 levels",
		strings.Repeat(`{"a":`, 1000000): "inside too many others, want at most 64 levels",
	} {
		err := skip([]byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), "f: byte ") || !strings.Contains(err.Error(), say) {
			t.Errorf("%.40s: %v, want an error that says %q", text, err, say)
		}
		if err := stricttest.Read(skip, []byte(text), 0); err != nil {
			t.Errorf("%.40s: %v", text, err)
		}
	}
}

// Many keys are compared too, and bounded.
func TestManyKeys(t *testing.T) {
	object := func(n int, last string) []byte {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"%d":0,`, i)
		}
		return []byte("{" + b.String() + last + "}")
	}
	for n, last := range map[int]string{9: `"8":0`, 10: `"0":0`, 1000: `"999":0`} {
		if err := skip(object(n, last)); err == nil || !strings.Contains(err.Error(), "there twice") {
			t.Errorf("%d keys and %s: %v", n, last, err)
		}
	}
	if err := skip(object(1<<16-1, `"x":0`)); err != nil {
		t.Error(err)
	}
	if err := skip(object(1<<16, `"x":0`)); err == nil || !strings.Contains(err.Error(), "want at most 65536") {
		t.Errorf("65,537 keys: %v", err)
	}
}

// Errors name the place in the file, of which the text is a part.
func TestOffset(t *testing.T) {
	d := strict.NewJSON("f", []byte(` [1, "x"]`), 100)
	if at := d.Offset(); at != 101 {
		t.Errorf("the text begins at %d, want 101", at)
	}
	err := d.Array(func(int) error { _, err := d.Float(); return err })
	if err == nil || err.Error() != `f: byte 105: [1] is "\"x\"", want a number` {
		t.Error(err)
	}
}

func TestText(t *testing.T) {
	for _, want := range []string{"", "plain", "é\U0001f600", "\"\\/\b\f\n\r\t\x00\x7f\u2028",
		strings.Repeat("x", 1000)} {
		quoted, _ := json.Marshal(want)
		got, err := strict.NewJSON("f", quoted, 0).Text()
		if err != nil || got != want {
			t.Errorf("%s: %q, %v", quoted, got, err)
		}
	}
}

func TestInt(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "-5": -5, "7": 7, "9223372036854775807": math.MaxInt64} {
		if got, err := strict.NewJSON("f", []byte(text), 0).Int(-5, math.MaxInt64); err != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"+7", "\f7", "-6", "9223372036854775808", "-0", "1.0", "1e0", `"1"`, "null", "true",
		"", "1.5"} {
		if got, err := strict.NewJSON("f", []byte(text), 0).Int(-5, math.MaxInt64); err == nil {
			t.Errorf("%s: accepted as %d", text, got)
		}
	}
}

func TestFields(t *testing.T) {
	read := func(text string) (name string, n int64, flag bool, err error) {
		d := strict.NewJSON("f", []byte(text), 0)
		err = d.Fields(
			strict.Field{Key: "name", Read: func() (err error) { name, err = d.Text(); return err }},
			strict.Field{Key: "n", Read: func() (err error) { n, err = d.Int(0, 9); return err }},
			strict.Field{Key: "flag", Read: func() (err error) { flag, err = d.Bool(); return err }, Optional: true},
		)
		return name, n, flag, err
	}
	if name, n, flag, err := read(`{"flag": true, "n": 3, "name": "x"}`); name != "x" || n != 3 || !flag || err != nil {
		t.Error(name, n, flag, err)
	}
	if name, n, flag, err := read(`{"n":3,"name":"x"}`); name != "x" || n != 3 || flag || err != nil {
		t.Error(name, n, flag, err)
	}
	for text, want := range map[string]string{
		`{"n":3}`: `f: byte 0: the JSON text is without the key "name", ` +
			`want an object with "name", "n", "flag"`,
		`{"n":3,"name":"x","Flag":1}`:  `f: byte 25: "Flag" is not a known key, want one of "name", "n", "flag"`,
		`{"n":10,"name":"x"}`:          `f: byte 5: "n" is 10, want an integer from 0 to 9`,
		`{"n":3,"name":null}`:          `f: byte 14: "name" is "null", want a string`,
		`{"n":3,"name":"x","flag":0}`:  `f: byte 25: "flag" is "0", want true or false`,
		`{"n":3,"name":"x","n":4}`:     `f: byte 18: "n" is there twice, want each key once`,
		`["n"]`:                        `f: byte 0: the JSON text is "[\"n\"", want an object`,
		`{"n":3,"name":"x","flag":tru`: `f: byte 25: "flag" is "tru", want true or false`,
	} {
		if _, _, _, err := read(text); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]struct {
		shape  []int
		values []float64
	}{
		"1.5":                    {nil, []float64{1.5}},
		"[1,2]":                  {[]int{2}, []float64{1, 2}},
		"[[1,2,3],[4,5,6]]":      {[]int{2, 3}, []float64{1, 2, 3, 4, 5, 6}},
		"[[[1]],[[2]],[[-0.5]]]": {[]int{3, 1, 1}, []float64{1, 2, -0.5}},
		"[[[1],[2]],[[3],[4]]]":  {[]int{2, 2, 1}, []float64{1, 2, 3, 4}},
	} {
		shape, values, err := strict.NewJSON("f", []byte(text), 0).Numbers(6)
		if err != nil || !slices.Equal(shape, want.shape) || !slices.Equal(values, want.values) {
			t.Errorf("%s: %v, %v, %v", text, shape, values, err)
		}
	}
	for text, say := range map[string]string{
		"[]":                       "byte 0: the JSON text is an array of length 0, want at least one number",
		"[[],[]]":                  "[0] is an array of length 0",
		"[[1],[]]":                 "[1] is an array of length 0, want length 1, as before",
		"[[1,2],[3]]":              "[1] is an array of length 1, want length 2, as before",
		"[[1],[2,3]]":              "[1] is an array of length 2, want length 1, as before",
		"[[[1],[2]],[[3]]]":        "[1] is an array of length 1, want length 2, as before",
		"[1,[2]]":                  "[1] is an array, want a number, as before",
		"[[1],2]":                  `[1] is "2", want an array of length 1`,
		"[1,2,3,4,5,6,7]":          "[6] is one number more, want at most 6",
		"[1,NaN]":                  `[1] is "NaN", want a number`,
		"[1,null]":                 `[1] is "null", want a number`,
		"[1e400]":                  "float64 can hold",
		strings.Repeat("[", 100):   "at most 64 levels",
		`[{"a":1}]`:                "want a number",
		"[[1,2],[3,4],[5,6],[7,8]": "at most 6",
	} {
		_, _, err := strict.NewJSON("f", []byte(text), 0).Numbers(6)
		if err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%s: %v, want an error that says %q", text, err, say)
		}
	}
}

func TestDamagedJSON(t *testing.T) {
	text := `{"a":[1,-2.5e3],"é\n":{"b":null,"c":true},"d":"\ud83d\ude00"}`
	if _, err := stricttest.Survive(skip, []byte(text), 0); err != nil {
		t.Error(err)
	}
}

// What is accepted is JSON for encoding/json too, which is less strict.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-2.5e3],"é\n":{"b":null,"c":true},"d":"\ud83d\ude00"}`, `{"a":1,"a":2}`, "[[1,2],[3]]", "NaN", "1e999",
		`"\ud800"`,
		strings.Repeat("[", 70), "[1,]", "\"\x00\"", "{} {}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := stricttest.Read(skip, text, 0); err != nil {
			t.Error(err)
		}
		if skip(text) == nil && !json.Valid(text) {
			t.Errorf("%q: accepted", text)
		}
		numbers := func(text []byte) error {
			shape, values, err := strict.NewJSON("f", text, 0).Numbers(1000)
			if n, ok := strict.Product(shape, 1000); err == nil && (!ok || int(n) != len(values)) {
				return fmt.Errorf("%d numbers for shape %v", len(values), shape)
			}
			return err
		}
		if err := stricttest.Read(numbers, text, 0); err != nil {
			t.Error(err)
		}
	})
}

// Whatever bytes a reader is given, it keeps what stricttest.Read asks for.
func TestInventedFiles(t *testing.T) {
	proof.Fuzz(t, "FuzzJSON", 12e6)
}
