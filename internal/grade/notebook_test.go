package grade_test

import (
	"strings"
	"testing"

	"hw4/internal/grade"
)

// Notebooks of every format answer, whatever else they show, and a cell that cannot be
// read leaves the others alone.
func TestNotebooks(t *testing.T) {
	const counts = "{'original': 60806, 'modern': 61706, 'reduction': 900}"
	stream := func(of, text string) string {
		return `{"cell_type": "code", "source": ["# hw4: ` + of + `\n", "f()"], "outputs": [{"output_type": "stream", ` +
			`"name": "stdout", "text": ["` + text + `"]}]}`
	}
	old := func(output string) string {
		return `{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["# hw4: p7\n", "f()"], ` +
			`"outputs": [` + output + `, {"output_type": "stream", "stream": "stderr", "text": ["warning"]}]}]}]}`
	}
	for book, note := range map[string]string{
		`{"cells": [` + stream("p7", counts) + `]}`:                                             "",
		"\ufeff" + `{"cells": [` + stream("p7", counts) + `]}`:                                  "",
		old(`{"output_type": "pyout", "text": ["` + counts + `"]}`):                             "",
		old(`{"output_type": "stream", "stream": "stdout", "text": "` + counts + `"}`):          "",
		`{"cells": [` + stream("p77", counts) + "," + stream("p7", counts) + `]}`:               `cell 1 of hw.ipynb: no part "p77"`,
		`{"cells": [` + stream("p7", counts) + "," + stream("p7", "{'modern': 1}") + `]}`:       "the first counts",
		`{"cells": [` + stream("p7", strings.Replace(counts, "900", "np.int64(900)", 1)) + `]}`: "",
		`{"cells": [` + strings.Replace(stream("p7", counts), `"outputs": [`, `"outputs": [{"output_type": "display_data", `+
			`"data": {"image/png": "", "text/plain": ["<Figure size 640x480 with 1 Axes>"]}}, `, 1) + `]}`: "",
	} {
		r, p := one(t, &grade.Rubric{}, "hw.ipynb", book, "p7")
		if p.Earned != 10 || !strings.Contains(strings.Join(r.Notes, "; "), note) || note == "" && len(r.Notes) > 0 {
			t.Errorf("%s: %v points, %v, %q, want the note %q", book, p.Earned, p.Err, r.Notes, note)
		}
	}
}
