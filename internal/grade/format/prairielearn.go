package format

import (
	"io"

	"hw4/internal/grade"
	"hw4/internal/report"
)

// mostPrairieLearn is how long a results.json may be, with some room.
const mostPrairieLearn = 900 << 10

// writePrairieLearn writes results.json of an external grader
// (https://docs.prairielearn.com/externalGrading/). An answer that cannot be read makes the
// hand-in not gradable, which costs no attempt.
func writePrairieLearn(w io.Writer, c *grade.Class, o Options) error {
	type image struct {
		Label string `json:"label"`
		URL   string `json:"url"`
	}
	type test struct {
		Name    string  `json:"name"`
		Points  float64 `json:"points"`
		Max     float64 `json:"max_points"`
		Output  string  `json:"output"`
		Images  []image `json:"images"`
		Message string  `json:"message"`
	}
	r := c.Results[0]
	tests, length := []test{}, 0
	for _, p := range r.Parts {
		t := test{Name: p.ID + ": " + p.Title, Points: rounded(p.Earned), Max: p.Max, Message: p.Verdict.Code,
			Output: report.Printable(o.why(p)), Images: []image{}}
		for _, picture := range pictures(p) {
			if url, err := dataURL(picture); err == nil && length+len(url) < mostPrairieLearn {
				length += len(url)
				t.Images = append(t.Images, image{picture.Title, url})
			}
		}
		tests = append(tests, t)
	}
	earned, most := r.Total()
	wrong := faults(r)
	return encode(w, map[string]any{"gradable": len(wrong) == 0, "score": share(earned, most), "message": about(r),
		"format_errors": wrong, "tests": tests})
}
