package report

import (
	"encoding/json"
	"io"
	"math"
)

// Schema names the version of the JSON form. It changes when a field does.
const Schema = "hw4/1"

// document is the one object that a command writes.
type document struct {
	Schema  string       `json:"schema"`
	Command string       `json:"command"`
	OK      bool         `json:"ok"`
	Reports []jsonReport `json:"reports"`
}

type jsonReport struct {
	Problem int     `json:"problem"`
	Title   string  `json:"title"`
	OK      bool    `json:"ok"`
	Items   []any   `json:"items"`
	Checks  []Check `json:"checks"`
}

// WriteJSON writes what a command found as one JSON object:
//
//	{"schema": "hw4/1", "command": "conv", "ok": true, "reports": [
//	  {"problem": 1, "title": "...", "ok": true,
//	   "items": [{"kind": "text", "text": "..."}, {"kind": "block", "text": "..."},
//	             {"kind": "matrix", "name": "w1", "rows": [[0, ...], ...]},
//	             {"kind": "table", "header": ["..."], "rows": [["...", 1, ...], ...]},
//	             {"kind": "picture", "title": "...", "alt": "...", "width": 28, "height": 28},
//	             {"kind": "plot", "title": "...", "alt": "...", "x": "epoch", "y": "loss", "log_x": false,
//	              "series": [{"name": "...", "points": [[0, 0.5], ...]}]}],
//	   "checks": [{"name": "...", "ok": true, "detail": "..."}]}]}
//
// Numbers that JSON cannot hold are the strings "NaN", "+Inf" and "-Inf".
// Fractions that are shown in per cent are fractions here. Of a picture there
// is what it shows and its size; its pixels are a file of their own.
func WriteJSON(w io.Writer, command string, reports []*Report) error {
	doc := document{Schema: Schema, Command: command, OK: true, Reports: []jsonReport{}}
	for _, r := range reports {
		doc.OK = doc.OK && r.OK()
		out := jsonReport{Problem: r.Problem, Title: r.Title, OK: r.OK(), Items: []any{}, Checks: r.Checks}
		if out.Checks == nil {
			out.Checks = []Check{}
		}
		for _, item := range r.Items {
			out.Items = append(out.Items, jsonItem(item))
		}
		doc.Reports = append(doc.Reports, out)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

func jsonItem(item Item) map[string]any {
	switch item := item.(type) {
	case Text:
		return map[string]any{"kind": "text", "text": string(item)}
	case Block:
		return map[string]any{"kind": "block", "text": string(item)}
	case Matrix:
		rows := make([][]any, len(item.Rows))
		for i, row := range item.Rows {
			for _, v := range row {
				rows[i] = append(rows[i], jsonValue(v))
			}
		}
		return map[string]any{"kind": "matrix", "name": item.Name, "rows": rows}
	case Table:
		rows := make([][]any, len(item.Rows))
		for i, row := range item.Rows {
			for _, v := range row {
				rows[i] = append(rows[i], jsonValue(v))
			}
		}
		return map[string]any{"kind": "table", "header": item.Header, "rows": rows}
	case Picture:
		return jsonPicture(item)
	case Plot:
		return jsonPlot(item)
	}
	panic("report: unknown kind of item")
}

// jsonValue returns a cell as JSON can hold it.
func jsonValue(v any) any {
	if p, ok := v.(Percent); ok {
		v = float64(p)
	}
	if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return Format(f)
	}
	return v
}

func jsonPicture(p Picture) map[string]any {
	size := p.Image.Bounds().Size()
	return map[string]any{"kind": "picture", "title": p.Title, "alt": p.Alt, "width": size.X, "height": size.Y}
}

func jsonPlot(p Plot) map[string]any {
	series := []any{}
	for _, s := range p.Series {
		points := []any{}
		for i := range s.X {
			points = append(points, []any{jsonValue(s.X[i]), jsonValue(s.Y[i])})
		}
		series = append(series, map[string]any{"name": s.Name, "points": points})
	}
	return map[string]any{"kind": "plot", "title": p.Title, "alt": p.Alt, "x": p.X, "y": p.Y, "log_x": p.LogX, "series": series}
}
