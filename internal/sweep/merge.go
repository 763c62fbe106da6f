package sweep

import (
	"bytes"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"hw4/internal/atomicfile"
	"hw4/internal/report"
)

// The files of a merge, in the folder of the sweep.
const (
	tableFile = "merged.tsv"
	jsonFile  = "merged.jsonl"
	byFile    = "merged-by.tsv"
)

// A Merge is what the finished cells of a sweep came to, together.
type Merge struct {
	*Sweep
	results []*result // by cell; nil: missing
	Missing []string  // cells in words
	// Warnings say what makes results of different cells unlike each other.
	Warnings []string
}

// Merge reads all results.
func (s *Sweep) Merge() (*Merge, error) {
	all, err := s.results()
	if err != nil {
		return nil, err
	}
	m := &Merge{Sweep: s, results: all}
	versions, isas := make(map[string]int), make(map[string]int)
	for i, r := range all {
		if r == nil {
			m.Missing = append(m.Missing, s.Cells[i].String())
			continue
		}
		versions[r.By.Version]++
		isas[r.By.ISA]++
	}
	m.warn("versions of the program", versions)
	m.warn("instruction sets", isas)
	return m, nil
}

// warn adds a warning, if there is more than one of a kind.
func (m *Merge) warn(of string, counts map[string]int) {
	if len(counts) < 2 {
		return
	}
	list := report.Each(slices.Sorted(maps.Keys(counts)), func(name string) string {
		return fmt.Sprintf("%s (%s)", name, report.Plural(counts[name], "cell"))
	})
	m.Warnings = append(m.Warnings,
		fmt.Sprintf("the cells were computed by different %s: %s", of, report.Join(list, "and")))
}

// Files returns the paths of what Write writes: a table with a row for every training
// and number of epochs, everything as JSON, and who has computed it. All but the last
// are the same bytes however the work was cut.
func (m *Merge) Files() []string {
	return []string{m.path(tableFile), m.path(jsonFile), m.path(byFile)}
}

// Write writes the files. Those of an incomplete merge say so in their first line.
func (m *Merge) Write() error {
	head := fmt.Sprintf("%d of %d cells", len(m.Cells)-len(m.Missing), len(m.Cells))
	if len(m.Missing) > 0 {
		head = "incomplete: " + head
	}
	var table, by strings.Builder
	fmt.Fprintf(&table, "# %s\ncell\tmodel\tvariant\tlr\tbatch\tepochs\tseed\tcorrect\timages\ttest_accuracy\ttest_loss\t"+
		"weights\tdiverged\n", head)
	fmt.Fprintf(&by, "# %s\ncell\tmachine\tversion\tinstruction_set\tseconds\tresumed\n", head)
	lines := bytes.NewBuffer(encode(struct {
		Schema   string `json:"schema"`
		Complete bool   `json:"complete"`
		Sums
	}{"hw4/sweep/1", len(m.Missing) == 0, m.Sums}))
	for i, r := range m.results {
		if r == nil {
			continue
		}
		name := m.names[i]
		for _, run := range r.Runs {
			run.rows(&table, name, r.Cell)
		}
		lines.Write(encode(struct {
			Name string `json:"name"`
			Cell Cell   `json:"cell"`
			Runs []Run  `json:"runs"`
		}{name, r.Cell, r.Runs}))
		fmt.Fprintf(&by, "%s\t%s\t%s\t%s\t%.3f\t%t\n", name, r.By.Machine, r.By.Version, r.By.ISA, r.By.Seconds, r.By.Resumed)
	}
	for i, content := range [][]byte{[]byte(table.String()), lines.Bytes(), []byte(by.String())} {
		if err := atomicfile.Write(m.Files()[i], content, atomicfile.Options{}); err != nil {
			return err
		}
	}
	return nil
}

// rows writes a row of the table for every number of epochs.
func (r *Run) rows(table *strings.Builder, name string, c Cell) {
	for i, epochs := range c.Epochs {
		fmt.Fprintf(table, "%s\t%s\t%s\t%g\t%d\t%d\t%d\t", name, c.Model, c.Variant, c.LR, c.Batch, epochs, r.Seed)
		if i < len(r.Right) {
			e := r.Curve[epochs]
			fmt.Fprintf(table, "%d\t%d\t%v\t%v\t%s\t%s\n", r.Right[i].Count(), r.Images, e.TestAcc, e.TestLoss, r.Weights,
				r.Diverged)
		} else {
			fmt.Fprintf(table, "\t%d\t\t\t%s\t%s\n", r.Images, r.Weights, r.Diverged)
		}
	}
}

// Count returns how many of the conditions hold.
func (b Bits) Count() int {
	n := 0
	for _, v := range b {
		n += bits.OnesCount8(v)
	}
	return n
}
