package format

import (
	"encoding/xml"
	"io"
	"strings"

	"hw4/internal/grade"
	"hw4/internal/report"
)

type junitCase struct {
	Name    string     `xml:"name,attr"`
	Class   string     `xml:"classname,attr"`
	Time    string     `xml:"time,attr"`
	Skipped *struct{}  `xml:"skipped"`
	Error   *junitText `xml:"error"`
	Failure *junitText `xml:"failure"`
}

type junitText struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

// writeJUnit writes the XML of JUnit, as continuous integration reads it: a suite for each
// student. What could not be judged is an error, what is not answered is skipped.
func writeJUnit(w io.Writer, c *grade.Class, o Options) error {
	all := struct {
		XMLName xml.Name     `xml:"testsuites"`
		Name    string       `xml:"name,attr"`
		Suites  []junitSuite `xml:"testsuite"`
	}{Name: legal(c.Title)}
	for _, r := range c.Results {
		s := junitSuite{Name: legal(r.Student), Tests: len(r.Parts), Time: "0"}
		for _, p := range r.Parts {
			t := junitCase{Name: p.ID + ": " + p.Title, Class: s.Name, Time: "0"}
			because := &junitText{p.Verdict.Code, legal(o.why(p))}
			switch {
			case p.Verdict.Right:
			case p.Err != nil || r.Err != nil && p.From == "":
				t.Error = because
				s.Errors++
			case p.From == "":
				t.Skipped = &struct{}{}
				s.Skipped++
			default:
				t.Failure = because
				s.Failures++
			}
			s.Cases = append(s.Cases, t)
		}
		all.Suites = append(all.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	return e.Encode(all)
}

// legal returns a text without what XML cannot hold.
func legal(s string) string { return strings.ToValidUTF8(report.Printable(s), "?") }
