package cli

import (
	"context"

	"github.com/spf13/cobra"

	"hw4/internal/arrayfile"
	"hw4/internal/problems/backprop"
	"hw4/internal/progress"
	"hw4/internal/report"
)

// mlpFlags are the flags of 'hw4 mlp'.
type mlpFlags struct {
	backprop.Options
	problem  int
	answer   string // file, or -
	against  string // the template that it was made from: file, or -; empty: none
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
explains it. --against also judges whether they are for the perceptron of the template
that was given.`,
		Example: "  hw4 mlp --problem 6 --sizes 5,4,3,1 --activation tanh\n" +
			"  hw4 mlp --sizes 2,3,1 --activation sigmoid --template > answer.json\n  hw4 mlp --answer answer.json",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.mlp(cmd, &f) },
	}
	flags := cmd.Flags()
	problemFlag(cmd, &f.problem, 6)
	flags.IntSliceVar(&f.Sizes, "sizes", f.Sizes, "sizes n_0,n_1,...,n_L; the last one is 1")
	flags.StringVar(&f.Activation, "activation", f.Activation, "activation sigma, such as tanh, sigmoid or softplus")
	flags.Uint64Var(&f.Seed, "seed", 0, "seed of weights, biases and input")
	flags.BoolVar(&f.template, "template", false, "write a file into which you put your own answer")
	flags.StringVar(&f.answer, "answer", "",
		"judge the answer in this file: the template, or .npz, .safetensors or .pt with x, A_1, b_1, dy_1/db_1, ...; - for "+
			"standard input")
	flags.StringVar(&f.against, "against", "", "template that --answer must have been made from, or - for standard input")
	return cmd
}

// mlp answers the problem, writes a template, or judges an answer, as the flags say.
func (a *app) mlp(cmd *cobra.Command, f *mlpFlags) error {
	if err := checkProblem(cmd, f.problem); err != nil {
		return err
	}
	switch {
	case cmd.Flags().Changed("answer"):
		return a.judgeMLP(cmd, f)
	case cmd.Flags().Changed("against"):
		return usagef("--against goes with --answer")
	case f.template:
		template, err := f.Template()
		if err == nil {
			_, err = a.Out.Write(template)
		}
		return err
	}
	return a.answer(cmd, func(ctx context.Context, _ progress.Progress) (*report.Report, error) { return f.Solve(ctx) })
}

// judgeMLP judges the matrices in a file.
func (a *app) judgeMLP(cmd *cobra.Command, f *mlpFlags) error {
	path, array := splitArray(f.answer)
	name, content, err := a.input("--answer", path)
	if err != nil {
		return err
	}
	own, activation := []string{"template", "sizes", "seed"}, ""
	if arrayfile.IsText(name, content) { // it says the activation too
		own = append(own, "activation")
	}
	for _, flag := range own {
		if cmd.Flags().Changed(flag) {
			return usagef("leave out --%s: the file of --answer has its own", flag)
		}
	}
	if flag := cmd.Flags().Lookup("activation"); flag.Changed {
		activation = flag.Value.String()
	}
	template, err := a.readTemplate(f.against)
	if err != nil {
		return err
	}
	answer, err := backprop.ReadFile(name, array, content, activation, template)
	if err != nil {
		return err
	}
	v, err := answer.JudgeFor(template, f.against)
	if err != nil {
		return err
	}
	if said := roundedFractions(answer.Rounded); said != "" {
		v.Items = append([]report.Item{report.Textf("Read%s.", said)}, v.Items...)
	}
	return a.write(cmd, backprop.Problem().Judged(": your answer", v))
}

// readTemplate reads the template in a file, nil if none is given.
func (a *app) readTemplate(file string) (*backprop.Answer, error) {
	if file == "" {
		return nil, nil
	}
	name, content, err := a.input("--against", file)
	if err != nil {
		return nil, err
	}
	template, err := backprop.Read(name, content)
	return &template, err
}
