package losses

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"hw4/internal/report"
	"hw4/internal/report/reporttest"
)

// tables returns the tables of the evidence, each with the paragraph before it.
func tables(b *report.Body) (all []report.Table, intros []string) {
	for i, item := range b.Items {
		if t, ok := item.(report.Table); ok {
			all, intros = append(all, t), append(intros, string(b.Items[i-1].(report.Text)))
		}
	}
	return all, intros
}

// Each test of significance follows the question that it answers, and its columns have
// names. Of a single setting the tables do not say which it is.
func TestReportTests(t *testing.T) {
	good, bad := slices.Repeat([]string{"111111"}, 8), slices.Repeat([]string{"111100"}, 8)
	o := Defaults()
	o.Seeds, o.Seed = 8, 5
	for _, n := range []int{1, 3} {
		var b report.Body
		o.reportTests(&b, weigh(slices.Repeat([]duel{made(0.1, 1, good, bad)}, n)))
		all, intros := tables(&b)
		want := [][]any{
			{2.0, 2.0, 2.0}, {2.0, -1.25, 5.25}, {8, 0, 0, 0.00781}, {0.00781}, {4, 2, 0, 0, 0.5},
		}
		headers := []string{
			"difference, interval from, interval to", "difference, interval from, interval to",
			"squares ahead, equal, KL ahead, p-value", "p-value",
			"both right, only squares right, only KL right, both wrong, p-value",
		}
		if n > 1 {
			for i := range want {
				want[i] = append([]any{0.1, 1}, want[i]...)
				headers[i] = "learning rate, epochs, " + headers[i]
			}
			want[3] = append(want[3], 0.0234)
			headers[3] += ", adjusted p-value"
		}
		if len(all) != len(want) {
			t.Fatalf("%d tables, want %d", len(all), len(want))
		}
		for i, table := range all {
			if len(table.Rows) != n || !reflect.DeepEqual(table.Rows[n-1], want[i]) ||
				strings.Join(table.Header, ", ") != headers[i] {
				t.Errorf("%d settings: table %d is %v, want %v under %s", n, i, table, want[i], headers[i])
			}
			if !strings.Contains(intros[i], "? ") || !strings.HasSuffix(intros[i], ":") {
				t.Errorf("table %d follows %q, want a question and how it is answered", i, intros[i])
			}
		}
		if !strings.Contains(intros[0], "seeds 5 to 12, with Student's 95 % interval") {
			t.Errorf("the first table follows %q", intros[0])
		}
		if say := "Adjusted for 3 settings by Bonferroni, the interval over the test images excludes 0 at none"; n > 1 !=
			strings.Contains(reporttest.Text(b.Items), say) {
			t.Errorf("%d settings: %s", n, reporttest.Text(b.Items))
		}
	}
}

func TestSignificant(t *testing.T) {
	for p, want := range map[float64]float64{1: 1, 0.0214844: 0.0215, 1.14441e-05: 1.14e-05, 0: 0} {
		if got := significant(p); got != want {
			t.Errorf("%v: %v, want %v", p, got, want)
		}
	}
}
