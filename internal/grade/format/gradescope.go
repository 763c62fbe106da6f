package format

import (
	"fmt"
	"io"

	"hw4/internal/grade"
	"hw4/internal/report"
)

// writeGradescope writes results.json of a Gradescope autograder
// (https://gradescope-autograders.readthedocs.io/en/latest/specs/).
func writeGradescope(w io.Writer, c *grade.Class, o Options) error {
	type test struct {
		Score      float64  `json:"score"`
		MaxScore   float64  `json:"max_score"`
		Status     string   `json:"status"`
		Name       string   `json:"name"`
		NameFormat string   `json:"name_format"`
		Number     string   `json:"number"`
		Output     string   `json:"output"`
		Format     string   `json:"output_format"`
		Tags       []string `json:"tags"`
		Visibility string   `json:"visibility"`
	}
	r := c.Results[0]
	tests := []test{}
	for i, p := range r.Parts {
		tests = append(tests, test{
			Score: rounded(p.Earned), MaxScore: p.Max,
			Status: map[bool]string{true: "passed", false: "failed"}[p.Verdict.Right],
			Name:   p.ID + ": " + p.Title, NameFormat: "text", Number: fmt.Sprint(i + 1),
			Output: report.Printable(o.why(p)), Format: "text",
			Tags: []string{p.ID, p.Verdict.Code}, Visibility: "visible",
		})
	}
	earned, _ := r.Total()
	return encode(w, map[string]any{"score": rounded(earned), "output": about(r), "output_format": "text",
		"visibility": "visible", "stdout_visibility": "hidden", "tests": tests})
}
