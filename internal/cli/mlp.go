package cli

import (
	"context"

	"github.com/spf13/cobra"

	"hw4/internal/arrayfile"
	"hw4/internal/problem"
	"hw4/internal/problems/backprop"
	"hw4/internal/progress"
	"hw4/internal/report"
)

// mlpFlags are the flags of 'hw4 mlp'.
type mlpFlags struct {
	backprop.Options
	problem  int
	answer   string // file, or -
	template bool
}

func (a *app) mlpCommand() *cobra.Command {
	f := mlpFlags{Options: backprop.Defaults()}
	cmd := &cobra.Command{
		Use:   "mlp",
		Short: "Problem 6: backprop for a multi-layer perceptron",
		Long: `Computes every derivative of the problem in three ways and compares them: by the
formulas of the sheet, by automatic differentiation and by finite differences.

--template writes a file with a perceptron and an input. Put your own matrices into it.
--answer judges them: it says which layer and which entry is wrong, and which mistake
explains it.`,
		Example: "  hw4 mlp --problem 6 --sizes 5,4,3,1 --activation tanh\n" +
			"  hw4 mlp --sizes 2,3,1 --activation sigmoid --template > answer.json\n  hw4 mlp --answer answer.json",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.mlp(cmd, &f) },
	}
	flags := cmd.Flags()
	problemFlag(cmd, &f.problem, 6)
	flags.IntSliceVar(&f.Sizes, "sizes", f.Sizes, "sizes n_0,n_1,...,n_L; the last one is 1")
	flags.StringVar(&f.Activation, "activation", f.Activation, "activation sigma, such as tanh, sigmoid or softplus")
	flags.Uint64Var(&f.Seed, "seed", 0, "seed of weights, biases and input")
	flags.BoolVar(&f.template, "template", false, "write a file into which you put your own answer")
	flags.StringVar(&f.answer, "answer", "",
		"judge the answer in this file: the template, or arrays x, A_1, b_1, dy_1/db_1, ...; - for standard input")
	return cmd
}

// mlp answers the problem, writes a template, or judges an answer, as the flags say.
func (a *app) mlp(cmd *cobra.Command, f *mlpFlags) error {
	if err := checkProblem(cmd, f.problem); err != nil {
		return err
	}
	switch {
	case cmd.Flags().Changed("answer"):
		return a.judgeMLP(cmd, f.answer)
	case f.template:
		template, err := f.Template()
		if err == nil {
			_, err = a.Out.Write(template)
		}
		return err
	}
	return a.answer(cmd, func(ctx context.Context, _ progress.Progress) (*report.Report, error) { return f.Solve(ctx) })
}

// readAnswer reads an answer, from the template as text or from arrays.
func readAnswer(cmd *cobra.Command, name string, content []byte, array string, text bool) (backprop.Answer, error) {
	if text {
		return backprop.Read(name, content)
	}
	f, err := arrayfile.Read(name, content, maxAnswer)
	if err != nil {
		return backprop.Answer{}, problem.Input(err)
	}
	arrays, err := f.Select(array)
	if err != nil {
		return backprop.Answer{}, err
	}
	activation := ""
	if flag := cmd.Flags().Lookup("activation"); flag.Changed {
		activation = flag.Value.String()
	}
	return backprop.ReadArrays(f, arrays, activation)
}

// judgeMLP judges the matrices in a file.
func (a *app) judgeMLP(cmd *cobra.Command, file string) error {
	if file == "" {
		return usagef("--answer is empty: want a file, or - for standard input")
	}
	path, array := arrayfile.Split(file)
	name, content, err := a.input("--answer", path)
	if err != nil {
		return err
	}
	own, text := []string{"template", "sizes", "seed"}, arrayfile.IsText(name, content)
	if text { // it says the activation too
		own = append(own, "activation")
	}
	for _, flag := range own {
		if cmd.Flags().Changed(flag) {
			return usagef("leave out --%s: the file of --answer has its own", flag)
		}
	}
	answer, err := readAnswer(cmd, name, content, array, text)
	if err != nil {
		return err
	}
	v, err := answer.Judge()
	if err != nil {
		return err
	}
	if said := roundedFractions(answer.Rounded); said != "" {
		v.Items = append([]report.Item{report.Textf("Read%s.", said)}, v.Items...)
	}
	return a.write(cmd, backprop.Problem().Judged(": your answer", v))
}
