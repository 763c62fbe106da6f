package grade

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

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
			var err error
			if blank, err = p.blank(g); err != nil {
				return nil, err
			}
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
