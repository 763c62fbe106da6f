package report

import (
	"encoding/json"
	"io"
	"strings"
)

// Schema names the version of the JSON form. It changes when a field does.
const Schema = "hw4/2"

// document is the one object that a command writes.
type document struct {
	Schema  string       `json:"schema"`
	Command string       `json:"command"`
	OK      bool         `json:"ok"`
	Reports []jsonReport `json:"reports"`
	Error   *jsonError   `json:"error,omitempty"`
}

type jsonReport struct {
	Problem int              `json:"problem"`
	Title   string           `json:"title"`
	OK      bool             `json:"ok"`
	Verdict *jsonVerdict     `json:"verdict,omitempty"`
	Answer  []map[string]any `json:"answer"`
	Items   []map[string]any `json:"items"`
	Checks  []Check          `json:"checks"`
}

type jsonVerdict struct {
	Right          bool           `json:"right"`
	Score          float64        `json:"score"`
	Code           string         `json:"code"`
	Counterexample map[string]any `json:"counterexample,omitempty"`
}

type jsonError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// WriteJSON writes what a command found as one JSON object:
//
//	{"schema": "hw4/2", "command": "conv", "ok": true, "reports": [
//	  {"problem": 1, "title": "...", "ok": true,
//	   "verdict": {"right": false, "score": 0.5, "code": "filters-swapped", "counterexample":
//	               {"text": "...", "input": {...}, "expected": {...}, "got": {...}}},
//	   "answer": [{"kind": "text", "text": "..."}, ...],
//	   "items": [{"kind": "text", "text": "..."}, {"kind": "block", "text": "..."},
//	             {"kind": "matrix", "name": "w1", "rows": [[0, ...], ...]},
//	             {"kind": "table", "header": ["..."], "rows": [["...", 1, ...], ...]},
//	             {"kind": "picture", "title": "...", "alt": "...", "width": 28, "height": 28},
//	             {"kind": "plot", "title": "...", "alt": "...", "x": "epoch", "y": "loss", "log_x": false,
//	              "series": [{"name": "...", "points": [[0, 0.5], ...]}]}],
//	   "checks": [{"name": "...", "ok": true, "detail": "..."}]}]}
//
// Only a report of somebody's own answer has a verdict, and only an answer that fails
// somewhere a counterexample; its matrices are as among the items. Numbers that JSON
// cannot hold are the strings "NaN", "+Inf" and "-Inf". Fractions that are shown in per
// cent are fractions here. Of a picture there is what it shows and its size; its pixels
// are a file of their own.
func WriteJSON(w io.Writer, command string, reports []*Report) error {
	doc := document{Command: command, OK: true, Reports: []jsonReport{}}
	for _, r := range reports {
		doc.OK = doc.OK && r.OK()
		doc.Reports = append(doc.Reports, jsonReport{
			Problem: r.Problem, Title: r.Title, OK: r.OK(), Verdict: verdictJSON(r.Verdict),
			Answer: Each(r.Answer, jsonItem), Items: Each(r.Items, jsonItem), Checks: append([]Check{}, r.Checks...),
		})
	}
	return doc.write(w)
}

// WriteJSONError writes, as WriteJSON does, that a command has found nothing, with a
// stable word for the reason, such as CodeUnreadable, and a message for people:
//
//	{"schema": "hw4/2", "command": "conv", "ok": false, "reports": [],
//	 "error": {"code": "unreadable", "message": "w.json: line 3: ..."}}
func WriteJSONError(w io.Writer, command, code, message string) error {
	doc := document{Command: command, Reports: []jsonReport{}, Error: &jsonError{code, message}}
	return doc.write(w)
}

func (d document) write(w io.Writer) error {
	d.Schema = Schema
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(d); err != nil {
		return err
	}
	_, err := io.WriteString(w, printableJSON(text.String()))
	return err
}

// verdictJSON returns a verdict without its body, which is that of the report.
func verdictJSON(v *Verdict) *jsonVerdict {
	if v == nil {
		return nil
	}
	out := &jsonVerdict{Right: v.Right, Score: v.Score, Code: v.Code}
	if c := v.Counterexample; c != nil {
		out.Counterexample = map[string]any{"text": c.Text}
		for name, m := range map[string]Matrix{"input": c.Input, "expected": c.Expected, "got": c.Got} {
			if len(m.Rows) > 0 {
				out.Counterexample[name] = jsonItem(m)
			}
		}
	}
	return out
}

func jsonItem(item Item) map[string]any {
	var fields map[string]any
	switch item := item.(type) {
	case Text:
		fields = map[string]any{"text": string(item)}
	case Block:
		fields = map[string]any{"text": string(item)}
	case Matrix:
		fields = map[string]any{"name": item.Name, "rows": jsonRows(item.Rows)}
	case Table:
		fields = map[string]any{"header": item.Header, "rows": jsonRows(item.Rows)}
	case Picture:
		size := item.Image.Bounds().Size()
		fields = map[string]any{"title": item.Title, "alt": item.Alt, "width": size.X, "height": size.Y}
	case Plot:
		fields = jsonPlot(item)
	}
	fields["kind"] = item.Kind()
	return fields
}

func jsonRows[T any](rows [][]T) [][]any {
	return EachCell(rows, func(v T) any { return jsonValue(v) })
}

// jsonValue returns a cell as JSON can hold it.
func jsonValue(v any) any {
	if p, ok := v.(Percent); ok {
		v = float64(p)
	}
	if f, ok := v.(float64); ok && !Finite(f) {
		return Format(f)
	}
	return v
}

func jsonPlot(p Plot) map[string]any {
	series := Each(p.Series, func(s Series) map[string]any {
		points := make([][2]any, len(s.X))
		for i := range points {
			points[i] = [2]any{jsonValue(s.X[i]), jsonValue(s.Y[i])}
		}
		return map[string]any{"name": s.Name, "points": points}
	})
	return map[string]any{
		"title": p.Title, "alt": p.Alt, "x": p.X, "y": p.Y, "log_x": p.LogX, "series": series,
	}
}
