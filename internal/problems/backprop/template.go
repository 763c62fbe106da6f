package backprop

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// maxWrittenUnits is how many units a layer of an answer may have, which people
// write.
const maxWrittenUnits = 64

// Template returns a file for an answer, with a perceptron and its input in numbers
// of one decimal, and null in the place of every entry that is to be found. The
// error is a *problem.SettingError.
func (o Options) Template() ([]byte, error) {
	if err := o.check(maxWrittenUnits); err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(o.Seed, 60))
	given := func() string { return oneDecimal(rng) }
	var a, b, answers []string
	layers := len(o.Sizes) - 1
	for l := 1; l <= layers; l++ {
		a = append(a, "    "+matrixText(o.Sizes[l], o.Sizes[l-1], given))
		b = append(b, "    "+listText(o.Sizes[l], given))
	}
	for _, d := range derivatives(layers) {
		rows, cols := d.shape(o.Sizes)
		answers = append(answers, fmt.Sprintf("    %q: %s", d, matrixText(rows, cols, func() string { return "null" })))
	}
	const lines = ",\n"
	return fmt.Appendf(nil, "{\n  \"activation\": %q,\n  \"x\": %s,\n  \"A\": [\n%s\n  ],\n  \"b\": [\n%s\n  ],\n"+
		"  \"answer\": {\n%s\n  }\n}\n", o.Activation, listText(o.Sizes[0], given),
		strings.Join(a, lines), strings.Join(b, lines), strings.Join(answers, lines)), nil
}

// oneDecimal returns a number from -0.9 to 0.9 that is not 0.
func oneDecimal(rng *rand.Rand) string {
	n := rng.IntN(18) - 9
	if n >= 0 {
		n++
	}
	return fmt.Sprint(float64(n) / 10)
}

// listText returns a list as JSON, and matrixText a list of rows.

func listText(n int, element func() string) string {
	elements := make([]string, n)
	for i := range elements {
		elements[i] = element()
	}
	return "[" + strings.Join(elements, ", ") + "]"
}

func matrixText(rows, cols int, entry func() string) string {
	return listText(rows, func() string { return listText(cols, entry) })
}
