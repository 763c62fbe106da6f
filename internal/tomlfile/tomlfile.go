// Package tomlfile reads files of settings: plans of sweeps and rubrics of classes.
package tomlfile

import (
	"bytes"
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/spell"
)

// Read reads the TOML of a file into the struct that to points to. A key that is none of
// known is an error, so that no setting is silently left out. Errors are
// *problem.InputError, with the line.
func Read(name string, content []byte, to any, known []string) error {
	err := toml.NewDecoder(bytes.NewReader(content)).DisallowUnknownFields().Decode(to)
	var unknown *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &unknown):
		first := &unknown.Errors[0]
		line, _ := first.Position()
		key := first.Key()
		return problem.Inputf("%s: line %d: no key %q; there are %s%s", name, line, strings.Join(key, "."),
			report.Join(known, "and"), spell.Suggestion(key[len(key)-1], known))
	case errors.As(err, &wrong):
		line, _ := wrong.Position()
		return problem.Inputf("%s: line %d: %w", name, line, wrong)
	case err != nil:
		return problem.Inputf("%s: %w", name, err)
	}
	return nil
}
