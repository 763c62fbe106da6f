package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"hw4/internal/homework"
)

// A Signal is the cause of a context that a signal has cancelled.
type Signal struct{ os.Signal }

// Error names the signal.
func (s Signal) Error() string { return s.String() }

// checkpointFlags adds the flags of training that survives.
func checkpointFlags(cmd *cobra.Command, c *homework.Checkpoint) {
	f := cmd.Flags()
	f.StringVar(&c.File, "checkpoint", "", "file to keep the training's state in, at the end of every epoch and when interrupted")
	f.IntVar(&c.Every, "every", 0, "write the checkpoint also after so many steps; 0: not")
	f.BoolVar(&c.Resume, "resume", false, "go on from the checkpoint")
}

// checkCheckpoint checks those flags.
func checkCheckpoint(c homework.Checkpoint) error {
	switch {
	case c.File == "" && c.Resume:
		return usagef("--resume wants --checkpoint FILE")
	case c.File == "" && c.Every != 0:
		return usagef("--every wants --checkpoint FILE")
	case c.Every < 0:
		return usagef("--every %d: want a number of steps", c.Every)
	}
	return nil
}

// interrupted reports a run that its context has ended, with what that left as
// its error, and returns the exit code of the signal, as shells count them.
func (a *app) interrupted(ctx context.Context, err error) int {
	fmt.Fprintln(a.Err, "hw4: interrupted")
	a.goOn(err)
	var s Signal
	if errors.As(context.Cause(ctx), &s) && s.Signal == syscall.SIGTERM {
		return ExitTerminated
	}
	return ExitCanceled
}

// goOn says, of an error that has stopped a training, where it can go on.
func (a *app) goOn(err error) {
	var stopped *homework.StoppedError
	if !errors.As(err, &stopped) {
		return
	}
	if stopped.Save != nil {
		fmt.Fprintf(a.Err, "hw4: %s\n", oneLine(stopped.Save.Error()))
	}
	var diverged *homework.DivergedError
	switch {
	case stopped.Place == "":
	case errors.As(stopped.Cause, &diverged):
		fmt.Fprintf(a.Err, "hw4: %s holds %s\n", stopped.File, stopped.Place)
	default:
		fmt.Fprintf(a.Err, "hw4: %s holds %s; to go on from there:\n%s\n", stopped.File, stopped.Place, a.resumeCommand())
	}
}

// resumeCommand returns the command that goes on, for a POSIX shell.
func (a *app) resumeCommand() string {
	words := append([]string{a.Name}, a.args...)
	if a.Name == "" {
		words[0] = "hw4"
	}
	if dir := a.Getenv("HW4_DATA"); dir != "" && a.data == "" {
		words = append(words, "--data", dir)
	}
	if !a.resumes {
		words = append(words, "--resume")
	}
	for i, w := range words {
		words[i] = quote(w)
	}
	return strings.Join(words, " ")
}

// quote returns a word as a POSIX shell reads it.
func quote(word string) string {
	if regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`).MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
