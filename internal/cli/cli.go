// Package cli is the command line: it turns flags into the settings of a
// problem, solves it, renders the report, and turns what happened into an exit
// code. It is the only package that writes to the terminal.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"hw4/data"
	"hw4/internal/homework"
	"hw4/internal/report"
	"hw4/internal/report/text"
	"hw4/tensor"
)

// Exit codes of the command.
const (
	ExitOK         = 0   // all checks passed
	ExitFailed     = 1   // a check failed, or the run did
	ExitUsage      = 2   // the command line makes no sense
	ExitInput      = 4   // a file is missing or cannot be used
	ExitDiverged   = 5   // training met NaN or Inf
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
	a := &app{Stdio: stdio, problems: homework.Problems()}
	if a.Getenv == nil {
		a.Getenv = func(string) string { return "" }
	}
	return a.main(ctx, args)
}

// app is one run of the command.
type app struct {
	Stdio
	problems []homework.Problem
	args     []string
	resumes  bool // the command has --resume

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

func (a *app) main(ctx context.Context, args []string) (code int) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *tensor.ShapeError: // a size that no check of the flags foresaw
			code = a.exit(&homework.UsageError{Msg: p.Error()})
		default:
			panic(p)
		}
	}()
	a.args = args
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	err := root.ExecuteContext(ctx)
	if err == nil || errors.Is(err, errChecks) {
		return a.exit(err)
	}
	if ctx.Err() != nil {
		return a.interrupted(ctx, err)
	}
	return a.exit(err)
}

// exit writes the message for an error, if it has one, and returns its code.
func (a *app) exit(err error) int {
	var (
		usage    *homework.UsageError
		input    *homework.InputError
		diverged *homework.DivergedError
	)
	switch {
	case err == nil:
		return ExitOK
	case errors.Is(err, errChecks):
		return ExitFailed
	}
	fmt.Fprintf(a.Err, "hw4: %s\n", oneLine(err.Error()))
	a.goOn(err)
	switch {
	case errors.As(err, &input):
		return ExitInput
	case errors.As(err, &diverged):
		return ExitDiverged
	case errors.As(err, &usage):
		return ExitUsage
	}
	return ExitFailed
}

// oneLine joins the lines of a message; what cobra says of typos has several.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// solve solves problems one after the other and writes their reports.
func (a *app) solve(cmd *cobra.Command, settings map[int]homework.Config) error {
	var reports []*report.Report
	for _, p := range a.problems {
		cfg, wanted := settings[p.Number]
		if !wanted {
			continue
		}
		r, err := a.solveOne(cmd.Context(), p, cfg)
		if err != nil {
			return err
		}
		reports = append(reports, r)
		if !a.json {
			if err := text.Write(a.Out, r, a.textStyle()); err != nil {
				return err
			}
		}
	}
	return a.finish(cmd, reports)
}

// finish writes the pictures and the JSON object if they are wanted, and says whether all checks
// passed.
func (a *app) finish(cmd *cobra.Command, reports []*report.Report) error {
	if err := a.savePictures(reports); err != nil {
		return err
	}
	if a.json {
		if err := report.WriteJSON(a.Out, cmd.Name(), reports); err != nil {
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

func (a *app) solveOne(ctx context.Context, p homework.Problem, cfg homework.Config) (*report.Report, error) {
	cfg.Data = data.Source{Dir: a.dataDir()}
	a.resumes = cfg.Checkpoint.Resume
	cfg.Checkpoint.Notice = func(line string) { fmt.Fprintf(a.Err, "hw4: %s\n", oneLine(line)) }
	var done func()
	cfg.Progress, done = a.progress()
	defer done()
	r, err := p.Solve(ctx, cfg)
	if err == nil {
		err = ctx.Err() // what came too late for the solver to see
	}
	return r, err
}

// dataDir returns the folder that --data or else HW4_DATA names.
func (a *app) dataDir() string {
	if a.data != "" {
		return a.data
	}
	return a.Getenv("HW4_DATA")
}
