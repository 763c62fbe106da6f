package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"

	"hw4/internal/report"
	"hw4/internal/sweep/scripts"
	"hw4/internal/training"
)

// A Signal is the cause of a context that a signal has cancelled.
type Signal struct{ os.Signal }

// Error names the signal.
func (s Signal) Error() string { return s.String() }

// interrupted reports a run that its context has ended, with what that left as
// its error, and returns the exit code of the signal, as shells count them.
func (a *app) interrupted(ctx context.Context, err error) int {
	a.say("interrupted")
	a.goOn(err)
	s, _ := errors.AsType[Signal](context.Cause(ctx))
	switch s.Signal {
	case syscall.SIGTERM:
		return ExitTerminated
	case syscall.SIGHUP:
		return ExitHungUp
	}
	return ExitCanceled
}

// goOn says, of an error that has stopped a training, where it can go on.
func (a *app) goOn(err error) {
	stopped, ok := errors.AsType[*training.StoppedError](err)
	if !ok {
		return
	}
	if stopped.Save != nil {
		a.say("%v", stopped.Save)
	}
	switch _, diverged := errors.AsType[*training.DivergedError](stopped.Cause); {
	case stopped.Place == "":
	case diverged:
		a.say("%s holds %s", stopped.File, stopped.Place)
	default:
		a.say("%s holds %s. To continue:", stopped.File, stopped.Place)
		fmt.Fprintln(a.Err, report.Printable(a.resumeCommand()))
	}
}

// resumeCommand returns the command that goes on, for a POSIX shell.
func (a *app) resumeCommand() string {
	words := append([]string{cmp.Or(a.Name, "hw4")}, a.args...)
	if dir := a.Getenv("HW4_DATA"); dir != "" && a.data == "" {
		words = append(words, "--data", dir)
	}
	if resumes, _ := a.command.Flags().GetBool("resume"); !resumes {
		words = append(words, "--resume")
	}
	return strings.Join(report.Each(words, scripts.Quote), " ")
}
