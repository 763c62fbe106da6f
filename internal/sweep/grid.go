package sweep

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/pelletier/go-toml/v2"

	"hw4/internal/problem"
	"hw4/internal/strict"
)

// A Grid is a part of a plan: every combination of the settings that it lists. What it
// leaves out is preset by the model.
type Grid struct {
	Model    string    `toml:"model"`
	Variants []string  `toml:"variants"` // nil: all
	LR       []float64 `toml:"lr"`
	Batch    []int     `toml:"batch"`
	Epochs   []int     `toml:"epochs"`
	Seeds    int       `toml:"seeds"` // how many; 0: one
	Seed     uint64    `toml:"seed"`  // the first
	// Paired names lists, of lr, batch and epochs, that belong together: the first of
	// each makes a setting, then the second of each, and so on.
	Paired []string `toml:"paired"`
}

// maxCells bounds a plan, and maxPlan the file that asks for it.
const (
	maxCells = 1_000_000
	maxPlan  = 1 << 20
)

// ReadGrids reads a TOML file with a table [[grid]] for every part of a plan.
func ReadGrids(path string) ([]Grid, error) {
	file, err := strict.ReadFile(path, maxPlan)
	if err != nil {
		return nil, problem.Input(err)
	}
	var plan struct {
		Grid []Grid `toml:"grid"`
	}
	d := toml.NewDecoder(bytes.NewReader(file))
	err = d.DisallowUnknownFields().Decode(&plan)
	var unknown *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &unknown):
		line, _ := unknown.Errors[0].Position()
		return nil, problem.Inputf("%s: line %d: no key %q; a [[grid]] has model, variants, lr, batch, epochs, seeds, seed "+
			"and paired", path, line, fmt.Sprint(unknown.Errors[0].Key()))
	case errors.As(err, &wrong):
		line, _ := wrong.Position()
		return nil, problem.Inputf("%s: line %d: %v", path, line, wrong)
	case err != nil:
		return nil, problem.Inputf("%s: %w", path, err)
	case len(plan.Grid) == 0:
		return nil, problem.Inputf("%s has no [[grid]]", path)
	}
	return plan.Grid, nil
}

// Cells returns the cells of a grid: seed by seed, so that a plan of which a part is done
// has whole comparisons, then setting by setting, then variant by variant.
func (g Grid) Cells(models []Model) ([]Cell, error) {
	m, err := modelOf(models, g.Model)
	if err != nil {
		return nil, err
	}
	variants, seeds := g.Variants, max(g.Seeds, 1)
	if variants == nil {
		variants = m.Variants
	}
	settings, err := g.settings()
	if err != nil {
		return nil, err
	}
	if g.Seeds < 0 || seeds > maxSeeds || seeds*len(settings)*len(variants) > maxCells {
		return nil, problem.Settingf("seeds", "%d: want 1 to %d, and at most %d trainings", g.Seeds, maxSeeds, maxCells)
	}
	var cells []Cell
	for from := 0; from < seeds; from += m.Seeds {
		for _, set := range settings {
			for _, v := range variants {
				if err := problem.OneOf("variant", v, m.Variants); err != nil {
					return nil, err
				}
				c := m.Preset(v)
				c.Model, c.Variant, c.Seed, c.Seeds = m.Name, v, g.Seed+uint64(from), min(m.Seeds, seeds-from)
				set(&c)
				cells = append(cells, m.split(c)...)
			}
		}
	}
	for _, c := range cells {
		if err := c.check(m); err != nil {
			return nil, err
		}
	}
	return cells, nil
}

// split returns a cell for each number of epochs, if the steps depend on it.
func (m Model) split(c Cell) []Cell {
	if !m.Scheduled(c.Variant) {
		return []Cell{c}
	}
	var cells []Cell
	for _, n := range c.Epochs {
		c.Epochs = []int{n}
		cells = append(cells, c)
	}
	return cells
}

// A choice gives a cell a setting.
type choice func(c *Cell)

// settings returns the combinations of what the grid lists.
func (g Grid) settings() ([]choice, error) {
	lists := map[string][]choice{"lr": nil, "batch": nil, "epochs": nil}
	for _, v := range g.LR {
		lists["lr"] = append(lists["lr"], func(c *Cell) { c.LR = v })
	}
	for _, v := range g.Batch {
		lists["batch"] = append(lists["batch"], func(c *Cell) { c.Batch = v })
	}
	if slices.Contains(g.Paired, "epochs") {
		for _, v := range g.Epochs {
			lists["epochs"] = append(lists["epochs"], func(c *Cell) { c.Epochs = []int{v} })
		}
	} else if g.Epochs != nil {
		lists["epochs"] = []choice{func(c *Cell) { c.Epochs = g.Epochs }}
	}
	combined := []choice{func(*Cell) {}}
	for i, name := range g.Paired {
		list, known := lists[name]
		if !known || slices.Contains(g.Paired[:i], name) {
			return nil, problem.Settingf("paired", "names %q; want lr, batch or epochs, each once", name)
		}
		if i == 0 {
			combined = make([]choice, len(list))
			for k := range combined {
				combined[k] = func(*Cell) {}
			}
		}
		if len(list) != len(combined) || len(list) == 0 {
			return nil, problem.Settingf("paired", "lists have %d and %d values; want equally many", len(combined), len(list))
		}
		for k, set := range combined {
			combined[k] = func(c *Cell) { set(c); list[k](c) }
		}
		delete(lists, name)
	}
	for _, name := range []string{"lr", "batch", "epochs"} {
		combined = times(combined, lists[name])
	}
	return combined, nil
}

// times returns every choice of the first list followed by one of the second, unless that
// is empty.
func times(first, second []choice) []choice {
	if len(second) == 0 {
		return first
	}
	var both []choice
	for _, a := range first {
		for _, b := range second {
			both = append(both, func(c *Cell) { a(c); b(c) })
		}
	}
	return both
}
