package problem

import (
	"errors"
	"io/fs"
	"testing"

	"hw4/internal/report"
)

func TestErrors(t *testing.T) {
	for want, err := range map[string]error{
		"kernel 5 is too large": Settingf("kernel", "%d is too large", 5),
		"two together":          Settingf("", "two together"),
		`no loss "mes"; there are mse, kl and both (did you mean mse?)`: OneOf("loss", "mes", []string{"mse", "kl", "both"}),
	} {
		var setting *SettingError
		if !errors.As(err, &setting) || err.Error() != want {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if OneOf("loss", "kl", []string{"mse", "kl"}) != nil || Input(nil) != nil {
		t.Error("an error where there is none")
	}
	if err := Inputf("file: %w", fs.ErrNotExist); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v hides its cause", err)
	}
}

func TestReports(t *testing.T) {
	p := Problem{Number: 8, Title: "More"}
	v := report.Verdict{Right: true, Score: 1, Code: report.CodeRight}
	v.Answerf("Right.")
	r := p.Judged(": yours", v)
	if r.Problem != 8 || r.Title != "More: yours" || r.Verdict == nil || r.Verdict.Code != report.CodeRight ||
		len(r.Answer) != 1 {
		t.Errorf("%+v", r)
	}
	if r := p.Report(""); r.Title != "More" || r.Verdict != nil || r.OK() {
		t.Errorf("%+v", r)
	}
}
