package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hw4/internal/proof"
)

const root = "../.."

// Every kind of mistake, made in every place where it can be made and nowhere else.
func TestMutants(t *testing.T) {
	const src = `package p

func f(a, b []int, n int) error {
	if n < 0 {
		return fmt.Errorf("%d + 1", n+1)
	}
	x := -n
	x += 2
	a[0] = x
	a = a[:n]
	clear(a)
	g(a, b)
	return nil
}
`
	all, err := mutants("p.go", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range all {
		if _, err := mutants("p.go", m.applied([]byte(src))); err != nil {
			t.Errorf("%v: %v", m, err)
		}
		got = append(got, fmt.Sprintf("%d %s: %s", m.line, m.kind, m.now))
	}
	want := []string{
		"4 refusal: if false && (n < 0) {",
		"4 operator: if n <= 0 {",
		"4 constant: if n < (0+1) {",
		"7 negation: x := n",
		"8 accumulation: x = 2",
		"8 constant: x += (2+1)",
		"9 assignment: _ = x",
		"9 constant: a[(0+1)] = x",
		"10 assignment: ",
		"11 call: ",
		"12 call: ",
		"12 arguments: g(b, a)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("mutants\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// One of each kind comes before the second of any, and a line more elsewhere
// changes nothing in the order.
func TestChosen(t *testing.T) {
	var all []mutant
	for i := range 20 {
		all = append(all, mutant{file: "f", kind: []string{"a", "b", "c"}[i%3], was: fmt.Sprint(i)})
	}
	names := func(all []mutant) (s []string) {
		for _, m := range chosen(all, 1) {
			s = append(s, m.kind+m.was)
		}
		return s
	}
	got := names(all)
	kinds := []byte{got[0][0], got[1][0], got[2][0]}
	slices.Sort(kinds)
	if string(kinds) != "abc" {
		t.Errorf("the first three are %v", got[:3])
	}
	fewer := names(all[1:]) // of kind b and c the order stays
	drop := func(s []string) []string {
		return slices.DeleteFunc(slices.Clone(s), func(x string) bool { return x[0] == 'a' })
	}
	if !slices.Equal(drop(got), drop(fewer)) {
		t.Errorf("%v, and without the first %v", got, fewer)
	}
}

// The list names mutants that there are.
func TestListIsCurrent(t *testing.T) {
	for _, e := range equivalent {
		src, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(e.file)))
		if err != nil {
			t.Fatal(err)
		}
		all, err := mutants(e.file, src)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(all, func(m mutant) bool { return m.now == e.line }) {
			t.Errorf("%s has no mutant %q", e.file, e.line)
		}
		if e.why == "" {
			t.Errorf("%s: %q without a reason", e.file, e.line)
		}
	}
}

// The outcomes are told apart: a mistake that the tests see, one that they do not,
// one that does not compile, a loop without an end.
func TestOutcomes(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles")
	}
	dir := t.TempDir()
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const src = "package p\n\nfunc f(n int) (s int) {\n\tfor i := 0; i < n; i++ {\n\t\ts += i * 1\n\t}\n\treturn s\n}\n"
	write("go.mod", "module p\n")
	write("p.go", src)
	write("p_test.go", "package p\n\nimport \"testing\"\n\nfunc TestF(t *testing.T) {\n\tif f(3) != 3 {\n\t\tt.Error(f(3))\n\t}\n}\n")
	c := check{root: dir, patience: map[string]time.Duration{".": 3 * time.Second}}
	for _, m := range []struct {
		from, to string
		want     outcome
	}{
		{"s += i", "s -= i", caught},
		{"i * 1", "i / 1", survived},
		{"return s", "return x", uncompiled},
		{"i++", "i--", caught},
	} {
		at := strings.Index(src, m.from)
		overlay, err := c.overlay(t.TempDir(), mutant{file: "p.go", from: at, to: at + len(m.from), text: m.to}, []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		if got, out := c.outcome(subject{tests: "."}, overlay); got != m.want {
			t.Errorf("%s for %s: %v, want %v\n%s", m.to, m.from, got, m.want, out)
		}
	}
}

// The tests catch every mutant; in every run two of package element, whose tests are
// quick.
func TestTestsCatchMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles")
	}
	c := check{root: root, seed: seed, perFile: proof.Many(2, perFile), workers: 2}
	if !proof.Wanted() {
		c.filter = "internal/element"
	}
	var missed bytes.Buffer
	c.report = func(m mutant, o outcome, _ []byte) {
		if o == survived {
			fmt.Fprintln(&missed, m)
		}
	}
	start := time.Now()
	counts, err := c.run()
	if err != nil {
		t.Fatal(err)
	}
	if counts[caught] == 0 || counts[survived] > 0 {
		t.Errorf("%s\n%s", summary(counts), missed.Bytes())
	}
	proof.Record(t, proof.Count{
		What:  "small mistakes in backward rules, kernels, optimizers and readers, each to be noticed by the tests",
		Tried: int64(counts[caught] + counts[survived]), Failed: int64(counts[survived]), Seconds: proof.Since(start),
		Note: fmt.Sprintf("%d more do not compile, %d change nothing that could be noticed", counts[uncompiled], counts[harmless]),
	})
}
