package cli_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"hw4/internal/cli"
)

// No line of any help is wider than 80 columns where it does not go to a terminal, except
// for an example, which is there to be copied. The words are all there.
func TestHelpIsNarrow(t *testing.T) {
	var visit func(cmd *cobra.Command)
	visit = func(cmd *cobra.Command) {
		var out strings.Builder
		cmd.SetOut(&out)
		if err := cmd.Help(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			line = strings.TrimSuffix(line, "\n")
			if utf8.RuneCountInString(line) > 80 && !strings.Contains(cmd.Example, strings.TrimSpace(line)) {
				t.Errorf("%s: a line is wider than 80 columns: %s", cmd.CommandPath(), line)
			}
		}
		said := strings.Join(strings.Fields(out.String()), " ")
		for _, part := range []string{cmd.Long, cmd.LocalFlags().FlagUsages(), cmd.InheritedFlags().FlagUsages()} {
			if part = strings.Join(strings.Fields(part), " "); !strings.Contains(said, part) {
				t.Errorf("%s: the help leaves out a part of %s", cmd.CommandPath(), part)
			}
		}
		for _, child := range cmd.Commands() {
			visit(child)
		}
	}
	visit(cli.Root())
}
