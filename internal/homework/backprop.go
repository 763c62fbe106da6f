package homework

import (
	"context"
	"errors"

	"hw4/internal/problem"
	"hw4/internal/problems/backprop"
	"hw4/internal/report"
)

// solveBackprop answers Problem 6.
func solveBackprop(ctx context.Context, cfg Config) (*report.Report, error) {
	r, err := BackpropOptions(cfg).Solve(ctx)
	return r, OfProblem(err)
}

// BackpropOptions returns the settings of Problem 6.
func BackpropOptions(cfg Config) backprop.Options {
	return backprop.Options{Sizes: cfg.Sizes, Activation: cfg.Activation, Seed: cfg.Seed}
}

// OfProblem returns an error of a package problem as one of this package.
func OfProblem(err error) error {
	var setting *problem.SettingError
	var input *problem.InputError
	switch {
	case errors.As(err, &setting) && setting.Setting != "":
		return usagef("--%v", err)
	case errors.As(err, &setting):
		return usagef("%v", err)
	case errors.As(err, &input):
		return &InputError{Err: input.Err}
	}
	return err
}
