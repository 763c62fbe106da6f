package homework

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"hw4/internal/judge"
	"hw4/internal/problems/backprop"
	"hw4/internal/report"
	"hw4/mlp"
	"hw4/tensor"
)

// A BackpropAnswer is a reader's own answer to Problem 6: the perceptron and the
// input that it is for, and the matrices by their names, such as "dy_1/db_1". One
// that is not there has not been answered.
type BackpropAnswer struct {
	Net      *mlp.MLP[float64]
	X        []float64
	Matrices map[string]*tensor.Tensor[float64]
}

// JudgeBackprop judges an answer to Problem 6. The error is an *InputError for a
// perceptron whose derivatives are beyond float64.
func JudgeBackprop(answer BackpropAnswer) (*report.Report, error) {
	if exact := mlp.Closed(answer.Net, answer.X); !finiteAll(exact) {
		return nil, &InputError{Err: errors.New("the derivatives of this perceptron are beyond the largest float64; its numbers are to be smaller")}
	}
	a := newAnswer(6)
	a.r.Title += ": your answer"
	sizes := []int{len(answer.X)}
	for _, m := range answer.Net.A {
		sizes = append(sizes, m.Dim(0))
	}
	a.text("sigma = %s, sizes %v; A, b and x are those of your file. Entries count as right to four decimals.", answer.Net.Activation.Name, sizes)
	v := backprop.Backprop(answer.Net, answer.X, answer.Matrices)
	a.verdict(judge.Verdict{Items: v.Items, Checks: v.Checks})
	return a.report()
}

// finiteAll reports whether all derivatives are finite.
func finiteAll(j *mlp.Jacobians) bool {
	for _, m := range slices.Concat(j.DyDb, j.DyDy, j.DyLDA) {
		for _, v := range m.RawMatrix().Data {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return false
			}
		}
	}
	return true
}

// BackpropTemplate returns a file for an answer to Problem 6, with the perceptron
// and its input in numbers of one decimal, and null in the place of every entry
// that is to be found.
func BackpropTemplate(cfg Config) ([]byte, error) {
	if _, err := activationNamed(cfg.Activation); err != nil {
		return nil, err
	}
	if slices.Max(cfg.Sizes) > maxAnswerUnits {
		return nil, usagef("sizes %v: an answer has at most %d units a layer", cfg.Sizes, maxAnswerUnits)
	}
	rng := rand.New(rand.NewPCG(cfg.Seed, 60))
	var a, b, answers []string
	layers := len(cfg.Sizes) - 1
	shapes := make(map[string][2]int)
	for l := 1; l <= layers; l++ {
		rows, cols := cfg.Sizes[l], cfg.Sizes[l-1]
		a = append(a, "    "+matrixText(rows, cols, func() any { return oneDecimal(rng) }))
		b = append(b, "    "+vectorText(rows, rng))
		shapes[fmt.Sprintf("dy_%d/db_%d", l, l)] = [2]int{rows, rows}
		shapes[fmt.Sprintf("dy_%d/dy_%d", l, l-1)] = [2]int{rows, cols}
		shapes[fmt.Sprintf("dy_%d/dA_%d", layers, l)] = [2]int{rows, cols}
	}
	for _, name := range backprop.DerivativeNames(layers) {
		s := shapes[name]
		answers = append(answers, fmt.Sprintf("    %q: %s", name, matrixText(s[0], s[1], func() any { return nil })))
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n  \"activation\": %q,\n  \"x\": %s,\n  \"A\": [\n%s\n  ],\n  \"b\": [\n%s\n  ],\n  \"answer\": {\n%s\n  }\n}\n",
		cfg.Activation, vectorText(cfg.Sizes[0], rng), strings.Join(a, ",\n"), strings.Join(b, ",\n"), strings.Join(answers, ",\n"))
	return out.Bytes(), nil
}

// oneDecimal returns a number from -0.9 to 0.9 that is not 0.
func oneDecimal(rng *rand.Rand) float64 {
	n := rng.IntN(18) - 9
	if n >= 0 {
		n++
	}
	return float64(n) / 10
}

func vectorText(n int, rng *rand.Rand) string {
	v := make([]float64, n)
	for i := range v {
		v[i] = oneDecimal(rng)
	}
	return jsonText(v)
}

func matrixText(rows, cols int, entry func() any) string {
	m := make([][]any, rows)
	for i := range m {
		for range cols {
			m[i] = append(m[i], entry())
		}
	}
	return jsonText(m)
}

// jsonText returns a value as JSON on one line, with spaces after the commas.
func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // numbers and null are always JSON
	}
	return strings.ReplaceAll(string(b), ",", ", ")
}
