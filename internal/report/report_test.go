package report_test

import (
	"image"
	"strings"
	"testing"

	"hw4/internal/report"
)

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

func TestPlural(t *testing.T) {
	for n, want := range map[int]string{0: "0 epochs", 1: "1 epoch", 2: "2 epochs"} {
		if got := report.Plural(n, "epoch"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := report.All(1, "place") + " and " + report.All(4, "place"); got != "the one place and all 4 places" {
		t.Error(got)
	}
}
