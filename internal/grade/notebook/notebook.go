// Package notebook reads what the marked cells of Jupyter notebooks have printed. Nothing is run.
package notebook

import (
	"encoding/json"
	"regexp"
	"strings"

	"hw4/internal/problem"
	"hw4/internal/strict"
)

// An Output is what a cell with a mark has printed, as JSON.
type Output struct {
	Mark string // the word behind "# hw4:", in small letters
	Cell int    // its number, from 1 on
	Text string // blank if nothing was saved
}

// A cell is what counts of one of a notebook. Texts are a string, or a list of them.
type cell struct {
	Type    string `json:"cell_type"`
	Source  lines  `json:"source"`
	Input   lines  `json:"input"` // the source of code before nbformat 4
	Outputs []struct {
		Text lines  `json:"text"`
		Name string `json:"name"`
		Old  string `json:"stream"` // the name before nbformat 4
		Data struct {
			Plain lines `json:"text/plain"`
		} `json:"data"`
	} `json:"outputs"`
}

// lines is a text in the two ways in which notebooks write one.
type lines string

// UnmarshalJSON reads both.
func (l *lines) UnmarshalJSON(text []byte) error {
	var list []string
	if err := json.Unmarshal(text, &list); err == nil {
		*l = lines(strings.Join(list, ""))
		return nil
	}
	return json.Unmarshal(text, (*string)(l))
}

// mark is the first line of a cell whose output answers a part.
var mark = regexp.MustCompile(`(?mi)^\s*#\s*hw4:\s*([a-z0-9-]+)\s*$`)

// Read returns the outputs of the marked cells. The error is a *problem.InputError.
func Read(name string, content []byte) ([]Output, error) {
	type sheet struct {
		Cells  []cell  `json:"cells"`
		Sheets []sheet `json:"worksheets"` // before nbformat 4
	}
	var book sheet
	content, err := strict.Decode(name, content)
	if err == nil {
		err = json.Unmarshal(content, &book)
	}
	if err != nil {
		return nil, problem.Inputf("%s: no Jupyter notebook: %w", name, err)
	}
	for _, s := range book.Sheets {
		book.Cells = append(book.Cells, s.Cells...)
	}
	var all []Output
	for i, c := range book.Cells {
		m := mark.FindStringSubmatch(string(c.Source + c.Input))
		if c.Type != "code" || m == nil {
			continue
		}
		text := ""
		for _, o := range c.Outputs {
			said := string(o.Text + o.Data.Plain)
			if o.Name+o.Old != "stderr" && !strings.HasPrefix(said, "<") { // <Figure ...>
				text += said
			}
		}
		all = append(all, Output{strings.ToLower(m[1]), i + 1, pythonToJSON(text)})
	}
	return all, nil
}

// Words and signs of Python's literals, with strings, which stay as they are.
var literals = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\b(?:None|True|False)\b|[A-Za-z_.]+\s*\(|[()]`)

// scalar is how NumPy shows a number inside of a list or a dict.
var scalar = regexp.MustCompile(`\bnp\.(?:u?int|float)\d+\(([^()'"]*)\)`)

// pythonToJSON returns a text with Python's literals as JSON: tuples are lists, and strings
// have double quotes. The brackets of calls such as tensor(...) stay.
func pythonToJSON(text string) string {
	text = scalar.ReplaceAllString(text, "$1")
	words := map[string]string{"None": "null", "True": "true", "False": "false"}
	var calls []bool // for each open bracket
	return literals.ReplaceAllStringFunc(text, func(s string) string {
		switch {
		case words[s] != "":
			return words[s]
		case s[0] == '"':
			return s
		case s[0] == '\'':
			quoted, _ := json.Marshal(strings.ReplaceAll(s[1:len(s)-1], `\'`, "'"))
			return string(quoted)
		case s == ")":
			if len(calls) == 0 {
				return s
			}
			call := calls[len(calls)-1]
			calls = calls[:len(calls)-1]
			if !call {
				return "]"
			}
		case s == "(":
			calls = append(calls, false)
			return "["
		default:
			calls = append(calls, true)
		}
		return s
	})
}
