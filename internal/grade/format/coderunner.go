package format

import (
	"html"
	"io"

	"hw4/internal/grade"
	"hw4/internal/report"
)

// writeCodeRunner writes the one JSON object of a combinator template grader
// (https://coderunner.org.nz/mod/book/view.php?id=193).
func writeCodeRunner(w io.Writer, c *grade.Class, o Options) error {
	r := c.Results[0]
	rows := [][]any{{"iscorrect", "Part", "Points", "Of", "Why", "iscorrect"}}
	for _, p := range r.Parts {
		right := share(p.Earned, p.Max)
		rows = append(rows, []any{right, p.ID + ": " + p.Title, rounded(p.Earned), p.Max, report.Printable(o.why(p)), right})
	}
	earned, most := r.Total()
	before := ""
	if text := about(r); text != "" {
		before = "<p>" + html.EscapeString(text) + "</p>"
	}
	return encode(w, map[string]any{"fraction": share(earned, most), "prologuehtml": before, "testresults": rows,
		"columnformats": []string{"%s", "%s", "%s", "%s"}})
}
