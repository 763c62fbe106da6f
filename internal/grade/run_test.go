package grade_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hw4/internal/grade"
	"hw4/internal/grade/format"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/npy"
	"hw4/tensor/safetensors"
)

func rubric(t *testing.T, text string) *grade.Rubric {
	t.Helper()
	r, err := grade.ReadRubric("grade.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// one returns the result of a hand-in with one file, and of one part of it.
func one(t *testing.T, r *grade.Rubric, name, content, part string) (*grade.Result, *grade.PartResult) {
	t.Helper()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "ada", name), []byte(content))
	c, err := options(t, r).One(t.Context(), filepath.Join(dir, "ada"), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Results[0].Parts {
		if p.ID == part {
			return c.Results[0], p
		}
	}
	return c.Results[0], nil
}

func TestRubric(t *testing.T) {
	const swapped = "[[[0,0,0],[0,-1,1],[0,0,0]],[[0,0,0],[0,-1,0],[0,1,0]]]"
	row := "[" + strings.Repeat("0.063,", 3) + "0.062]"
	plane := "[" + strings.Repeat(row+",", 3) + row + "]" // 1/16 = 0.0625, to three decimals
	for _, c := range []struct {
		rubric, file, content, part string
		earned                      float64
	}{
		{"", "p1.json", swapped, "p1", 0},
		{"parts.p1.shares.filters-swapped = 0.5", "p1.json", swapped, "p1", 5},
		{"[parts.p1]\npoints = 4\nshares = {filters-swapped = 0.25, transposed = 0.5}", "p1.json", swapped, "p1", 2},
		{"parts.p1.shares = {'scaled+transposed' = 0.5}", "p1.json", strings.ReplaceAll(swapped, "1", "2"), "p1", 5},
		{"parts.p4.shares = {not-answered = 0.5}", "p3.json", grey3, "p4", 5},
		{"", "p3.json", "[0.3, 0.59, 0.11]", "p3", 0},
		{"tolerance = 0.0041", "p3.json", "[0.3, 0.59, 0.11]", "p3", 10},
		{"tolerance = 0.0039", "p3.json", "[0.3, 0.59, 0.11]", "p3", 0},
		{"tolerance = 0.001", "p3.json", "[0.3, 0.586, 0.114]", "p3", 10},
		{"tolerance = 0.0005\nseed = 1", "p2.json", "[" + plane + "," + plane + "," + plane + "]", "p2", 10},
		{"parts.p3.file = 'a/*.json'", "a/grey.json", "[0.299, 0.587, 0.114]", "p3", 10},
		{"parts.p3.file = 'all.json::grey'", "all.json", `{"grey": [0.299, 0.587, 0.114], "w": [1]}`, "p3", 10},
		{"", "answers.json", "\ufeff" + `{"p7": {"modern": 61706, "original": null}}`, "p7", 10. / 3},
		{"", "answers.json", `{"p7-table": [[1,0,0,0,1,1,1,0,0,1,1,1,1,0,1,1],[1,1,0,0,0,1,1,1,0,0,1,1,1,1,0,1],` +
			`[1,1,1,0,0,0,1,1,1,0,0,1,0,1,1,1],[0,1,1,1,0,0,1,1,1,1,0,0,1,0,1,1],[0,0,1,1,1,0,0,1,1,1,1,0,1,1,0,1],` +
			`[0,0,0,1,1,1,0,0,1,1,1,1,0,1,1,1]]}`, "p7-table", 5},
	} {
		_, p := one(t, rubric(t, c.rubric), c.file, c.content, c.part)
		if p.Err != nil || math.Abs(p.Earned-c.earned) > 1e-9 {
			t.Errorf("%q, %s: %v points, want %v: %s", c.rubric, c.file, p.Earned, c.earned, p.Reason())
		}
	}
	if _, p := one(t, rubric(t, "parts.p1.points = 0"), "p3.json", grey3, "p1"); p != nil {
		t.Error("a part without points is there")
	}
	for say, text := range map[string]string{
		"did you mean p7": "[parts.p77]", "no key": "titel = 'x'", "a share from 0 to 1": "parts.p1.shares.sign = 2",
		"0 to 1000000": "parts.p1.points = -1", "tolerance is NaN": "tolerance = nan", "seconds": "seconds = -1",
		"perhaps with *": "parts.p1.file = '['", "line 1": "=", "0 to 1": "parts.p5-kl.floor = 1.5",
		"did you mean filters-swapped": "parts.p1.shares.filter-swapped = 0.5", "docs/grading.md": "parts.p7.shares.a = 1",
		`"b"`: "parts.p1.shares.'sign+b' = 1",
	} {
		if _, err := grade.ReadRubric("grade.toml", []byte(text)); err == nil || !strings.Contains(err.Error(), say) ||
			strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %s", text, err, say)
		}
	}
}

// A table in an array has whole numbers, as one in a text has: none is rounded.
func TestTableOfFractions(t *testing.T) {
	for v, say := range map[float64]string{1: "", 1.4: "entry (1,1) is 1.4, want an integer from 0 to 64",
		-1: "entry (1,1) is -1, want"} {
		table := tensor.Zeros[float64](16, 6)
		for out, from := range lenet.Connections() {
			for _, in := range from {
				table.Set(1, out, in)
			}
		}
		table.Set(v, 0, 0)
		var file bytes.Buffer
		if err := npy.Write(&file, table); err != nil {
			t.Fatal(err)
		}
		_, p := one(t, &grade.Rubric{}, "p7-table.npy", file.String(), "p7-table")
		if p.Verdict.Right != (say == "") || !strings.Contains(p.Reason(), say) {
			t.Errorf("%v: %s: %s, want %s", v, p.Verdict.Code, p.Reason(), say)
		}
	}
}

// A table may be printed as NumPy and PyTorch do.
func TestPrintedTable(t *testing.T) {
	var rows []string
	for _, from := range lenet.Connections() {
		row := slices.Repeat([]string{"0"}, 6)
		for _, in := range from {
			row[in] = "1"
		}
		rows = append(rows, "["+strings.Join(row, ", ")+"]")
	}
	table := "[" + strings.Join(rows, ",\n ") + "]"
	for _, printed := range []string{table, "array(" + table + ")", "tensor(" + table + ", dtype=torch.int32)",
		strings.NewReplacer("0", "0.0", "1", "1.0").Replace(table),
		strings.NewReplacer("0", "false", "1", "true").Replace(table)} {
		if _, p := one(t, &grade.Rubric{}, "p7-table.json", printed, "p7-table"); !p.Verdict.Right {
			t.Errorf("%.12s: %s", printed, p.Reason())
		}
	}
}

// Numbers of parameters may be whole floats, as NumPy's sums are.
func TestCountsAsFloats(t *testing.T) {
	const counts = `{"original": 60806.0, "modern": 61706.0, "reduction": 9e2}`
	if _, p := one(t, &grade.Rubric{}, "p7.json", counts, "p7"); !p.Verdict.Right {
		t.Error(p.Reason())
	}
	_, p := one(t, &grade.Rubric{}, "p7.json", `{"original": 60806.5}`, "p7")
	if want := `"original" is 60806.5, want an integer from 0 to`; !strings.Contains(p.Reason(), want) {
		t.Errorf("%s, want %s", p.Reason(), want)
	}
}

// A hint says what is wrong, and not what would be right.
func TestHints(t *testing.T) {
	for _, c := range [][4]string{
		{"p7.json", `{"original": 60806, "modern": 61706, "reduction": 1000}`, "p7", "Not right. Look at reduction."},
		{"p1.json", "[[[0,0,0],[0,1,0],[0,-1,0]],[[0,0,0],[0,1,-1],[0,0,0]]]", "p1", "Not right: sign. For example the " +
			"picture of 1 x 1 with a single 1, in row 1, column 1: the first wrong output is Y[1,1,1]: expected -1, got 1."},
		{"p7-table.json", "[[0],[1],[2],[3],[4],[5],[0],[1],[2],[3],[4],[5],[0],[1],[2],[0,1,2,3,4,5]]", "p7-table",
			"The inputs of 15 of 16 maps are not those of Table I: map 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14."},
	} {
		if _, p := one(t, &grade.Rubric{}, c[0], c[1], c[2]); p.Hint() != c[3] {
			t.Errorf("%s: %s, want %s", c[2], p.Hint(), c[3])
		}
	}
}

// The document has the words for all mistakes, and no others.
func TestCodesInDocument(t *testing.T) {
	doc, err := os.ReadFile("../../docs/grading.md")
	if err != nil {
		t.Fatal(err)
	}
	r := &grade.Rubric{}
	list, _ := r.Worth()
	for _, p := range list {
		_, rest, _ := strings.Cut(string(doc), "\n- `"+p.ID+"`: ")
		entry, _, _ := strings.Cut(strings.ReplaceAll(rest, "\n  ", " "), "\n")
		codes := p.Codes()
		if want := "`" + strings.Join(codes[:len(codes)-2], "`, `") + "`"; entry != want {
			t.Errorf("docs/grading.md has of %s\n%s\nwant\n%s", p.ID, entry, want)
		}
	}
}

// The matrices of Problem 6 may be there without the perceptron.
func TestMatricesAlone(t *testing.T) {
	all := solution(perceptron(t, right(t, "").answers))
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	book, err := json.Marshal(map[string]any{"cells": []any{map[string]any{"cell_type": "code", "source": "# hw4: p6\nd",
		"outputs": []any{map[string]any{"text": strings.ReplaceAll(string(text), `"`, "'")}}}}})
	if err != nil {
		t.Fatal(err)
	}
	dict := make(map[string]*tensor.Tensor[float64])
	for name, rows := range all {
		dict[name] = tensor.FromSlice(slices.Concat(rows...), len(rows), len(rows[0]))
	}
	var arrays bytes.Buffer
	if err := safetensors.Write(&arrays, safetensors.FromStateDict(dict, nil)); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"p6.json": string(text), "p6.safetensors": arrays.String(),
		"answers.json": `{"p6": ` + string(text) + "}",
		"hw.ipynb":     string(book)} {
		if _, p := one(t, &grade.Rubric{}, name, content, "p6"); p.Earned != 20 {
			t.Errorf("%s: %v points: %s", name, p.Earned, p.Reason())
		}
	}
	_, p := one(t, &grade.Rubric{}, "hw.ipynb", strings.Replace(string(book), "dy_1/db_1", "dy_9/db_9", 1), "p6")
	if got := p.Reason(); !strings.Contains(got, `cell 1 of hw.ipynb: byte`) || !strings.Contains(got, "not asked for") {
		t.Error(got)
	}
}

// Templates of students differ if they are individual, and an answer to another's is wrong.
func TestIndividual(t *testing.T) {
	r := rubric(t, "individual = true")
	ada, err := r.Template("ada")
	if err != nil {
		t.Fatal(err)
	}
	bob, _ := r.Template("bob")
	if again, _ := r.Template("Ada"); !bytes.Equal(again[20:], ada[20:]) || bytes.Equal(ada[20:], bob[20:]) {
		t.Error("templates do not follow the names")
	}
	dir := t.TempDir()
	put(t, filepath.Join(dir, "ada_LATE_12_345_hw4.json"), ada)
	c, err := options(t, r).Class(t.Context(), dir)
	if p := c.Results[0].Parts[7]; err != nil || p.Verdict.Code != "not-answered" {
		t.Errorf("as Canvas calls it: %v, %s", err, p.Verdict.Code)
	}
	jose, _ := r.Template("Jos\u00e9") // as keyboards write it, and with an accent of its own, as macOS does
	dir = t.TempDir()
	put(t, filepath.Join(dir, "Jose\u0301", "answers.json"), jose)
	put(t, filepath.Join(dir, "jos\u00e9.json"), jose)
	c, err = options(t, r).Class(t.Context(), dir)
	if p := c.Results[0].Parts[7]; err != nil || p.Verdict.Code != "not-answered" ||
		!strings.Contains(strings.Join(c.Results[0].Private, " "), "several hand-ins") {
		t.Errorf("in other letters: %v, %s, %q", err, p.Verdict.Code, c.Results[0].Private)
	}
	for code, template := range map[string][]byte{"not-answered": ada, "another-perceptron": bob} {
		if _, p := one(t, r, "answers.json", string(template), "p6"); p.Verdict.Code != code || p.Earned != 0 {
			t.Errorf("%s, want %s", p.Verdict.Code, code)
		}
	}
}

// In a template that nobody has filled nothing is answered, whatever forms are in it.
func TestEmptyForms(t *testing.T) {
	text, err := new(grade.Rubric).Template("ada")
	if err != nil {
		t.Fatal(err)
	}
	r, _ := one(t, &grade.Rubric{}, "answers.json", string(text), "")
	for _, p := range r.Parts {
		if p.From != "" || p.Hint() != "not answered" {
			t.Errorf("%s is answered in %q: %s", p.ID, p.From, p.Hint())
		}
	}
	text = bytes.Replace(text, []byte(`"original": null`), []byte(`"original": 60806`), 1)
	if _, p := one(t, &grade.Rubric{}, "answers.json", string(text), "p7"); p.From == "" ||
		p.Verdict.Code != "not-answered" {
		t.Errorf("a part of p7 is answered in %q: %s", p.From, p.Verdict.Code)
	}
}

// Files are one hand-in if Canvas has them of one student, and a zip may be in the folder of
// a student. Nothing in the folder of the class is passed over in silence.
func TestAttachments(t *testing.T) {
	dir := t.TempDir()
	zip := func(name string) { zipOf("hw/p3.json", grey3)(t, filepath.Join(dir, name)) }
	file := func(name, content string) { put(t, filepath.Join(dir, name), []byte(content)) }
	file("byronada_12_344_measured.csv", "1,2")
	file("byronada_12_345_answers-1.json", `{"p3": "grey.json", "p7": {"original": 60806}}`)
	file("byronada_12_346_grey.json", grey3)
	file("diracpaul_14_350_p3-2.json", grey3)
	file("galois_17_351_answers.json", `{"p3": "w-3.json"}`)
	file("galois_17_352_w-1.json", "[1, 1, 1]")
	file("galois_17_353_w-3.json", grey3)
	file("gauss_18_354_answers.json", `{"p3": "w.json"}`)
	file("gauss_18_355_w-1.json", "[1, 1, 1]")
	file("gauss_18_356_w.json", grey3)
	file("klein_19_357_answers.json", `{"p3": "w-1.json"}`)
	file("klein_19_358_w-1.json", grey3)
	zip("eulerleo_LATE_13_347_hw4.zip")
	file("eulerleo_LATE_13_348_proof.pdf", "%PDF")
	zip("Grace Hopper_14_assignsubmission_file/hw4.zip")
	file("noether.pdf", "%PDF")
	file("curie/p3.json", grey3)
	zip("curie/old.zip")
	file("roster.csv", "a,b")
	c, err := options(t, &grade.Rubric{}).Class(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range c.Results {
		got = append(got, fmt.Sprintf("%s: %v %s", r.Student, r.Parts[2].Earned, strings.Join(r.Notes, "; ")))
		if (r.Err != nil) != (r.Student == "noether") || r.Err != nil && strings.Contains(r.Err.Error(), dir) {
			t.Errorf("%s: %v", r.Student, r.Err)
		}
	}
	want := []string{"Grace Hopper_14_assignsubmission_file: 10 ", "byronada_12: 10 not judged: measured.csv",
		"curie: 10 not judged: old.zip", "diracpaul_14_350_p3-2: 10 ",
		"eulerleo_LATE_13: 10 not judged: proof.pdf", "galois_17: 10 not judged: w-1.json",
		"gauss_18: 10 not judged: w-1.json", "klein_19: 10 ", "noether: 0 "}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if _, err := options(t, &grade.Rubric{}).Class(t.Context(), filepath.Join(dir, "noether.pdf")); err == nil ||
		!strings.Contains(err.Error(), "is a file, want the folder") {
		t.Errorf("a file for a class: %v", err)
	}
}

// A class gives the same bytes every time; time that is over, and a signal, leave what has
// been judged.
func TestRuns(t *testing.T) {
	dir := t.TempDir()
	for _, h := range hostiles[:3] {
		h.write(t, filepath.Join(dir, h.name))
	}
	page := func() string {
		c, err := options(t, &grade.Rubric{}).Class(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		for _, r := range c.Results {
			if err := format.WriteStudent(&b, c.Title, r, format.Options{}); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(format.WriteClass(&b, c), format.Named("json").Write(&b, c, format.Options{})); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if first, second := page(), page(); first != second {
		t.Error("two runs differ")
	}
	r, p := one(t, rubric(t, "seconds = 1e-9"), "p3.json", grey3, "p3")
	if p.Verdict.Code != grade.CodeTooLong && p.Verdict.Code != "right" || r.Judged() {
		t.Errorf("no time: %+v", p)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("stop")
	cancel(stop)
	if c, err := options(t, &grade.Rubric{}).Class(ctx, dir); c == nil || len(c.Results) > 0 ||
		!errors.Is(err, context.Canceled) {
		t.Errorf("after a signal: %+v, %v", c, err)
	}
	if _, err := options(t, &grade.Rubric{}).Class(t.Context(), t.TempDir()); err == nil {
		t.Error("a class without hand-ins is judged")
	}
}
