package report_test

import (
	"bytes"
	"encoding/json"
	"image"
	"strings"
	"testing"

	"hw4/internal/report"
	"hw4/internal/report/reporttest"
)

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := report.WriteJSON(&b, "conv", []*report.Report{reporttest.Example()}); err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, b.Bytes()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`{"schema":"hw4/1","command":"conv","ok":false,"reports":[{"problem":3,"title":"A title","ok":false,`,
		`{"kind":"matrix","name":"w","rows":[[0,-1],[0.25,10]]}`,
		`"rows":[["a",1],["bc",2.5],["d",0.123456],["e","NaN"]]`,
		`{"alt":"One black, one white","height":1,"kind":"picture",`,
		`"series":[{"name":"w","points":[[0,1],[1,"+Inf"],[2,0.5]]}],"title":"A curve","x":"epoch","y":"loss"}`,
		`"checks":[{"name":"first","ok":true,"detail":"it held"},{"name":"second","ok":false,"detail":"it did not"}]`,
	} {
		if !strings.Contains(compact.String(), part) {
			t.Errorf("JSON lacks %s:\n%s", part, compact.String())
		}
	}
}

func TestPictureWithoutPixels(t *testing.T) {
	_, err := report.Picture{Title: "Nothing", Image: image.NewGray(image.Rectangle{})}.PNG()
	if err == nil || !strings.Contains(err.Error(), "Nothing") {
		t.Errorf("a picture without pixels: error %v", err)
	}
}

func TestReportWithoutChecksIsNotOK(t *testing.T) {
	if (&report.Report{}).OK() {
		t.Error("a report without evidence is ok")
	}
}
