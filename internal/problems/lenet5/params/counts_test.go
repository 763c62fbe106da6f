package params

import (
	"slices"
	"testing"

	"hw4/lenet"
)

func TestJudgeCounts(t *testing.T) {
	n := func(v int) *int { return &v }
	for _, c := range []struct {
		counts Counts
		code   string
		score  float64
	}{
		{Counts{n(60806), n(61706), n(900)}, "right", 1},
		{Counts{n(60806), n(61706), nil}, "not-answered", 2. / 3},
		{Counts{nil, n(60806), n(900)}, "another-number", 1. / 3},
		{Counts{n(60806), n(61706), n(60806)}, "another-number", 2. / 3},
		{Counts{n(60570), n(61706), n(899)}, "no-biases", 1. / 3},
		{Counts{n(60806), n(61706), n(936)}, "another-number", 2. / 3},
		{Counts{}, "not-answered", 0},
	} {
		v := JudgeCounts(c.counts)
		if v.Code != c.code || v.Score != c.score || v.Right != (c.score == 1) || v.OK() != v.Right || len(v.Checks) != 3 {
			t.Errorf("%+v: %+v", c, v)
		}
	}
}

func TestJudgeTable(t *testing.T) {
	right := lenet.Connections()
	backwards := make([][]int, len(right))
	for i, row := range right {
		backwards[i] = slices.Clone(row)
		slices.Reverse(backwards[i])
	}
	for name, c := range map[string]struct {
		table [][]int
		score float64
		code  string
	}{
		"right":      {right, 1, "right"},
		"backwards":  {backwards, 1, "right"},
		"none":       {nil, 0, "another-number-of-maps"},
		"one more":   {append(slices.Clone(right), []int{0}), 0, "another-number-of-maps"},
		"all of all": {slices.Repeat(right[15:], 16), 1. / 16, "connected-fully"},
		"one wrong":  {append([][]int{{0, 1, 3}}, right[1:]...), 15. / 16, "wrong"},
		"reordered":  {append(slices.Clone(right[8:]), right[:8]...), 0, "maps-reordered"},
	} {
		if v := JudgeTable(c.table); v.Code != c.code || v.Score != c.score || v.OK() != (c.score == 1) {
			t.Errorf("%s: %s %v", name, v.Code, v.Score)
		} else if detail := v.Checks[0].Detail; name == "one more" && detail != "16 of 17 maps have the right inputs" {
			t.Errorf("%s: %s", name, detail)
		}
	}
}
