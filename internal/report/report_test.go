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
