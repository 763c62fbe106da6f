package cli

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hw4/internal/report/text"
	"hw4/internal/spell"
)

// helpCommand returns 'hw4 help'. Cobra's own answers a command that does not
// exist with the help of the program, as if nothing were wrong.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Help about any command",
		Long: `Shows what a command does, its flags and examples of its use. Without a command,
lists all of them.`,
		Example: "  hw4 help conv",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, word string) ([]cobra.Completion,
			cobra.ShellCompDirective) {
			var names []string
			for _, c := range cmd.Root().Commands() {
				if c.IsAvailableCommand() && len(args) == 0 {
					names = append(names, cobra.CompletionWithDesc(c.Name(), c.Short))
				}
			}
			return oneOfValues(names)(cmd, args, word)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			at := cmd.Root()
			for _, name := range args {
				child, rest, err := at.Find([]string{name})
				if err != nil || child == at || len(rest) > 0 {
					return unknownCommand(at, name)
				}
				at = child
			}
			at.InitDefaultHelpFlag() // which a command does not have before it runs
			return at.Help()
		},
	}
}

// showHelp writes the help of a command in lines of the screen's width. Cobra's are as
// wide as the longest description of a flag.
func (a *app) showHelp(cmd *cobra.Command, _ []string) {
	style := text.Style{Width: width(a.screen(a.Out))}
	var b strings.Builder
	for paragraph := range strings.SplitSeq(strings.TrimSpace(cmp.Or(cmd.Long, cmd.Short)), "\n\n") {
		if !strings.Contains("\n"+paragraph, "\n\t") && !strings.Contains(paragraph, "\n ") { // lines of code stay
			paragraph = style.Paragraph(strings.ReplaceAll(paragraph, "\n", " "))
		}
		b.WriteString(strings.TrimRight(paragraph, "\n") + "\n\n")
	}
	for line := range strings.Lines(cmd.UsageString()) {
		if at := described.FindStringIndex(line); at != nil {
			inner := text.Style{Width: max(20, style.Width-at[1])}
			lines := strings.TrimSpace(inner.Paragraph(strings.TrimSpace(line[at[1]:])))
			line = line[:at[1]] + strings.ReplaceAll(lines, "\n", "\n"+strings.Repeat(" ", at[1])) + "\n"
		}
		b.WriteString(line)
	}
	fmt.Fprint(cmd.OutOrStdout(), b.String())
}

// described is a flag or a command up to its description. An example, which has no
// description, stays whole, so that it can be copied.
var described = regexp.MustCompile(`^ +(-\w, )?(--)?[\w-]+( \S+)? {2,}`)

// completionCommand makes cobra's 'hw4 completion' refuse a shell that it does not know,
// as helpCommand does a command.
func completionCommand(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	cmd, _, err := root.Find([]string{"completion"})
	if err != nil {
		return
	}
	cmd.Args = noArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	for _, shell := range cmd.Commands() {
		shell.Args = noArgs
	}
}

// firstExamples returns the first example of every command, in the order of the
// list.
func firstExamples(root *cobra.Command) string {
	var lines []string
	for _, c := range root.Commands() {
		if line, _, _ := strings.Cut(c.Example, "\n"); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// flagError is the error of flags that cannot be parsed, in words that do not
// come from Go's library.
func flagError(cmd *cobra.Command, err error) error {
	says := err.Error()
	invalid, ok := errors.AsType[*pflag.InvalidValueError](err)
	if ok && (errors.Is(err, errEmpty) || errors.Is(err, errTwice)) {
		says = fmt.Sprintf("--%s %v", invalid.GetFlag().Name, invalid.Unwrap())
	}
	if number, ok := errors.AsType[*strconv.NumError](err); ok {
		says = strings.Replace(says, number.Error(), map[string]string{
			"ParseInt": "want a whole number", "Atoi": "want whole numbers",
			"ParseUint":  "want a whole number that is not negative",
			"ParseFloat": "want a number", "ParseBool": "want true or false",
		}[number.Func], 1)
		if errors.Is(number, strconv.ErrRange) {
			says += " within range"
		}
	}
	return usagef("%s; see '%s --help'", says+nearestFlag(cmd, err), cmd.CommandPath())
}

// nearestFlag returns what a flag that does not exist was meant to be, as a part of
// a message.
func nearestFlag(cmd *cobra.Command, err error) string {
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok || unknown.GetSpecifiedShortnames() != "" {
		return ""
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := spell.Nearest(unknown.GetSpecifiedName(), names); near != "" {
		return " (did you mean --" + near + "?)"
	}
	return ""
}
