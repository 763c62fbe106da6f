package homework

import (
	"strings"

	"hw4/internal/spell"
	"hw4/lenet"
	"hw4/tensor"
)

// Losses returns the values of Config.Loss.
func Losses() []string { return []string{"mse", "kl", "both"} }

// Activations returns the values of Config.Activation.
func Activations() []string {
	var names []string
	for _, a := range tensor.Activations() {
		names = append(names, a.Name)
	}
	return names
}

// Archs returns the values of Config.Arch.
func Archs() []string {
	var names []string
	for _, a := range lenet.Archs() {
		names = append(names, a.String())
	}
	return names
}

// unknownName is the error of a setting with a value that does not exist, with
// those that do and the one that may have been meant.
func unknownName(what, name string, names []string) error {
	return usagef("no %s %q; there are %s%s", what, name, strings.Join(names, ", "), spell.Suggestion(name, names))
}
