package cli

import "github.com/spf13/cobra"

// Root returns the command tree, for the tests of the reference.
func Root() *cobra.Command {
	a := &app{Stdio: Stdio{Getenv: func(string) string { return "" }}}
	return a.rootCommand()
}
