package training

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"hw4/internal/problem"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// A stateDict is tensors by their names.
type stateDict = map[string]*tensor.Tensor[float32]

// Into copies the weights into a network. They must fit its names and shapes; without
// a first part that all their names have, such as "module."; or by the shapes alone, if
// all shapes of the network differ, so that they can be put in one order only.
func (w *Weights) Into(network nn.Module[float32], what string) error {
	dict, err := w.Dict, nn.LoadStateDict(network, w.Dict)
	closest := shared(dict, network)
	for bare, prefix := withoutPrefix(dict, ""); bare != nil && err != nil; bare, prefix = withoutPrefix(bare, prefix) {
		if n, other := shared(bare, network), nn.LoadStateDict(network, bare); other == nil || n > closest {
			dict, err, closest = bare, other, n
			w.How = fmt.Sprintf("without %.60q before the names", prefix)
		}
	}
	if err != nil {
		if bare, how := w.byShape(network); bare != nil {
			dict, err, w.How = bare, nn.LoadStateDict(network, bare), how
		}
	}
	if other, ok := errors.AsType[*nn.StateDictError](err); ok {
		return problem.Inputf("%s does not hold the weights of %s%s: %s%s", w.Path, what, w.Matched(),
			strings.Join(other.Faults, "; "), w.inside(network.Params()[0].Name)+w.likeliest(what))
	}
	w.Dict = dict
	return err
}

// inside says how to take the weights among other arrays, by the name of one of theirs.
func (w *Weights) inside(name string) string {
	for _, long := range slices.Sorted(maps.Keys(w.Dict)) {
		if before, found := strings.CutSuffix(long, "."+name); found {
			return fmt.Sprintf("; to take some of the arrays only, say %s::%s", w.Path, before)
		}
	}
	return ""
}

// Matched says how the names were matched, to go on with in a sentence; nothing if they
// are the network's.
func (w *Weights) Matched() string {
	if w.How == "" {
		return ""
	}
	return ", matched " + w.How
}

// withoutPrefix returns a state dict without the first part of its names, up to a dot, and
// all that has been left out so; nil if the names do not begin alike.
func withoutPrefix(dict stateDict, before string) (bare stateDict, prefix string) {
	bare = make(stateDict, len(dict))
	for name, x := range dict {
		part, rest, found := strings.Cut(name, ".")
		if prefix == "" {
			prefix = part
		}
		if !found || part != prefix {
			return nil, ""
		}
		bare[rest] = x
	}
	if len(bare) == 0 {
		return nil, ""
	}
	return bare, before + prefix + "."
}

// shared returns how many parameters of a network a state dict has, by name and shape.
func shared(dict stateDict, network nn.Module[float32]) int {
	n := 0
	for _, p := range network.Params() {
		if t := dict[p.Name]; t != nil && slices.Equal(t.Shape(), p.Value.Shape()) {
			n++
		}
	}
	return n
}

// byShape returns the weights under the names of a network, and what was taken for what, if
// all shapes differ and are those of the network.
func (w *Weights) byShape(network nn.Module[float32]) (stateDict, string) {
	names := make(map[string]string)
	for name, x := range w.Dict {
		if strings.HasSuffix(name, ".momentum_buffer") { // what SGD remembers has the shapes, too
			return nil, ""
		}
		names[tensor.Tuple(x.Shape())] = name
	}
	if len(names) < len(w.Dict) || w.Closeness(network) < 1 {
		return nil, ""
	}
	bare := make(stateDict)
	var how []string
	for _, p := range network.Params() {
		name := names[tensor.Tuple(p.Value.Shape())]
		bare[p.Name] = w.Dict[name]
		how = append(how, fmt.Sprintf("%.60q for %s", name, p.Name))
	}
	return bare, "by the only order in which the shapes fit, " + strings.Join(how, ", ")
}

// IntoByOrder copies the weights into a network whose shapes they have under any names:
// tensors of one shape are taken in the order of their names, where 10 comes after 9. It
// does nothing and returns false if the shapes are not those of the network.
func (w *Weights) IntoByOrder(network nn.Module[float32]) bool {
	if w.Closeness(network) < 1 {
		return false
	}
	byShape := make(map[string][]string)
	for _, name := range slices.SortedFunc(maps.Keys(w.Dict), naturally()) {
		shape := tensor.Tuple(w.Dict[name].Shape())
		byShape[shape] = append(byShape[shape], name)
	}
	dict := make(stateDict)
	for _, p := range network.Params() {
		shape := tensor.Tuple(p.Value.Shape())
		dict[p.Name], byShape[shape] = w.Dict[byShape[shape][0]], byShape[shape][1:]
	}
	w.Dict, w.How = dict, "by their shapes, and where shapes are equal in the order of the names"
	return nn.LoadStateDict(network, dict) == nil
}

// naturally returns a comparison of names, with their numbers by their values.
func naturally() func(a, b string) int {
	digits := regexp.MustCompile(`[0-9]+`)
	padded := func(s string) string {
		return digits.ReplaceAllStringFunc(s, func(n string) string { return fmt.Sprintf("%020s", n) })
	}
	return func(a, b string) int { return cmp.Or(strings.Compare(padded(a), padded(b)), strings.Compare(a, b)) }
}

// Closeness returns the share of the tensors of a network and of the weights that the
// two have in common, by their shapes.
func (w *Weights) Closeness(network nn.Module[float32]) float64 {
	count := make(map[string]int)
	for _, x := range w.Dict {
		count[tensor.Tuple(x.Shape())]++
	}
	params, common := network.Params(), 0
	for _, p := range params {
		if shape := tensor.Tuple(p.Value.Shape()); count[shape] > 0 {
			count[shape]--
			common++
		}
	}
	return float64(common) / float64(max(1, len(params), len(w.Dict)))
}

// likeliest says of which network of the sheet the weights are, if it is not the one that
// was wanted.
func (w *Weights) likeliest(wanted string) string {
	rng := rand.New(rand.NewPCG(0, 0))
	known := map[string]nn.Module[float32]{
		"a'x + b, the model of Problem 5": nn.NewLinear[float32](rng, 28*28, 1, nn.LinearOptions{}),
		"a'x, the model of Problem 5":     nn.NewLinear[float32](rng, 28*28, 1, nn.LinearOptions{Bias: nn.WithoutBias}),
	}
	for _, a := range lenet.Archs() {
		known[fmt.Sprintf("the %s LeNet-5", a)] = lenet.New[float32](rng, a)
	}
	best, most := "", 0.5
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if c := w.Closeness(known[name]); c > most {
			best, most = name, c
		}
	}
	if best == "" || strings.HasPrefix(wanted, best) {
		return ""
	}
	return fmt.Sprintf("; by their shapes they are likeliest those of %s", best)
}
