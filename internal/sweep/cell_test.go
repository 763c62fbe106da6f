package sweep

import (
	"errors"
	"math"
	"testing"

	"hw4/internal/problem"
)

// The limits of the settings are allowed, and what is beyond them is refused.
func TestLimits(t *testing.T) {
	base := Cell{Model: "fake", Variant: "good", LR: 0.1, Batch: 10, Epochs: []int{1, 3}, Seed: 4, Seeds: 2}
	for what, edit := range map[string]func(c *Cell){
		"lr":     func(c *Cell) { c.LR = math.MaxFloat64 },
		"batch":  func(c *Cell) { c.Batch = 60_000 },
		"one":    func(c *Cell) { c.Batch, c.Seeds = 1, 1 },
		"epochs": func(c *Cell) { c.Epochs = []int{1, 99_999, 100_000} },
		"seed":   func(c *Cell) { c.Seed = math.MaxUint64 - 2 },
	} {
		c := base
		if edit(&c); c.check() != nil {
			t.Errorf("%s: %v", what, c.check())
		}
	}
	for _, beyond := range []struct {
		setting string
		edit    func(c *Cell)
	}{
		{"lr", func(c *Cell) { c.LR = 0 }}, {"lr", func(c *Cell) { c.LR = math.Inf(1) }},
		{"lr", func(c *Cell) { c.LR = math.NaN() }},
		{"batch", func(c *Cell) { c.Batch = 60_001 }}, {"batch", func(c *Cell) { c.Batch = 0 }},
		{"epochs", func(c *Cell) { c.Epochs = []int{100_001} }}, {"epochs", func(c *Cell) { c.Epochs = []int{0, 1} }},
		{"epochs", func(c *Cell) { c.Epochs = []int{2, 2} }}, {"epochs", func(c *Cell) { c.Epochs = nil }},
		{"seeds", func(c *Cell) { c.Seed = math.MaxUint64 - 1 }}, {"seeds", func(c *Cell) { c.Seeds = 0 }},
	} {
		c := base
		beyond.edit(&c)
		var setting *problem.SettingError
		if err := c.check(); !errors.As(err, &setting) || setting.Setting != beyond.setting {
			t.Errorf("%+v: %v, want an error of %s", c, err, beyond.setting)
		}
	}
}

// A cell is named with all of its settings, and one of its seeds is a cell.
func TestCellInWords(t *testing.T) {
	c := Cell{Model: "fake", Variant: "good", LR: 0.1, Batch: 10, Epochs: []int{1, 2, 30}, Seed: 4, Seeds: 3}
	const settings = "fake good, learning rate 0.1, batches of 10, "
	one := c.One(2)
	one.Epochs = []int{1}
	first, two := c.One(0), c
	first.Epochs, two.Seeds = []int{2}, 2
	for want, c := range map[string]Cell{
		settings + "1, 2 and 30 epochs, seeds 4 to 6": c,
		settings + "1 epoch, seed 6":                  one,
		settings + "2 epochs, seed 4":                 first,
	} {
		if got := c.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
