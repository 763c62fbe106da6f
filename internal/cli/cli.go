// Package cli is the command line: it turns flags into the options of a problem,
// solves it, renders the report, and turns what happened into an exit code. It is the
// only package that writes to the terminal.
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"hw4/data"
	"hw4/internal/atomicfile"
	"hw4/internal/kernel"
	"hw4/internal/problem"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/internal/report/text"
	"hw4/internal/spell"
	"hw4/internal/training"
	"hw4/tensor"
)

// Exit codes of the command.
const (
	ExitOK         = 0   // all checks passed
	ExitFailed     = 1   // a check failed, or the run did
	ExitUsage      = 2   // the command line makes no sense
	ExitInput      = 4   // a file is missing or cannot be used
	ExitDiverged   = 5   // training met NaN, Inf, or weights near it
	ExitHungUp     = 129 // its terminal was closed: SIGHUP
	ExitCanceled   = 130 // interrupted by Ctrl-C
	ExitTerminated = 143 // ended by SIGTERM
)

// Stdio is what the command reads and writes: results go to Out, progress and
// messages to Err.
type Stdio struct {
	In       io.Reader // read where a file is given as "-"; nil: empty
	Out, Err io.Writer
	Name     string              // of the command as it was called, for messages; empty: hw4
	Getenv   func(string) string // the environment; nil: empty
}

// Main runs the command with the arguments after its name and returns its exit
// code.
func Main(ctx context.Context, args []string, stdio Stdio) int {
	a := &app{Stdio: stdio, args: args}
	if a.Getenv == nil {
		a.Getenv = func(string) string { return "" }
	}
	return a.main(ctx)
}

// app is one run of the command.
type app struct {
	Stdio
	args    []string
	command *cobra.Command // that runs; nil before it does

	// Flags of all commands.
	json, quiet bool
	details     bool // the evidence and all checks are written, too
	noColour    bool
	preview     string // one of previews
	pictures    string // a folder for the pictures of the reports; empty: none
	data        string
}

// errChecks is returned when there is a report, written, but a check failed.
var errChecks = errors.New("a check failed")

func (a *app) main(ctx context.Context) (code int) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *tensor.ShapeError: // a size that no check of the flags foresaw
			code = a.exit(problem.Settingf("", "%s", p.Error()))
		default:
			panic(p)
		}
	}()
	root := a.rootCommand()
	root.SetArgs(a.args)
	out := &recorder{Writer: a.Out}
	root.SetOut(out)
	root.SetErr(a.Err)
	if err := kernel.CheckEnvironment(); err != nil {
		return a.exit(usagef("%v%s", err, spell.Suggestion(a.Getenv("HW4_ISA"), kernel.ISAs())))
	}
	err := root.ExecuteContext(ctx)
	if err == nil {
		err = out.err
	}
	switch {
	case err == nil:
		return ExitOK
	case errors.Is(err, errChecks):
		return ExitFailed
	case ctx.Err() != nil:
		return a.interrupted(ctx, err)
	}
	return a.exit(err)
}

// A recorder remembers that something could not be written, for cobra, which writes help
// without looking.
type recorder struct {
	io.Writer
	err error
}

// Write writes.
func (r *recorder) Write(p []byte) (n int, err error) {
	n, err = r.Writer.Write(p)
	r.err = cmp.Or(r.err, err)
	return n, err
}

// exit writes the message for an error and returns its code. Where JSON is wanted, a
// file that cannot be read is told in JSON too.
func (a *app) exit(err error) int {
	message := a.message(err)
	a.say("%s", message)
	a.goOn(err)
	checkpoint, ok := errors.AsType[*training.CheckpointError](err)
	_, setting := errors.AsType[*problem.SettingError](err)
	_, input := errors.AsType[*problem.InputError](err)
	_, unwritten := errors.AsType[*atomicfile.WriteError](err)
	_, diverged := errors.AsType[*training.DivergedError](err)
	switch {
	case ok && checkpoint.Exists:
		return ExitUsage
	case input, unwritten:
		if a.json && a.command != nil {
			word := report.CodeUnreadable
			if unwritten {
				word = report.CodeUnwritable
			}
			_ = report.WriteJSONError(a.Out, groupName(a.command), word, oneLine(message))
		}
		return ExitInput
	case diverged:
		return ExitDiverged
	case setting:
		return ExitUsage
	}
	return ExitFailed
}

// message returns what to say of an error. Lower floors know settings, not flags, and
// do not say how they are given: that is added here.
func (a *app) message(err error) string {
	if several, ok := err.(interface{ Unwrap() []error }); ok && strings.Contains(err.Error(), "\n") { // of errors.Join
		err = several.Unwrap()[0]
	}
	setting, ok := errors.AsType[*problem.SettingError](err)
	if ok && a.command != nil && a.command.Flags().Lookup(setting.Setting) != nil {
		return "--" + setting.Error()
	}
	if checkpoint, ok := errors.AsType[*training.CheckpointError](err); ok {
		if checkpoint.Exists {
			return err.Error() + ": add --resume to go on from it, or remove it, or name another file"
		}
		return err.Error() + "; leave out --resume to begin one"
	}
	if missing, ok := errors.AsType[*data.MissingError](err); ok && missing.Default {
		return err.Error() + "; or name a folder with --data"
	}
	return err.Error()
}

// say writes a message on standard error.
func (a *app) say(format string, args ...any) {
	fmt.Fprintf(a.Err, "hw4: %s\n", oneLine(fmt.Sprintf(format, args...)))
}

// oneLine lets nothing but text through. Blanks stay, so that a file's name can be copied.
func oneLine(s string) string { return report.Printable(strings.TrimRight(s, "\n")) }

// usagef returns the error of a command line that makes no sense.
func usagef(format string, args ...any) error { return problem.Settingf("", format, args...) }

// solving makes a report while progress is shown.
type solving func(ctx context.Context, p progress.Progress) (*report.Report, error)

// run makes a report.
func (a *app) run(ctx context.Context, solve solving) (*report.Report, error) {
	p, done := a.progress()
	defer done()
	r, err := solve(ctx, p)
	if err == nil {
		err = ctx.Err() // what came too late for the solver to see
	}
	return r, err
}

// answer makes the only report of a command and writes it.
func (a *app) answer(cmd *cobra.Command, solve solving) error {
	r, err := a.run(cmd.Context(), solve)
	if err != nil {
		return err
	}
	return a.write(cmd, r)
}

// answerAlone is answer for what does not look at the context: it is left behind when that ends.
func (a *app) answerAlone(cmd *cobra.Command, compute func() *report.Report) error {
	return a.answer(cmd, func(ctx context.Context, _ progress.Progress) (*report.Report, error) {
		ended := make(chan any, 2)
		go func() {
			defer func() { ended <- recover() }()
			ended <- compute()
		}()
		select {
		case v := <-ended:
			r, computed := v.(*report.Report)
			if !computed {
				panic(v) // where main recovers it
			}
			return r, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
}

// write writes the only report of a command.
func (a *app) write(cmd *cobra.Command, r *report.Report) error {
	if !a.json {
		if err := text.Write(a.Out, r, a.textStyle()); err != nil {
			return err
		}
	}
	return a.finish(cmd, []*report.Report{r})
}

// tell ends a command with a paragraph below what it has written of the reports. With
// JSON there is no text.
func (a *app) tell(cmd *cobra.Command, reports []*report.Report, format string, args ...any) error {
	if !a.json {
		paragraph := a.textStyle().Paragraph(fmt.Sprintf(format, args...))
		if len(reports) > 0 {
			paragraph = "\n" + paragraph
		}
		if _, err := io.WriteString(a.Out, paragraph); err != nil {
			return err
		}
	}
	return a.finish(cmd, reports)
}

// finish writes the pictures and the JSON object if they are wanted, and says whether
// all checks passed.
func (a *app) finish(cmd *cobra.Command, reports []*report.Report) error {
	if err := a.savePictures(reports); err != nil {
		return err
	}
	if a.json {
		if err := report.WriteJSON(a.Out, groupName(cmd), reports); err != nil {
			return err
		}
	}
	for _, r := range reports {
		if !r.OK() {
			return errChecks
		}
	}
	return nil
}
