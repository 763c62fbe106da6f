package format_test

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"hw4/internal/grade"
	"hw4/internal/grade/format"
	"hw4/internal/report"
)

// class returns results with everything that there can be.
func class() *grade.Class {
	parts, points := (&grade.Rubric{}).Worth()
	part := func(i int, code string, earned float64) *grade.PartResult {
		return &grade.PartResult{Part: parts[i], Max: points[i], Earned: earned, From: "a.json",
			Verdict: report.Verdict{Code: code, Right: code == "right"}}
	}
	ada := &grade.Result{Student: "ada", File: "ada.zip", Private: []string{"a.json is the same file as that of bob"}}
	swapped := part(0, "filters-swapped", 5)
	swapped.Verdict.Answerf("The answer is SECRET.")
	swapped.Verdict.Counterexample = &report.Counterexample{Text: "X = [1 0] should give <b>1</b>.",
		Input: report.Matrix{Name: "X", Rows: [][]float64{{1, 0}}},
		Got:   report.Matrix{Name: "your Y", Rows: [][]float64{{0, -1}}}}
	wrong := part(7, "opposite-sign", 20./3)
	wrong.Verdict.Answerf("dy_1/db_1 should be SECRET.")
	wrong.Verdict.Counterexample = &report.Counterexample{Text: "SECRET", Expected: report.Matrix{Rows: [][]float64{{1}}}}
	wrong.Verdict.Check("dy_1/db_1", false, "SECRET")
	ada.Parts = []*grade.PartResult{swapped, part(2, "right", 10), wrong}
	bob := &grade.Result{Student: "bob_<i>_77", File: "bob", Err: errors.New("bob: cut short"), Notes: []string{"a note"}}
	unread := part(0, "unreadable", 0)
	unread.Err = errors.New("a.json: byte 5")
	missing, failed := part(2, "not-answered", 0), part(7, "unreadable", 0)
	missing.From, failed.From = "", ""
	bob.Parts = []*grade.PartResult{unread, missing, failed}
	return &grade.Class{Title: "Homework 4", Results: []*grade.Result{ada, bob}}
}

func written(t *testing.T, name string, c *grade.Class, o format.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := format.Named(name).Write(&b, c, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What is written is as the system's documentation wants it.
func TestSchemas(t *testing.T) {
	for name, schema := range map[string]string{
		"gradescope": "testdata/gradescope.json", "prairielearn": "testdata/prairielearn.json",
		"coderunner": "testdata/coderunner.json", "json": "../../../docs/schema/grade.json",
	} {
		s, err := jsonschema.NewCompiler().Compile(schema)
		if err != nil {
			t.Fatal(err)
		}
		c := class()
		for _, r := range c.Results {
			one := &grade.Class{Title: c.Title, Results: []*grade.Result{r}}
			if name == "json" {
				one = c
			}
			text := written(t, name, one, format.Options{})
			v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err == nil {
				err = s.Validate(v)
			}
			if err != nil {
				t.Errorf("%s: %v\n%s", name, err, text)
			}
		}
	}
}

// The few values that the systems act on are right.
func TestValues(t *testing.T) {
	c := class()
	for name, values := range map[string][2]map[string]any{
		"gradescope":   {{"score": 21.6667}, {"score": 0., "output": "bob: cut short. a note"}},
		"prairielearn": {{"gradable": true, "score": 0.5417}, {"gradable": false, "score": 0.}},
		"coderunner":   {{"fraction": 0.5417}, {"fraction": 0., "prologuehtml": "<p>bob: cut short. a note</p>"}},
	} {
		for i, want := range values {
			one := &grade.Class{Title: c.Title, Results: c.Results[i : i+1]}
			got := make(map[string]any)
			if err := json.Unmarshal([]byte(written(t, name, one, format.Options{})), &got); err != nil {
				t.Fatal(err)
			}
			for key, v := range want {
				if got[key] != v {
					t.Errorf("%s: %s of %s is %v, want %v", name, key, c.Results[i].Student, got[key], v)
				}
			}
		}
	}
}

// Answers are given away only if that is wanted, and what is handed in is no HTML.
func TestSecrets(t *testing.T) {
	c := class()
	for _, f := range format.All() {
		one := c
		if f.Single {
			one = &grade.Class{Title: c.Title, Results: c.Results[:1]}
		}
		for _, solutions := range []bool{false, true} {
			text := written(t, f.Name, one, format.Options{Solutions: solutions})
			if strings.Contains(text, "SECRET") != solutions {
				t.Errorf("%s, solutions %v: gives away or not:\n%s", f.Name, solutions, text)
			}
			if f.Name == "page" && (strings.Contains(text, "<b>") || strings.Contains(text, "<i>")) {
				t.Errorf("%s: HTML from a hand-in:\n%s", f.Name, text)
			}
			if f.Name == "page" && strings.Count(text, `<img src="data:image/png`) != 2 {
				t.Errorf("the page shows %d pictures", strings.Count(text, "<img"))
			}
		}
	}
}

func TestJUnit(t *testing.T) {
	text := written(t, "junit", class(), format.Options{})
	var got struct {
		Suites []struct {
			Name string `xml:"name,attr"`
			T    int    `xml:"tests,attr"`
			F    int    `xml:"failures,attr"`
			E    int    `xml:"errors,attr"`
			S    int    `xml:"skipped,attr"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	for i, want := range [][4]int{{3, 2, 0, 0}, {3, 0, 3, 0}} {
		if s := got.Suites[i]; [4]int{s.T, s.F, s.E, s.S} != want {
			t.Errorf("%s: %v, want %v", s.Name, s, want)
		}
	}
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Skip("no xmllint (on Debian: apt-get install libxml2-utils)")
	}
	file := filepath.Join(t.TempDir(), "junit.xml")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	lint := exec.Command("xmllint", "--noout", "--schema", "testdata/junit.xsd", file)
	if out, err := lint.CombinedOutput(); err != nil {
		t.Errorf("%v: %s\n%s", err, out, text)
	}
}

// The class page has every mistake with its count, and no name.
func TestClassPage(t *testing.T) {
	var b bytes.Buffer
	if err := format.WriteClass(&b, class()); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, part := range []string{"<p>2 hand-ins. All answers of 1 of them could be judged.</p>", "<svg",
		`<tr><th scope="row">p1</th><td>filters-swapped</td><td class="number">1</td></tr>`,
		`<tr><th scope="row">p6</th><td>unreadable</td><td class="number">1</td></tr>`,
		`<td>RGB to greyscale as a filter</td><td class="number">1</td><td class="number">1</td><td class="number">5</td>`,
	} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	if m := regexp.MustCompile(`\bada\b|\bbob\b`).FindString(page); m != "" {
		t.Errorf("the page names %s", m)
	}
	b.Reset()
	if err := format.WriteClass(&b, &grade.Class{Results: class().Results[:1]}); err != nil ||
		!strings.Contains(b.String(), "<p>1 hand-in. All") {
		t.Errorf("the page of one hand-in: %v", err)
	}
}

func TestGradebooks(t *testing.T) {
	roster, err := format.ReadRoster("r.csv", "\ufeffStudent,ID,SIS Login ID,Section,student_id\n"+
		"\"Byron, Ada\",12,ada,A,ada\n"+
		"Bob,77,bb,B,bob\nPoints Possible,,,,\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"canvas":   "Student,ID,SIS User ID,SIS Login ID,Section,Homework 4\n\"Byron, Ada\",12,,ada,A,21.6667\n",
		"nbgrader": "student_id,last_name,first_name,email,assignment,score,max_score\nada,,,,Homework 4,21.6667,40\n",
	} {
		var b bytes.Buffer
		missing, notes, err := format.GradebookNamed(name).Write(&b, class(), roster)
		if err != nil || !strings.HasPrefix(b.String(), want) || len(missing)+len(notes) > 0 {
			t.Errorf("%s: %v, %v, %v\n%s", name, missing, notes, err, b.String())
		}
	}
	for _, g := range format.Gradebooks() {
		c := class()
		c.Results[0].Student = "=1+1"
		var b bytes.Buffer
		if _, _, err := g.Write(&b, c, nil); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(rows) != 3 || rows[1][0] != "'=1+1" {
			t.Errorf("%s: %v %v", g.Name, err, rows)
		}
	}
	moodle := format.GradebookNamed("moodle")
	if _, _, err := moodle.Write(new(bytes.Buffer), class(), roster); err == nil ||
		!strings.Contains(err.Error(), "no column Identifier, Full name, Email address or ID number") {
		t.Errorf("the roster of another gradebook: %v", err)
	}
	for _, text := range []string{"\"a", "", "Student,ID\nM\xfcller,1\n"} {
		if _, err := format.ReadRoster("r.csv", text); err == nil || strings.Contains(err.Error(), "nil") {
			t.Errorf("%q is read as a roster: %v", text, err)
		}
	}
	const rest = "ID number;Full name\n12;\"Müller; Bob\"\nada;\"Byron, Ada\"\nbob;B\nz;ZO\u00cbΣ\n"
	for _, text := range []string{rest, strings.ReplaceAll(rest, ";F", " ; F"), strings.ReplaceAll(rest, "ada;", " ada ;"),
		"\ufeff" + rest, strings.NewReplacer(";", "\t").Replace(rest),
		strings.ReplaceAll(rest, "\n", "\r\n"), "\xff\xfe" + utf16le(rest)} {
		roster, err := format.ReadRoster("r.csv", text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		var b bytes.Buffer
		c := class()
		c.Results[1].Student = "zoe\u0308ς_9_assignsubmission_file" // with an accent of its own, as macOS writes it
		if missing, _, err := moodle.Write(&b, c, roster); err != nil || len(missing) > 0 ||
			!strings.Contains(strings.ReplaceAll(b.String(), "\" ada \"", "ada"), "\n,\"Byron, Ada\",,ada,21.6667,") {
			t.Errorf("%q: missing %q, %v: %s", text, missing, err, b.String())
		}
	}
}

// Points have no exponent, which gradebooks do not read.
func TestManyPoints(t *testing.T) {
	for _, g := range format.Gradebooks() {
		c := class()
		c.Results = c.Results[:1]
		for _, p := range c.Results[0].Parts {
			p.Earned, p.Max = 1e6, 1e6
		}
		c.Results[0].Parts[0].Earned = 1234567.5
		var b bytes.Buffer
		if _, _, err := g.Write(&b, c, nil); err != nil || strings.Contains(b.String(), "e+") ||
			!strings.Contains(b.String(), "234567.5") {
			t.Errorf("%s: %v\n%s", g.Name, err, b.String())
		}
	}
}

// The number of a student counts, and not that the name is another one's login.
func TestNamesThatAreLogins(t *testing.T) {
	roster, err := format.ReadRoster("r.csv", "Student,ID,SIS Login ID,Section\n"+
		"\"Li, Wei\",12,wl,1\n\"Zhang, Liwei\",13,liwei,1\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"liwei_12_345_hw4", "liwei_LATE_12_345_hw4", "liwei_12"} {
		c := class()
		c.Results = c.Results[:1]
		c.Results[0].Student = name
		var b bytes.Buffer
		_, _, err := format.GradebookNamed("canvas").Write(&b, c, roster)
		if err != nil || !strings.Contains(b.String(), "\"Li, Wei\"") {
			t.Errorf("%s: %v\n%s", name, err, b.String())
		}
	}
}

// utf16le returns a text as Excel's "Unicode text" has it.
func utf16le(text string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

// A student is found by what Canvas puts into the names of files, whatever the points of
// other homework are. What does not go together is said.
func TestCanvas(t *testing.T) {
	roster, err := format.ReadRoster("r.csv", "Student,ID,SIS User ID,SIS Login ID,Section,"+
		"Homework 4 (practice) (8),Homework 4 (9),Final\n"+
		"    Points Possible,,,,,20,100,(read only)\n"+
		"\"Byron, Ada\",12,5012,ada@uni.edu,1,19,,\n\"Euler, Leo\",13,5013,leo@uni.edu,1,12,,\n"+
		"\"Gauß, Carl\",345,5014,carl@uni.edu,1,12,,\n\"Hopper, Grace\",14,5015,grace@uni.edu,1,12,,\n")
	if err != nil {
		t.Fatal(err)
	}
	c := class()
	c.Results = append(c.Results, c.Results[0], c.Results[0])
	for i, name := range []string{"byronada_12_345_hw4", "eulerleo_LATE_13_77_hw4-1", "nobody_15_345_hw4",
		"byronada_12_346_more"} {
		r := *c.Results[i]
		r.Student, c.Results[i] = name, &r
	}
	for _, p := range c.Results[1].Parts {
		p.From = ""
	}
	var b bytes.Buffer
	missing, notes, err := format.GradebookNamed("canvas").Write(&b, c, roster)
	const want = "Student,ID,SIS User ID,SIS Login ID,Section,Homework 4 (9)\n" +
		"\"Byron, Ada\",12,5012,ada@uni.edu,1,21.6667\n" +
		"\"Byron, Ada\",12,5012,ada@uni.edu,1,21.6667\n"
	if err != nil || b.String() != want || !slices.Equal(missing, []string{"nobody_15_345_hw4"}) {
		t.Errorf("%v, missing %v:\n%s", err, missing, b.String())
	}
	if got := strings.Join(notes, "\n"); got != "r.csv has no row, or several, for nobody_15_345_hw4: not in scores.csv\n"+
		"byronada_12_345_hw4 and byronada_12_346_more are of one student, Byron, Ada, 12, 5012, ada@uni.edu, 1: all are in "+
		"scores.csv; leave one\nno hand-in of Gauß, Carl; Hopper, Grace\n"+
		"eulerleo_LATE_13_77_hw4-1 could not be judged: not in scores.csv" {
		t.Error(got)
	}
}
