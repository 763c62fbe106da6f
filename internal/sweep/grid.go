package sweep

import "hw4/internal/problem"

// A Grid is a part of a plan: every combination of the settings that it lists. What it
// leaves out is preset by the model.
type Grid struct {
	Model    string    `toml:"model"`
	Variants []string  `toml:"variants"` // nil: all
	LR       []float64 `toml:"lr"`
	Batch    []int     `toml:"batch"`
	Epochs   []int     `toml:"epochs"`
	Seeds    *int      `toml:"seeds"` // how many; nil: one
	Seed     uint64    `toml:"seed"`  // the first
	// Paired says that the lists of lr, batch and epochs belong together instead: the first
	// of each makes a setting, the second of each another. They are equally long, or have
	// one value for all.
	Paired bool `toml:"paired"`
}

// MaxTrainings bounds a grid, with each number of epochs counted, and the cells of a plan.
const MaxTrainings = 1_000_000

// Cells returns the cells of a grid: seed by seed, so that a plan of which a part is done
// has whole comparisons, then setting by setting, then variant by variant.
func (g Grid) Cells(models []Model) ([]Cell, error) {
	m, err := modelOf(models, g.Model)
	if err != nil {
		return nil, err
	}
	variants, seeds := g.Variants, 1
	if variants == nil {
		variants = m.Variants
	}
	if g.Seeds != nil {
		seeds = *g.Seeds
	}
	lr, batch, epochs := max(1, len(g.LR)), max(1, len(g.Batch)), max(1, len(g.Epochs))
	if g.Paired {
		lr, batch, epochs = max(lr, batch, epochs), 1, 1
	}
	trainings := float64(seeds) * float64(lr) * float64(batch) * float64(epochs) * float64(len(variants))
	if seeds < 1 || seeds > maxSeeds || trainings > MaxTrainings {
		return nil, problem.Settingf("seeds", "%d: want 1 to %d, and at most %d trainings, each number of epochs counted",
			seeds, maxSeeds, MaxTrainings)
	}
	if len(variants) == 0 {
		return nil, problem.Settingf("variants", "is an empty list")
	}
	settings, err := g.settings()
	if err != nil {
		return nil, err
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
				c.LR, c.Batch = or(set.LR, c.LR), or(set.Batch, c.Batch)
				if set.Epochs != nil {
					c.Epochs = set.Epochs
				}
				if err := c.check(); err != nil {
					return nil, err
				}
				cells = append(cells, m.split(c)...)
			}
		}
	}
	return cells, nil
}

// or returns the first value of a list, or the preset one if it is empty.
func or[T any](list []T, preset T) T {
	if len(list) == 0 {
		return preset
	}
	return list[0]
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

// settings returns the combinations of what the grid lists, or its pairs. Each has at
// most one learning rate and one batch size.
func (g Grid) settings() ([]Grid, error) {
	var all []Grid
	if !g.Paired {
		for i := range max(1, len(g.LR)) {
			for j := range max(1, len(g.Batch)) {
				all = append(all, Grid{LR: pick(g.LR, i), Batch: pick(g.Batch, j), Epochs: g.Epochs})
			}
		}
		return all, nil
	}
	n := max(1, len(g.LR), len(g.Batch), len(g.Epochs))
	for _, length := range []int{len(g.LR), len(g.Batch), len(g.Epochs)} {
		if length > 1 && length != n {
			return nil, problem.Settingf("paired", "lists have %d and %d values; want equally many", length, n)
		}
	}
	for i := range n {
		all = append(all, Grid{LR: pick(g.LR, i), Batch: pick(g.Batch, i), Epochs: pick(g.Epochs, i)})
	}
	return all, nil
}

// pick returns value i of a list, as a list, or all of one that has no such value.
func pick[T any](list []T, i int) []T {
	if len(list) < 2 {
		return list
	}
	return list[i : i+1]
}
