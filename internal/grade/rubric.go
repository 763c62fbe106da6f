package grade

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"hw4/internal/arrayfile"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/spell"
	"hw4/internal/strict"
	"hw4/internal/tomlfile"
)

// RubricFile is what a rubric is called that lies beside the hand-ins.
const RubricFile = "grade.toml"

// A Rubric says what the parts are worth. Its zero value has the defaults.
type Rubric struct {
	Title      string  `toml:"title"`       // of the pages; empty: Homework 4
	Seed       uint64  `toml:"seed"`        // of what differs between templates
	Individual bool    `toml:"individual"`  // every student has a seed of their own, made of Seed and the name
	OwnNetwork bool    `toml:"own-network"` // Problem 6 may be answered for any perceptron
	Tolerance  float64 `toml:"tolerance"`   // how far a number of a matrix may be off; 0: as four decimals are
	Seconds    float64 `toml:"seconds"`     // for which a hand-in is judged; 0: 60

	Parts map[string]PartRubric `toml:"parts"`
}

// A PartRubric is what a rubric says of a part.
type PartRubric struct {
	Points *float64           `toml:"points"` // nil: as many as usual; 0: the part is left out
	File   string             `toml:"file"`   // pattern of the file with the answer, perhaps with ::name; empty: usual
	Floor  *float64           `toml:"floor"`  // the test accuracy that weights must have; nil: the usual one
	Shares map[string]float64 `toml:"shares"` // of the points that a named mistake leaves
}

// ReadRubric reads a rubric from TOML. The error is a *problem.InputError.
func ReadRubric(name string, content []byte) (*Rubric, error) {
	r := &Rubric{}
	known := []string{"title", "seed", "individual", "own-network", "tolerance", "seconds", "parts", "points", "file",
		"floor", "shares"}
	if err := tomlfile.Read(name, content, r, known); err != nil {
		return nil, err
	}
	return r, r.check(name)
}

func (r *Rubric) check(name string) error {
	bad := func(what string, found any, wanted string) error {
		return problem.Input(strict.Failf(name, strict.Whole, what, found, "%s", wanted))
	}
	within := func(v, most float64) bool { return v >= 0 && v <= most } // false for NaN
	switch {
	case !within(r.Tolerance, 1):
		return bad("tolerance", r.Tolerance, "0 to 1")
	case !within(r.Seconds, 3600):
		return bad("seconds", r.Seconds, "0 to 3600")
	}
	for _, id := range slices.Sorted(maps.Keys(r.Parts)) {
		p := r.Parts[id]
		if partNamed(id) == nil {
			return problem.Inputf("%s: no part %q; there are %s%s", name, id, report.Join(IDs(), "and"),
				spell.Suggestion(id, IDs()))
		}
		if p.Points != nil && !within(*p.Points, 1e6) {
			return bad("parts."+id+".points", *p.Points, "0 to 1000000")
		}
		if p.Floor != nil && !within(*p.Floor, 1) {
			return bad("parts."+id+".floor", *p.Floor, "a share from 0 to 1")
		}
		for _, code := range slices.Sorted(maps.Keys(p.Shares)) {
			if !within(p.Shares[code], 1) {
				return bad(fmt.Sprintf("parts.%s.shares.%s", id, code), p.Shares[code], "a share from 0 to 1")
			}
			for word := range strings.SplitSeq(code, "+") {
				if known := partNamed(id).Codes(); !slices.Contains(known, word) {
					return problem.Inputf("%s: parts.%s.shares: no mistake is called %q%s; docs/grading.md lists them", name, id,
						word, spell.Suggestion(word, known))
				}
			}
		}
		file, _ := arrayfile.Split(p.File)
		if _, err := path.Match(file, ""); err != nil {
			return bad("parts."+id+".file", fmt.Sprintf("%q", p.File), "a name, perhaps with * and ?")
		}
	}
	return nil
}

// seconds returns for how long a hand-in is judged.
func (r *Rubric) seconds() float64 { return cmp.Or(r.Seconds, 60) }

// off returns how far a number may be off, with a little more for the rounding of decimals.
func (r *Rubric) off() float64 { return r.Tolerance * (1 + 1e-9) }

// floor returns the accuracy that weights of a part must have.
func (r *Rubric) floor(id string) float64 {
	usual := map[string]float64{"p5-mse": 0.94, "p5-kl": 0.94, "p7-weights": 0.97}[id]
	return *cmp.Or(r.Parts[id].Floor, &usual)
}

// share returns what share of the points a verdict earns. If several mistakes have one
// result, that counts for which the rubric leaves most.
func (r *Rubric) share(id string, v *report.Verdict) float64 {
	var shares []float64
	for _, code := range append([]string{v.Code}, v.Same...) {
		for words, own := range r.Parts[id].Shares {
			if inOrder(words) == inOrder(code) && !v.Right {
				shares = append(shares, own)
			}
		}
	}
	if len(shares) > 0 {
		return slices.Max(shares)
	}
	return v.Score
}

// inOrder returns a code with its words in the order of the alphabet.
func inOrder(code string) string {
	return strings.Join(slices.Sorted(strings.SplitSeq(code, "+")), "+")
}

// SeedOf returns the seed of a student's template.
func (r *Rubric) SeedOf(student string) uint64 {
	if !r.Individual {
		return r.Seed
	}
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", r.Seed, folded(student))
	return h.Sum64() & math.MaxUint32
}

// Worth returns the parts that count, in the order of the sheet, and their points.
func (r *Rubric) Worth() (list []*Part, points []float64) {
	for _, p := range parts {
		if worth := *cmp.Or(r.Parts[p.ID].Points, &p.Points); worth > 0 {
			list, points = append(list, p), append(points, worth)
		}
	}
	return list, points
}

// Exporter is a cell of Python for a notebook or a script: it fills answers.json from a
// student's variables and shows what will be handed in.
//
//go:embed exporter.py
var Exporter string

// Template returns the empty answers.json of a student: with null for what is to be found,
// and with the perceptron of Problem 6. What else the seed fixes is said in it.
func (r *Rubric) Template(student string) ([]byte, error) {
	g := given{r.SeedOf(student)}
	var lines []string
	list, _ := r.Worth()
	for _, p := range list {
		blank := "null"
		if p.blank != nil {
			blank = p.blank(g)
		}
		lines = append(lines, fmt.Sprintf("  %q: %s", p.ID, blank))
	}
	o := g.pooling()
	tasks := fmt.Sprintf("Problem 2 is for k = %d and C = %d. Problem 4 asks for a counterexample for sigma = %s. "+
		"Problem 6 is for the perceptron in this file.", o.Kernel, o.Channels, g.activation())
	name, err := json.Marshal(student)
	return fmt.Appendf(nil, "{\n  \"student\": %s,\n  \"tasks\": %q,\n%s\n}\n", name, tasks,
		strings.Join(lines, ",\n")), err
}
