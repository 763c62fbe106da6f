package cli

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hw4/data"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/sheet"
	"hw4/internal/spell"
)

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "hw4",
		Short: "Homework 4, answered and checked",
		Long: `hw4 answers the problems of Homework 4 of Mathematical Foundations of Deep
Neural Networks and shows why each answer is right: every claim in its output has a
check that could have refuted it. The answer comes first; --details shows the rest.

Results go to standard output, progress to standard error. Exit codes: 0 all
checks passed, 1 a check or the run failed, 2 usage, 4 a file is missing or cannot
be used, 5 training diverged, 129, 130 and 143 ended by SIGHUP, Ctrl-C and SIGTERM.`,
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			a.command = cmd
			if err := problem.OneOf("preview", a.preview, previews()); err != nil {
				return err
			}
			return cmp.Or(a.checkFiles(cmd), a.checkPictures())
		},
		RunE: runGroup,
	}
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(helpCommand())
	root.SetHelpFunc(a.showHelp)
	flags := root.PersistentFlags()
	flags.BoolVar(&a.json, "json", false, "write one JSON object instead of text")
	flags.BoolVar(&a.details, "details", false, "write the evidence and all checks below the answer")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "print no progress")
	flags.BoolVar(&a.noColour, "no-color", false, "no colours; setting NO_COLOR does the same")
	flags.StringVar(&a.preview, "preview", "auto",
		"how to show pictures on a terminal: auto, none, blocks, kitty or sixel")
	flags.StringVar(&a.pictures, "pictures", "", "folder to write the pictures of the answer to, as PNG files")
	flags.StringVar(&a.data, "data", "",
		"folder with the four MNIST files (default: $HW4_DATA, or MNIST itself)")
	a.addCommands(root)
	completionCommand(root)
	root.Example = firstExamples(root)
	addCompletions(root)
	a.checkGiven(root)
	return root
}

// addCommands adds the commands, in groups.
func (a *app) addCommands(root *cobra.Command) {
	root.AddGroup(
		&cobra.Group{ID: "sheet", Title: "The sheet:"},
		&cobra.Group{ID: "problems", Title: "Its problems:"},
	)
	for _, c := range []*cobra.Command{
		a.allCommand(), a.reportCommand(), a.serveCommand(), a.gradeCommand(), a.dataCommand(), a.sweepCommand(),
	} {
		c.GroupID = "sheet"
		root.AddCommand(c)
	}
	for _, c := range []*cobra.Command{a.convCommand(), a.poolCommand(), a.trainCommand(), a.mlpCommand(),
		a.lenetCommand()} {
		c.GroupID = "problems"
		root.AddCommand(c)
	}
	root.AddCommand(a.benchCommand())
	for _, c := range everyCommand(root) {
		if c.Args == nil {
			c.Args = noArgs
		}
	}
}

// source returns the data set that --data or else HW4_DATA names.
func (a *app) source() data.Source {
	if a.data != "" {
		return data.Source{Dir: a.data}
	}
	return data.Source{Dir: a.Getenv("HW4_DATA")}
}

// everyCommand returns the commands below one, and those below them.
func everyCommand(cmd *cobra.Command) (all []*cobra.Command) {
	for _, c := range cmd.Commands() {
		all = append(append(all, c), everyCommand(c)...)
	}
	return all
}

// everyFlag visits the flags of all commands, first those that all of them have.
func everyFlag(root *cobra.Command, visit func(cmd *cobra.Command, f *pflag.Flag)) {
	for _, cmd := range append([]*cobra.Command{root}, everyCommand(root)...) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) { visit(cmd, f) })
	}
}

// runGroup shows what commands there are, and refuses one that there is not.
func runGroup(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return unknownCommand(cmd, args[0])
	}
	return cmd.Help()
}

// groupName returns the name of the command of the program that a command is or belongs to.
func groupName(cmd *cobra.Command) string {
	for cmd.HasParent() && cmd.Parent().HasParent() {
		cmd = cmd.Parent()
	}
	return cmd.Name()
}

// unknownCommand is the error of a command that does not exist, with what may
// have been meant.
func unknownCommand(cmd *cobra.Command, name string) error {
	names := report.Each(cmd.Commands(), (*cobra.Command).Name)
	meant := spell.Nearest(name, names)
	if at := slices.IndexFunc(names, func(n string) bool { return strings.HasPrefix(n, name) }); at >= 0 {
		meant = names[at]
	}
	if meant != "" {
		return usagef("no command %q; did you mean %q? See 'hw4 --help'", name, meant)
	}
	return usagef("no command %q; see 'hw4 --help'", name)
}

// textOnly refuses --json for a command that writes something else than a report.
func (a *app) textOnly(cmd *cobra.Command) error {
	if a.json {
		return usagef("'%s' writes text only; leave out --json", cmd.CommandPath())
	}
	return nil
}

// noArgs refuses arguments that are no flags.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unexpected argument %q; see '%s --help'", args[0], cmd.CommandPath())
	}
	return nil
}

// problemFlag adds --problem to a command, with a default: 0 if it must be given.
func problemFlag(cmd *cobra.Command, number *int, preset int) {
	cmd.Flags().IntVarP(number, "problem", "p", preset, "problem: "+strings.Join(numbersOf(cmd), ", "))
}

func checkProblem(cmd *cobra.Command, number int) error {
	own := numbersOf(cmd)
	if number == 0 {
		return usagef("say which problem: --problem %s", strings.Join(own, "|"))
	}
	for _, p := range sheet.Problems() {
		if p.Number != number {
			continue
		}
		if p.Command == cmd.Name() {
			return nil
		}
		// A problem without a command of its own is answered with all the others.
		return usagef("'hw4 %s' answers problem %s; problem %d is 'hw4 %s'", cmd.Name(), report.Join(own, "or"), number,
			cmp.Or(p.Command, "all"))
	}
	return usagef("no problem %d; 'hw4 %s' answers problem %s", number, cmd.Name(), report.Join(own, "or"))
}
