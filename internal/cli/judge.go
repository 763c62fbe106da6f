package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"hw4/internal/homework"
	"hw4/internal/problems/backprop"
	"hw4/internal/report"
	"hw4/internal/strict"
)

// maxAnswer is the length in bytes up to which an answer is read.
const maxAnswer = 16 << 20

// filterFlags are the flags of 'hw4 conv' about an answer of one's own.
type filterFlags struct {
	filter          string // file, -, or the filter itself
	stride, padding int
	recover         bool
	mapping         string
}

func (f *filterFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.filter, "filter", "", "judge this filter: a JSON or .npy file, - for standard input, or '[[[...]]]' itself")
	flags.IntVar(&f.stride, "stride", 0, "stride that goes with --filter (default: the problem's)")
	flags.IntVar(&f.padding, "padding", 0, "padding that goes with --filter (default: the problem's)")
	flags.BoolVar(&f.recover, "recover", false, "read the filter off the mapping, by its answers to basis images")
	flags.StringVar(&f.mapping, "mapping", "", "mapping to --recover: difference, avgpool, grey or maxpool (default: that of --problem)")
}

// wanted reports whether the command is to judge or recover instead of answering.
func (f *filterFlags) wanted() bool { return f.filter != "" || f.recover }

// mappings returns the problem that a name of --mapping belongs to. Max pooling is
// that of Problem 4.
func mappings() map[string]int {
	return map[string]int{"difference": 1, "avgpool": 2, "grey": 3, "maxpool": 4}
}

// mappingNames returns the values of --mapping in the order of their problems.
func mappingNames() []string {
	return slices.SortedFunc(maps.Keys(mappings()), func(a, b string) int { return mappings()[a] - mappings()[b] })
}

// problem returns the problem that the flags are about.
func (f *filterFlags) problem(problem int, changed func(flag string) bool) (int, error) {
	switch {
	case changed("filter") && f.filter == "":
		return 0, usagef("--filter is empty: want a file, - or a filter in brackets")
	case f.filter != "" && f.recover:
		return 0, usagef("--filter judges a filter, --recover finds one: choose one of them")
	case f.filter == "" && (changed("stride") || changed("padding")):
		return 0, usagef("--stride and --padding go with --filter")
	case f.mapping != "" && !f.recover:
		return 0, usagef("--mapping goes with --recover")
	case f.mapping == "":
		return problem, oneOf("conv", problem, 1, 2, 3)
	}
	of, known := mappings()[f.mapping]
	if !known {
		return 0, unknownName("mapping", f.mapping, mappingNames())
	}
	if problem != 0 && problem != of {
		return 0, usagef("the mapping %s is not that of problem %d; leave out --problem", f.mapping, problem)
	}
	return of, nil
}

// judgeFilter judges or recovers a filter, as the flags say.
func (a *app) judgeFilter(cmd *cobra.Command, problem int, cfg homework.Config, f filterFlags) error {
	if cfg.Image != "" {
		return usagef("--image is for the sheet's filter; leave out --filter and --recover")
	}
	if f.recover {
		r, err := homework.RecoverFilter(problem, cfg)
		return a.one(cmd, r, err)
	}
	answer := homework.FilterAnswer{Stride: f.stride}
	switch changed := cmd.Flags().Changed; {
	case changed("stride") && f.stride < 1:
		return usagef("--stride %d: want at least 1", f.stride)
	case changed("padding") && (f.padding < 0 || f.padding > maxSide):
		return usagef("--padding %d: want 0 to %d", f.padding, maxSide)
	case changed("padding"):
		answer.Padding = &f.padding
	}
	name, content, err := a.input("--filter", f.filter)
	if err != nil {
		return err
	}
	if answer.W, err = homework.ReadFilter(name, content); err != nil {
		return err
	}
	r, err := homework.JudgeFilter(problem, cfg, answer)
	return a.one(cmd, r, err)
}

// judgeMLP writes the template of an answer to Problem 6, or judges the answer in
// a file.
func (a *app) judgeMLP(cmd *cobra.Command, cfg homework.Config, file string) error {
	if file == "" {
		template, err := homework.BackpropOptions(cfg).Template()
		if err != nil {
			return homework.OfProblem(err)
		}
		_, err = a.Out.Write(template)
		return err
	}
	for _, flag := range []string{"template", "sizes", "activation", "seed"} {
		if cmd.Flags().Changed(flag) {
			return usagef("--%s does not go with --answer, whose file has it all", flag)
		}
	}
	name, content, err := a.input("--answer", file)
	if err != nil {
		return err
	}
	answer, err := backprop.Read(name, content)
	if err != nil {
		return homework.OfProblem(err)
	}
	v, err := answer.Judge()
	return a.one(cmd, backprop.Problem().Judged(": your answer", v), homework.OfProblem(err))
}

// judgeParameters judges a number of parameters, such as 60806 or 60,806.
func (a *app) judgeParameters(cmd *cobra.Command, number string) error {
	n, err := strconv.Atoi(strings.NewReplacer(",", "", "_", "", " ", "").Replace(number))
	if err != nil || n < 0 {
		return usagef("--answer %q: want a number of parameters, such as 60806", number)
	}
	r, err := homework.JudgeParameters(n)
	return a.one(cmd, r, err)
}

// one writes the only report of a command.
func (a *app) one(cmd *cobra.Command, r *report.Report, err error) error {
	if err != nil {
		return err
	}
	if !a.json {
		if err := a.textStyle().Write(a.Out, r); err != nil {
			return err
		}
	}
	return a.finish(cmd, []*report.Report{r})
}

// input returns what a flag gives: itself, if it begins as JSON does, what is on
// standard input for "-", or a file; and what to call it.
func (a *app) input(flag, value string) (name string, content []byte, err error) {
	if strings.HasPrefix(strings.TrimSpace(value), "[") || strings.HasPrefix(strings.TrimSpace(value), "{") {
		return flag, []byte(value), nil
	}
	if value == "-" {
		in := a.In
		if in == nil {
			in = bytes.NewReader(nil)
		}
		content, err = io.ReadAll(io.LimitReader(in, maxAnswer+1))
		if err == nil && len(content) > maxAnswer {
			err = fmt.Errorf("standard input is longer than %d bytes", maxAnswer)
		}
		return "standard input", content, inputError(err)
	}
	content, err = strict.ReadFile(value, maxAnswer)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%s: no such file; numbers on the command line are written in brackets, such as '[0.5, 0.25, 0.25]'", value)
	}
	return value, content, inputError(err)
}

func inputError(err error) error {
	if err == nil {
		return nil
	}
	return &homework.InputError{Err: err}
}
