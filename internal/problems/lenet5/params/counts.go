package params

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hw4/internal/report"
	"hw4/lenet"
)

// Counts are the numbers of parameters that Problem 7 asks for. Nil: not answered.
type Counts struct{ Original, Modern, Reduction *int }

// JudgeCounts judges all of them, each as an answer to its own question. The score is the
// share of those that are right, the code that of the first that is not.
func JudgeCounts(c Counts) report.Verdict {
	var v report.Verdict
	right := 0
	all := []struct {
		name  string
		n     *int
		judge func(n int) report.Verdict
	}{
		{"original", c.Original, func(n int) report.Verdict { return JudgeFor(lenet.Original, n) }},
		{"modern", c.Modern, func(n int) report.Verdict { return JudgeFor(lenet.Modern, n) }},
		{"reduction", c.Reduction, judgeReduction},
	}
	for _, q := range all {
		if q.n == nil {
			v.Code = cmp.Or(v.Code, report.CodeNotAnswered)
			v.Check(q.name, false, "not answered")
			continue
		}
		one := q.judge(*q.n)
		if one.Right {
			right++
		} else if v.Code == "" || v.Code == report.CodeNotAnswered {
			v.Code = one.Code
		}
		v.Answer, v.Items = append(v.Answer, one.Answer...), append(v.Items, one.Items...)
		v.Check(q.name, one.Right, "%s", one.Checks[0].Detail)
	}
	v.Right, v.Score = right == len(all), float64(right)/float64(len(all))
	v.Code = cmp.Or(v.Code, report.CodeRight)
	return v
}

// CountCodes returns the words for what is wrong with a number of parameters. Two of them
// are joined by a plus.
func CountCodes() []string {
	return append([]string{"another-number", "network-of-1998"}, report.Each(countSlips(), codeOf)...)
}

func codeOf(s countSlip) string { return s.code }

// TableCodes returns the words for what is wrong with Table I.
func TableCodes() []string {
	return append(slices.Sorted(maps.Keys(tableWhy)), "another-number-of-maps")
}

// judgeReduction judges a number as the difference of the two networks.
func judgeReduction(n int) report.Verdict {
	want := rightCount(lenet.Modern).total() - rightCount(lenet.Original).total()
	v := Judge(n)
	if v.Right && n != want {
		v = report.Verdict{Code: "another-number"}
		v.Answerf("%d is an answer to another question of the sheet. The reduction is %d.", n, want)
	}
	v.Checks = nil
	v.Check("the reduction", v.Right, "%d; the reduction is %d", n, want)
	return v
}

// JudgeTable judges for every map of C3 the maps of S2 that feed it, as a list of 16 lists
// of numbers from 0 to 5. The score is the share of the maps that are right.
func JudgeTable(table [][]int) report.Verdict {
	want := lenet.Connections()
	rows := report.Each(table, func(row []int) []int { return slices.Sorted(slices.Values(row)) })
	var wrong []string
	for i, row := range want {
		if i >= len(rows) || !slices.Equal(row, rows[i]) {
			wrong = append(wrong, fmt.Sprint(i))
		}
	}
	v := report.Verdict{Right: len(wrong) == 0 && len(rows) == len(want), Code: report.CodeWrong}
	v.Score = float64(len(want)-len(wrong)) / float64(len(want))
	switch mistake := tableMistake(rows, want); {
	case v.Right:
		v.Code = report.CodeRight
		v.Answerf("Right: all %d maps of C3 have the inputs of Table I.", len(want))
	case len(rows) != len(want):
		v.Code, v.Score = "another-number-of-maps", 0
		v.Answerf("Your table has %s, and C3 has %d.", report.Plural(len(rows), "map"), len(want))
	default:
		v.Code = cmp.Or(mistake, v.Code)
		v.Answerf("The inputs of %d of %d maps are not those of Table I: map %s.", len(wrong), len(want),
			strings.Join(wrong, ", "))
		if why := tableWhy[mistake]; why != "" {
			v.Answerf("Diagnosis: %s.", why)
		}
	}
	v.Check("Table I", v.Right, "%d of %d maps have the right inputs", len(want)-len(wrong), max(len(rows), len(want)))
	return v
}

// tableWhy explains the usual mistakes in the table.
var tableWhy = map[string]string{
	"counted-from-1":  "the maps are counted from 1; Table I counts from 0",
	"connected-fully": "every map has all inputs; only the last one has",
	"maps-reordered":  "these are the right lists of inputs, for other maps",
}

// tableMistake returns the code of the mistake that makes a table of the right one; empty:
// none of the usual.
func tableMistake(rows, want [][]int) string {
	equal := func(a, b [][]int) bool { return slices.EqualFunc(a, b, slices.Equal) }
	ordered := func(t [][]int) [][]int { return slices.SortedFunc(slices.Values(t), slices.Compare) }
	switch {
	case equal(rows, report.EachCell(want, func(in int) int { return in + 1 })):
		return "counted-from-1"
	case equal(rows, slices.Repeat(want[len(want)-1:], len(want))):
		return "connected-fully"
	case equal(ordered(rows), ordered(want)):
		return "maps-reordered"
	}
	return ""
}
