package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A given value is that of a flag. It refuses a text that is empty, as that of a variable
// which a script has not set, and a second value, which would replace the first.
type given struct {
	pflag.Value
	changed func() bool
}

var (
	errEmpty = errors.New("is empty; give it a value or leave it out")
	errTwice = errors.New("is there twice; give it once")
)

// Set takes the value.
func (g given) Set(s string) error {
	switch kind := g.Type(); {
	case kind == "string" && strings.TrimSpace(s) == "":
		return errEmpty
	case g.changed() && (kind != "bool" || s != g.String()):
		return errTwice // a switch may be on twice, as in an alias and behind it
	}
	return g.Value.Set(s)
}

// checkGiven lets all flags of the commands refuse what is empty or there twice. The
// shell's completion is left out, since it reads flags twice.
func (a *app) checkGiven(root *cobra.Command) {
	if len(a.args) > 0 && strings.HasPrefix(a.args[0], cobra.ShellCompRequestCmd) {
		return
	}
	everyFlag(root, func(_ *cobra.Command, f *pflag.Flag) {
		f.Value = given{f.Value, func() bool { return f.Changed }}
	})
}
