package report_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"hw4/internal/report"
	"hw4/internal/report/reporttest"
)

// checkJSON checks a document against the schema, and that it has the parts.
func checkJSON(t *testing.T, b *bytes.Buffer, parts ...string) {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("..", "..", "docs", "schema", "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Error(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, b.Bytes()); err != nil {
		t.Fatal(err)
	}
	for _, part := range parts {
		if !strings.Contains(compact.String(), part) {
			t.Errorf("JSON lacks %s:\n%s", part, compact.String())
		}
	}
}

func TestJSON(t *testing.T) {
	r := reporttest.Example()
	r.Answerf("w is this.")
	r.Answer = append(r.Answer, report.Matrix{Name: "w", Rows: [][]float64{{1}}})
	var b bytes.Buffer
	if err := report.WriteJSON(&b, "conv", []*report.Report{r}); err != nil {
		t.Fatal(err)
	}
	checkJSON(t, &b,
		`{"schema":"hw4/2","command":"conv","ok":false,"reports":[{"problem":3,"title":"A title","ok":false,"answer":[`,
		`"answer":[{"kind":"text","text":"w is this."},{"kind":"matrix","name":"w","rows":[[1]]}],"items":[`,
		`{"kind":"matrix","name":"w","rows":[[0,-1],[0.25,10]]}`,
		`"rows":[["a",1],["bc",2.5],["d",0.123456],["e","NaN"]]`,
		`{"alt":"One black, one white","height":1,"kind":"picture",`,
		`"series":[{"name":"w","points":[[0,1],[1,"+Inf"],[2,0.5]]}],"title":"A curve","x":"epoch","y":"loss"}`,
		`"checks":[{"name":"first","ok":true,"detail":"it held"},{"name":"second","ok":false,"detail":"it did not"}]`,
	)
}

// A report of somebody's own answer has its verdict, with a counterexample if there is
// one.
func TestJSONOfAVerdict(t *testing.T) {
	one := report.Matrix{Name: "X", Rows: [][]float64{{1}}}
	for want, v := range map[string]report.Verdict{
		`"ok":false,"verdict":{"right":true,"score":1,"code":"right"},"answer":`: {
			Right: true, Score: 1, Code: report.CodeRight,
		},
		`"verdict":{"right":false,"score":0.5,"code":"filters-swapped","counterexample":{` +
			`"expected":{"kind":"matrix","name":"X","rows":[[1]]},"input":{"kind":"matrix","name":"X","rows":[[1]]},` +
			`"text":"On X it fails."}},"answer":`: {
			Score: 0.5, Code: "filters-swapped",
			Counterexample: &report.Counterexample{Text: "On X it fails.", Input: one, Expected: one},
		},
	} {
		r := reporttest.Example()
		r.Verdict = &v
		var b bytes.Buffer
		if err := report.WriteJSON(&b, "conv", []*report.Report{r}); err != nil {
			t.Fatal(err)
		}
		checkJSON(t, &b, want)
	}
}

// What cannot be read is one object, too.
func TestJSONError(t *testing.T) {
	var b bytes.Buffer
	if err := report.WriteJSONError(&b, "conv", report.CodeUnreadable, "w.json: it is empty"); err != nil {
		t.Fatal(err)
	}
	checkJSON(t, &b, `{"schema":"hw4/2","command":"conv","ok":false,"reports":[],`+
		`"error":{"code":"unreadable","message":"w.json: it is empty"}}`)
}
