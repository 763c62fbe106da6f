//go:build !browser

package sweep

import (
	"hw4/internal/problem"
	"hw4/internal/strict"
	"hw4/internal/tomlfile"
)

// maxPlan bounds the file that asks for a plan.
const maxPlan = 1 << 20

// ReadGrids reads a TOML file with a table [[grid]] for every part of a plan.
func ReadGrids(path string) ([]Grid, error) {
	file, err := strict.ReadFile(path, maxPlan)
	if err != nil {
		return nil, problem.Input(err)
	}
	var plan struct {
		Grid []Grid `toml:"grid"`
	}
	known := []string{"grid", "model", "variants", "lr", "batch", "epochs", "seeds", "seed", "paired"}
	if err := tomlfile.Read(path, file, &plan, known); err != nil {
		return nil, err
	}
	if len(plan.Grid) == 0 {
		return nil, problem.Inputf("%s has no [[grid]]", path)
	}
	return plan.Grid, nil
}
