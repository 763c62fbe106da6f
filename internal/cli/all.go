package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"hw4/data"
	"hw4/internal/problem"
	"hw4/internal/problems/lenet5"
	"hw4/internal/progress"
	"hw4/internal/report"
	"hw4/internal/report/text"
	"hw4/internal/sheet"
	"hw4/lenet"
)

func (a *app) allCommand() *cobra.Command {
	s := problem.Settings{Epochs: 1}
	cmd := &cobra.Command{
		Use:   "all",
		Short: "All problems, the answer to each",
		Long: `Answers all problems with their default settings and writes the short answer to each.
Problem 7 trains the original LeNet-5, for 1 epoch instead of the course's 10;
--epochs 10 trains all.`,
		Example: "  hw4 all\n  hw4 all --epochs 10 --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.checkSheet(s.Epochs); err != nil {
				return err
			}
			return a.all(cmd, s)
		},
	}
	sheetFlags(cmd, &s)
	return cmd
}

// sheetFlags adds the settings that all problems share.
func sheetFlags(cmd *cobra.Command, s *problem.Settings) {
	cmd.Flags().IntVar(&s.Epochs, "epochs", s.Epochs, "epochs of LeNet-5's training; the course's are 10")
	cmd.Flags().Uint64Var(&s.Seed, "seed", 0, "seed of all random numbers")
}

// checkSheet refuses before the first answer what would end the run at a later one.
func (a *app) checkSheet(epochs int) error {
	if epochs < 1 || epochs > maxEpochs {
		return usagef("--epochs %d: want 1 to %d", epochs, maxEpochs)
	}
	_, err := data.Load(a.source())
	return problem.Input(err)
}

// solve solves one problem of the sheet with the settings that all share.
func (a *app) solve(ctx context.Context, p problem.Problem, s problem.Settings) (*report.Report, error) {
	return a.run(ctx, func(ctx context.Context, bar progress.Progress) (*report.Report, error) {
		s.Data, s.Progress = a.source(), bar
		return p.Solve(ctx, s)
	})
}

// all solves every problem and writes its answer, and a summary.
func (a *app) all(cmd *cobra.Command, s problem.Settings) error {
	var reports []*report.Report
	passed, checks := 0, 0
	for _, p := range sheet.Problems() {
		r, err := a.solve(cmd.Context(), p, s)
		if err != nil {
			return err
		}
		reports = append(reports, r)
		checks += len(r.Checks)
		if r.OK() {
			passed++
		}
		if !a.json {
			if err := text.WriteBrief(a.Out, r, a.textStyle()); err != nil {
				return err
			}
		}
	}
	return a.tell(cmd, reports, "%d of %d problems answered, %d checks made.%s", passed, len(reports), checks,
		shortTraining(s.Epochs))
}

// shortTraining says if LeNet-5 was trained for less than the course does.
func shortTraining(epochs int) string {
	course := lenet5.Defaults(lenet.Original).Epochs
	if epochs >= course {
		return ""
	}
	return fmt.Sprintf(" LeNet-5 was trained for %d of the course's %d epochs; --epochs %d trains all.", epochs, course,
		course)
}
