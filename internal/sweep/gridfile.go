//go:build !browser

package sweep

import (
	"bytes"
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"hw4/internal/problem"
	"hw4/internal/strict"
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
	d := toml.NewDecoder(bytes.NewReader(file))
	err = d.DisallowUnknownFields().Decode(&plan)
	var unknown *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &unknown):
		line, _ := unknown.Errors[0].Position()
		return nil, problem.Inputf("%s: line %d: no key %q; a [[grid]] has model, variants, lr, batch, epochs, seeds, seed "+
			"and paired", path, line, strings.Join(unknown.Errors[0].Key(), "."))
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
