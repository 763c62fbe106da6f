// Package tomlfile reads files of settings: plans of sweeps and rubrics of classes.
package tomlfile

import (
	"bytes"
	"cmp"
	"errors"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/spell"
)

// mismatch is what the library says of a value of another kind, in Go's words, and words
// are what these mean.
var (
	mismatch = regexp.MustCompile(`cannot decode TOML (\w+) into (?:.* of type )?(\S+)`)
	words    = map[string]string{"string": "text in quotes", "bool": "true or false", "float64": "a number",
		"int": "a whole number", "uint64": "a whole number"}
)

// Read reads the TOML of a file into the struct that to points to. A key that is none of
// known is an error, so that no setting is silently left out. Errors are
// *problem.InputError, with the line.
func Read(name string, content []byte, to any, known []string) error {
	content = bytes.TrimPrefix(content, []byte("\ufeff")) // as Windows writes it
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
		if m := mismatch.FindStringSubmatch(wrong.Error()); m != nil {
			want := cmp.Or(words[m[2]], "a table")
			if strings.HasPrefix(m[2], "[]") {
				want = "a list"
			}
			return problem.Inputf("%s: line %d: %s is of the kind %s, want %s", name, line, strings.Join(wrong.Key(), "."), m[1],
				want)
		}
		return problem.Inputf("%s: line %d: %w", name, line, wrong)
	case err != nil:
		return problem.Inputf("%s: %w", name, err)
	}
	return nil
}
