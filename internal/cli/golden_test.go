package cli_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"hw4/internal/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"hw4": func() {
			os.Exit(cli.Main(context.Background(), os.Args[1:],
				cli.Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Name: "hw4", Getenv: os.Getenv}))
		},
	})
}

// Every command says what its golden file says, as text and as JSON, and the JSON
// is what the schema allows.
func TestScripts(t *testing.T) {
	folder, err := filepath.Abs(filepath.Join("testdata", "golden"))
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := filepath.Abs(filepath.Join("..", "..", "docs", "schema"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HW4_DATA", filepath.Join(env.WorkDir, "mnist"))
			env.Setenv("LANG", "C.UTF-8")
			return writeTinyMNIST(filepath.Join(env.WorkDir, "mnist"))
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"golden": func(ts *testscript.TestScript, neg bool, args []string) { golden(ts, folder, neg, args) },
			"decode": decode,
			"schema": func(ts *testscript.TestScript, neg bool, args []string) { validate(ts, schemas, neg, args) },
		},
	})
}

// golden is the script command "golden [-all] FILE": what the last command wrote
// is what is in FILE. Numbers that rounding has a part in, with -all all numbers,
// are written as # there, and the lengths of lines and columns do not count.
func golden(ts *testscript.TestScript, folder string, neg bool, args []string) {
	all := len(args) == 2 && args[0] == "-all"
	if neg || len(args) == 0 || len(args) > 1 && !all {
		ts.Fatalf("usage: golden [-all] FILE")
	}
	path := filepath.Join(folder, args[len(args)-1])
	got := ts.ReadFile("stdout")
	if strings.HasSuffix(path, ".json") {
		got = maskJSON(ts, got, all)
	} else {
		got = maskText(got, all)
	}
	if *update {
		ts.Check(os.MkdirAll(folder, 0o777))
		ts.Check(os.WriteFile(path, []byte(got), 0o666))
	}
	want, err := os.ReadFile(path)
	if err != nil {
		ts.Fatalf("%v; run 'make docs'", err)
	}
	if diff := firstDifference(reflowed(string(want)), reflowed(got)); diff != "" {
		ts.Fatalf("not what testdata/golden/%s says: %s\nIf it is right, run 'make docs'.", args[len(args)-1], diff)
	}
}

// How numbers are found in text: those with an exponent or with five and more
// significant digits, of which the last ones are rounding; or all.
var (
	agreement = regexp.MustCompile(`agree\s+exactly|differ\s+by\s+at\s+most\s+[-+.\de]+\b(\s+\([^)]*\))?`)
	digest    = regexp.MustCompile(`\b[0-9a-f]{64}\b`)
	rounded   = regexp.MustCompile(`-?\b(\d+(\.\d+)?e[+-]?\d+|\d{2,}\.\d{3,}|\d+\.\d{4,})\b`)
	number    = regexp.MustCompile(`-?\b\d+(\.\d+)?(e[+-]?\d+)?\b`)
)

// maskText replaces what differs between machines.
func maskText(s string, all bool) string {
	s = digest.ReplaceAllString(s, "#")
	s = agreement.ReplaceAllString(s, "agree")
	if all {
		return number.ReplaceAllString(s, "#")
	}
	return rounded.ReplaceAllString(s, "#")
}

// maskJSON replaces what differs between machines in the numbers and strings of a
// JSON value.
func maskJSON(ts *testscript.TestScript, s string, all bool) string {
	var doc any
	ts.Check(json.Unmarshal([]byte(s), &doc))
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	ts.Check(e.Encode(masked(doc, all)))
	return b.String()
}

func masked(v any, all bool) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			v[k] = masked(e, all)
		}
	case []any:
		for i, e := range v {
			v[i] = masked(e, all)
		}
	case string:
		return maskText(v, all)
	case float64:
		if text := strconv.FormatFloat(v, 'g', -1, 64); maskText(text, all) != text {
			return "#"
		}
	}
	return v
}

// reflowed replaces every run of space, and every rule of a table, by one
// character, since their lengths depend on those of numbers.
func reflowed(s string) string {
	s = regexp.MustCompile(`--+`).ReplaceAllString(s, "-")
	return regexp.MustCompile(`\s+`).ReplaceAllString(s, " ")
}

// firstDifference says where two texts part.
func firstDifference(want, got string) string {
	if want == got {
		return ""
	}
	i := 0
	for i < len(want) && i < len(got) && want[i] == got[i] {
		i++
	}
	part := func(s string) string { return s[max(0, i-30):min(len(s), i+60)] }
	return "want ..." + part(want) + "..., got ..." + part(got) + "..."
}

// decode is the script command "decode FILE RESULT": it decodes a file of base 64.
func decode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: decode FILE RESULT")
	}
	content, err := base64.StdEncoding.DecodeString(strings.TrimSpace(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), content, 0o666))
}

// validate is the script command "schema NAME": what the last command wrote is a
// JSON value that docs/schema/NAME.json allows.
func validate(ts *testscript.TestScript, folder string, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: schema NAME")
	}
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(folder, args[0]+".json"))
	ts.Check(err)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(ts.ReadFile("stdout")))
	ts.Check(err)
	if err := schema.Validate(value); (err != nil) != neg {
		ts.Fatalf("schema %s: %v", args[0], err)
	}
}

func TestMaskText(t *testing.T) {
	for text, want := range map[string]string{
		"0.25 and -1 of 28x28":                       "0.25 and -1 of 28x28",
		"differ by at most 4.4e-16 (random image 2)": "agree",
		"they agree exactly":                         "they agree",
		"7.8e-16, 0.496141, 94.29 %":                 "#, #, 94.29 %",
		"12.3456":                                    "#",
	} {
		if got := maskText(text, false); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	if got := maskText("1898 of -3.5", true); got != "# of #" {
		t.Errorf("all numbers: %q", got)
	}
}
