package text_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"hw4/internal/report"
	"hw4/internal/report/text"
)

// of returns an item as text of a width, without the report around it.
func of(t *testing.T, item report.Item, width int) string {
	t.Helper()
	got := write(t, &report.Report{Problem: 1, Body: report.Body{Items: []report.Item{item}}}, text.Style{Width: width})
	_, rest, _ := strings.Cut(got, "=\n\n")
	rest, _, _ = strings.Cut(rest, "\n\nFAIL  0 of 0")
	return rest
}

// What is too wide is laid out in another way.
func TestNarrow(t *testing.T) {
	numbers := func(rows, columns int) (m [][]float64) {
		for i := range rows {
			m = append(m, nil)
			for j := range columns {
				m[i] = append(m[i], float64(i+j))
			}
		}
		return m
	}
	table := func(columns int, rows ...[]any) report.Table {
		return report.Table{Header: []string{"layer", "parameters", "connections", "formula"}[:columns], Rows: rows}
	}
	for _, c := range []struct {
		item  report.Item
		width int
		want  string
	}{
		{table(4, []any{"C1", 156, 122304, "6 (5 5 1 + 1)"}), 40, `    layer                   C1
    -----------  -------------
    parameters             156
    connections         122304
    formula      6 (5 5 1 + 1)`},
		{table(3, []any{"C1", 1, 2}, []any{"C2", 3, 4}, []any{"C3", 5, 6},
			[]any{"C4", 7, 8}, []any{"C5", 9, 0}), 30, `    layer  parameters
    -----  ----------
    C1              1
    C2              3
    C3              5
    C4              7
    C5              9

    layer  connections
    -----  -----------
    C1               2
    C2               4
    C3               6
    C4               8
    C5               0`},
		{table(3, []any{1, 1, 2}, []any{1, 2, 4}, []any{2, 1, 6}, []any{2, 2, 8}, []any{3, 1, 0}), 25, `    layer: 1
      parameters: 1
      connections: 2

    layer: 1
      parameters: 2
      connections: 4

    layer: 2
      parameters: 1
      connections: 6

    layer: 2
      parameters: 2
      connections: 8

    layer: 3
      parameters: 1
      connections: 0`},
		{table(2, []any{"flipped", "the filter is turned by half a turn"}), 30, `    layer: flipped
      parameters: the filter
        is turned by half a
        turn`},
		{report.Matrix{Name: "a long name of it", Rows: numbers(2, 4)}, 30, `    a long name of it =
        [ 0 1 2 3 ]
        [ 1 2 3 4 ]`},
		{report.Matrix{Name: "X", Rows: numbers(2, 12)}, 30, `    X, columns 1 to 9 =
        [ 0 1 2 3 4 5 6 7 8 ]
        [ 1 2 3 4 5 6 7 8 9 ]
    X, columns 10 to 12 =
        [  9 10 11 ]
        [ 10 11 12 ]`},
	} {
		if got := of(t, c.item, c.width); got != c.want {
			t.Errorf("%d columns:\n%s\nwant\n%s", c.width, got, c.want)
		}
	}
}

// Columns stand below each other whatever the letters: wide ones, and such with a mark over them.
func TestWideLetters(t *testing.T) {
	table := report.Table{Header: []string{"picture", "digit"},
		Rows: [][]any{{"李明.png", 4}, {"Jose\u0301.png", 5}, {"हिन्दी", 6}, {"\u1112\u1161\u11ab", 7}, {"bob", 8}}}
	const want = `    picture   digit
    --------  -----
    李明.png      4
    José.png      5
    हिन्दी         6
    한            7
    bob           8`
	if got := of(t, table, 40); norm.NFC.String(got) != want {
		t.Errorf("the table is\n%s\nwant\n%s", got, want)
	}
	if got := (text.Style{Width: 8}).Paragraph("李明 李明 李"); got != "李明\n李明 李\n" {
		t.Errorf("in 8 columns %q", got)
	}
}

// No line is wider than the text, except for a word that is, and nothing is lost,
// whatever the width.
func TestAnyWidth(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("a layer of the network gradient parameters 0.25 connections σ(z)")
	phrase := func(most int) string {
		var p []string
		for range 1 + rng.IntN(most) {
			p = append(p, words[rng.IntN(len(words))])
		}
		return strings.Join(p, " ")
	}
	for range 300 {
		r := &report.Report{Problem: 1, Title: phrase(9)}
		table := report.Table{}
		m := report.Matrix{Name: phrase(3), Rows: make([][]float64, 1+rng.IntN(4))}
		cells := make([][]any, rng.IntN(7))
		for range 1 + rng.IntN(9) {
			table.Header = append(table.Header, phrase(2))
			for i := range m.Rows {
				m.Rows[i] = append(m.Rows[i], rng.NormFloat64())
			}
			for i := range cells {
				cells[i] = append(cells[i], []any{phrase(1 + rng.IntN(6)), rng.IntN(1e6), rng.Float64()}[rng.IntN(3)])
			}
		}
		table.Rows = cells
		r.Answerf("%s", phrase(30))
		r.Add(table, m)
		r.Check(phrase(3), true, "%s", phrase(20))
		width := 30 + rng.IntN(71)
		got := write(t, r, text.Style{Width: width, Details: true})
		for line := range strings.Lines(got) {
			n, words := utf8.RuneCountInString(line)-1, len(strings.Fields(line))
			if n > width && words > 1 || strings.HasSuffix(line, " \n") {
				t.Fatalf("%d columns in place of %d: %q", n, width, line)
			}
		}
		flat := strings.Join(strings.Fields(got), " ")
		for _, row := range cells {
			for _, cell := range row {
				if s := report.Format(cell); !strings.Contains(flat, s) {
					t.Fatalf("%d columns: %q is lost in\n%s", width, s, got)
				}
			}
		}
		end := fmt.Sprintf("%.6g ]", last(m))
		if rows := strings.Count(got, "[ "); rows%len(m.Rows) != 0 || !strings.Contains(flat, end) {
			t.Fatalf("%d columns: the matrix is not whole in\n%s", width, got)
		}
	}
}

func last(m report.Matrix) float64 { row := m.Rows[len(m.Rows)-1]; return row[len(row)-1] }
