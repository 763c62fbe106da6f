package cli

import (
	"context"

	"github.com/spf13/cobra"

	"hw4/internal/problems/commute"
	"hw4/internal/progress"
	"hw4/internal/report"
)

func (a *app) poolCommand() *cobra.Command {
	var number int
	var o commute.Options
	cmd := &cobra.Command{
		Use:   "pool",
		Short: "Problem 4: max pooling commutes with nondecreasing activations",
		Long: `For every nondecreasing activation, checks that sigma(rho(X)) = rho(sigma(X)), bit for
bit: for all orders of the numbers in a window, ties included, and on random tensors.
For every other activation, finds the smallest counterexample.`,
		Example: "  hw4 pool --problem 4",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkProblem(cmd, number); err != nil {
				return err
			}
			return a.answer(cmd, func(ctx context.Context, _ progress.Progress) (*report.Report, error) { return o.Solve(ctx) })
		},
	}
	problemFlag(cmd, &number, 4)
	cmd.Flags().Uint64Var(&o.Seed, "seed", 0, "seed of the random tensors")
	return cmd
}
