package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"hw4/internal/homework"
	"hw4/internal/report"
	"hw4/internal/report/text"
)

// rootCommand returns the command tree.
func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "hw4",
		Short: "Homework 4, answered and checked",
		Long: `hw4 answers the seven problems of Homework 4 of Mathematical Foundations of Deep
Neural Networks and shows why each answer is right: every claim in its output is
followed by the check that could have refuted it.

Results go to standard output, progress to standard error. Exit codes: 0 all
checks passed, 1 a check or the run failed, 2 usage, 4 a file is missing or cannot
be used, 5 training diverged, 130 interrupted, 143 ended by SIGTERM.`,
		Args:              cobra.ArbitraryArgs,
		SilenceErrors:     true,
		SilenceUsage:      true,
		Version:           version(),
		PersistentPreRunE: func(*cobra.Command, []string) error { return a.checkPreview() },
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(helpCommand())
	flags := root.PersistentFlags()
	flags.BoolVar(&a.json, "json", false, "write one JSON object instead of text")
	flags.BoolVar(&a.details, "details", false, "write the evidence and all checks below the answer")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "report no progress")
	flags.BoolVar(&a.noColour, "no-color", false, "use no colours; so does NO_COLOR in the environment")
	flags.StringVar(&a.preview, "preview", "auto", "how pictures are shown on a terminal: auto, none, blocks, kitty or sixel")
	flags.StringVar(&a.pictures, "pictures", "", "folder to write the pictures of the answer to, as PNG files")
	flags.StringVar(&a.data, "data", "", "folder with the four MNIST files; else $HW4_DATA, else the GoMNIST module")
	root.AddGroup(
		&cobra.Group{ID: "sheet", Title: "The sheet:"},
		&cobra.Group{ID: "problems", Title: "Its problems:"},
	)
	for _, c := range []*cobra.Command{a.allCommand(), a.reportCommand()} {
		c.GroupID = "sheet"
		root.AddCommand(c)
	}
	for _, c := range []*cobra.Command{a.convCommand(), a.poolCommand(), a.trainCommand(), a.mlpCommand(), a.lenetCommand()} {
		c.GroupID = "problems"
		root.AddCommand(c)
	}
	root.Example = firstExamples(root)
	addCompletions(root)
	return root
}

// unknownCommand is the error of a command that does not exist, with what may
// have been meant.
func unknownCommand(cmd *cobra.Command, name string) error {
	cmd.SuggestionsMinimumDistance = 2
	if s := cmd.SuggestionsFor(name); len(s) > 0 {
		return usagef("no command %q; did you mean %q? See 'hw4 --help'", name, s[0])
	}
	return usagef("no command %q; see 'hw4 --help'", name)
}

// noArgs refuses arguments that are no flags.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unexpected argument %q; see '%s --help'", args[0], cmd.CommandPath())
	}
	return nil
}

func (a *app) convCommand() *cobra.Command {
	cfg := homework.Defaults(1)
	var problem int
	var size string
	var own filterFlags
	cmd := &cobra.Command{
		Use:   "conv --problem 1|2|3",
		Short: "Problems 1 to 3: mappings of images as convolutions",
		Long: `Prints the filter that represents the mapping, and checks it against the sheet's
formula on every basis image, which proves it for images of this size, and on random
images. With --image it also applies the mapping to a picture: edges for Problem 1,
the pooled picture for Problem 2, greyscale for Problem 3.

With --filter it judges a filter of your own: a right one is proved right, a wrong one
shown wrong on the smallest picture, and the mistake named if it is a common one. With
--recover it reads the filter off the mapping's answers to basis images.`,
		Example: "  hw4 conv --problem 1 --filter '[[[0,0,0],[0,-1,0],[0,1,0]],[[0,0,0],[0,-1,1],[0,0,0]]]'\n  hw4 conv --recover --mapping maxpool\n  hw4 conv --problem 1 --size 28x28\n  hw4 conv --problem 2 --kernel 4 --channels 3\n  hw4 conv --problem 3 --image photo.jpg --out grey.png",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if problem, err = own.problem(problem, cmd.Flags().Changed); err != nil {
				return err
			}
			if err := checkConv(&cfg, size, cmd.Flags().Changed, problem); err != nil {
				return err
			}
			if own.wanted() {
				return a.judgeFilter(cmd, problem, cfg, own)
			}
			return a.solve(cmd, map[int]homework.Config{problem: cfg})
		},
	}
	f := cmd.Flags()
	f.IntVarP(&problem, "problem", "p", 0, "problem: 1, 2 or 3")
	f.StringVar(&size, "size", "28x28", "height and width of the images that are checked")
	f.IntVar(&cfg.Kernel, "kernel", cfg.Kernel, "kernel size k of Problem 2")
	f.IntVar(&cfg.Channels, "channels", cfg.Channels, "channels of the images of Problem 2")
	f.Uint64Var(&cfg.Seed, "seed", 0, "seed of the random images")
	f.StringVar(&cfg.Image, "image", "", "PNG or JPEG file to apply the mapping to")
	f.StringVar(&cfg.Out, "out", "", "file for the result, PNG or JPEG")
	own.add(cmd)
	return cmd
}

func (a *app) poolCommand() *cobra.Command {
	cfg := homework.Defaults(4)
	problem := 4
	cmd := &cobra.Command{
		Use:   "pool",
		Short: "Problem 4: max pooling commutes with nondecreasing activations",
		Long: `Checks sigma(rho(X)) = rho(sigma(X)) bit for bit, for every nondecreasing activation,
on all weak orderings of a window and on random tensors, and finds the smallest
counterexample for activations that are not nondecreasing.`,
		Example: "  hw4 pool --problem 4",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOf("pool", problem, 4); err != nil {
				return err
			}
			return a.solve(cmd, map[int]homework.Config{4: cfg})
		},
	}
	cmd.Flags().IntVarP(&problem, "problem", "p", 4, "problem: 4")
	cmd.Flags().Uint64Var(&cfg.Seed, "seed", 0, "seed of the random tensors")
	return cmd
}

func (a *app) trainCommand() *cobra.Command {
	cfg := homework.Defaults(5)
	cmd := &cobra.Command{
		Use:   "train --loss mse|kl|both",
		Short: "Problem 5: sum of squares against KL divergence",
		Long: `Trains the sheet's model f_{a,b} on the 4s and 9s of MNIST by SGD and reports losses
and accuracies. With --loss both, the two losses start from the same weights and see
the same batches, first from one seed in detail and then from --seeds seeds, with
confidence intervals, significance tests and the optimum that they head for. The
defaults are those of the course's script, but for the bias, which the script leaves
out and the sheet has.`,
		Example: "  hw4 train --loss mse\n  hw4 train --loss both --seeds 20\n  hw4 train --loss both --lr 0.01,0.0255,0.1 --epochs 3,20",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkComparison(cfg, cmd.Flags().Changed("seeds")); err != nil {
				return err
			}
			if cfg.Save != "" && cfg.Loss == "both" {
				return usagef("--save is for one loss: say --loss mse or --loss kl")
			}
			if cfg.ONNX != "" && cfg.Weights == "" && cfg.Loss == "both" {
				return usagef("--onnx is for one loss: say --loss mse or --loss kl")
			}
			if err := checkWeights(cfg, cfg.Weights == ""); err != nil {
				return err
			}
			return a.solve(cmd, map[int]homework.Config{5: cfg})
		},
	}
	cmd.Flags().StringVar(&cfg.Loss, "loss", cfg.Loss, "mse, kl or both")
	cmd.Flags().BoolVar(&cfg.NoBias, "no-bias", false, "leave out b, as the course's script does")
	trainingFlags(cmd, &cfg)
	gridFlags(cmd, &cfg)
	weightsFlags(cmd, &cfg)
	return cmd
}

func (a *app) mlpCommand() *cobra.Command {
	cfg := homework.Defaults(6)
	problem, sizes := 6, "5,4,3,1"
	var answer string
	var template bool
	cmd := &cobra.Command{
		Use:   "mlp",
		Short: "Problem 6: backprop for a multi-layer perceptron",
		Long: `Computes every Jacobian of the problem, and the derivatives of y_L by the weights, by
the sheet's formulas, by reverse-mode differentiation and by finite differences, and
compares them.

With --template it writes a file with a perceptron and an input, in which you put your
own matrices; with --answer it judges them: which layer and entry is wrong, and which
mistake makes it so.`,
		Example: "  hw4 mlp --problem 6 --sizes 5,4,3,1 --activation tanh\n  hw4 mlp --sizes 2,3,1 --activation sigmoid --template > answer.json\n  hw4 mlp --answer answer.json",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOf("mlp", problem, 6); err != nil {
				return err
			}
			var err error
			if cfg.Sizes, err = parseSizes(sizes); err != nil {
				return err
			}
			if answer != "" || template {
				return a.judgeMLP(cmd, cfg, answer)
			}
			return a.solve(cmd, map[int]homework.Config{6: cfg})
		},
	}
	f := cmd.Flags()
	f.IntVarP(&problem, "problem", "p", 6, "problem: 6")
	f.StringVar(&sizes, "sizes", sizes, "sizes n_0,n_1,...,n_L, of which n_L is 1")
	f.StringVar(&cfg.Activation, "activation", cfg.Activation, "activation sigma, such as tanh, sigmoid or softplus")
	f.Uint64Var(&cfg.Seed, "seed", 0, "seed of weights, biases and input")
	f.BoolVar(&template, "template", false, "write a file to put an answer of your own in")
	f.StringVar(&answer, "answer", "", "judge the answer in this file, or - for standard input")
	return cmd
}

func (a *app) lenetCommand() *cobra.Command {
	cfg := homework.Defaults(7)
	cfg.Params = false
	var answer string
	cmd := &cobra.Command{
		Use:   "lenet --params | --train",
		Short: "Problem 7: LeNet-5's original C3 layer",
		Long: `Counts the trainable parameters of LeNet-5, by hand and from its tensors, with C3
connected by Table I of the paper and as an ordinary convolution, and of the network as
the paper has it; and trains any of the three on MNIST, the first two with the settings
of the course's script, lecun1998 with the paper's loss and settings of its own:
` + archSettings("lecun1998") + `.
Weights that were saved, here or by a PyTorch program, are measured on the test set, or
read a picture of a digit.`,
		Example: "  hw4 lenet --params\n  hw4 lenet --params --answer 60570\n  hw4 lenet --train --arch original --epochs 10 --save w.safetensors\n  hw4 lenet --eval --weights w.safetensors\n  hw4 lenet --predict seven.png --weights w.safetensors",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkWeights(cfg, cfg.Train); err != nil {
				return err
			}
			if cmd.Flags().Changed("answer") {
				if cfg.Train || cfg.Weights != "" {
					return usagef("--answer judges a number of parameters and does not go with --train or --weights")
				}
				return a.judgeParameters(cmd, answer)
			}
			if cfg.Weights == "" && !cfg.Train && !cfg.Params {
				return usagef("say --params, --train or both, or --weights; see 'hw4 lenet --help'")
			}
			if cfg.Weights != "" && !cmd.Flags().Changed("arch") {
				cfg.Arch = "" // the weights tell
			}
			if !cfg.Train && cfg.Checkpoint.File != "" {
				return usagef("--checkpoint wants --train")
			}
			archDefaults(&cfg, cmd.Flags().Changed)
			if err := checkTraining(cfg); err != nil {
				return err
			}
			return a.solve(cmd, map[int]homework.Config{7: cfg})
		},
	}
	f := cmd.Flags()
	f.BoolVar(&cfg.Params, "params", false, "count the parameters")
	f.StringVar(&answer, "answer", "", "judge a number of parameters of your own: with --params")
	f.BoolVar(&cfg.Train, "train", false, "train a network")
	f.StringVar(&cfg.Arch, "arch", cfg.Arch, "network to train, or that weights must be of: original, modern or lecun1998")
	trainingFlags(cmd, &cfg)
	weightsFlags(cmd, &cfg)
	f.StringVar(&cfg.Predict, "predict", "", "picture of a digit to read with --weights: PNG, JPEG or .npy, any size, light or dark")
	return cmd
}

func (a *app) allCommand() *cobra.Command {
	epochs := 1
	var seed uint64
	cmd := &cobra.Command{
		Use:   "all",
		Short: "All seven problems, a verdict for each",
		Long: `Answers all problems with their default settings and writes a line for each. Problem 7
trains the original LeNet-5, for fewer epochs than the course's ten unless told so.`,
		Example: "  hw4 all\n  hw4 all --epochs 10 --json",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if epochs < 1 {
				return usagef("--epochs %d: want at least 1", epochs)
			}
			return a.solveAll(cmd, epochs, seed)
		},
	}
	cmd.Flags().IntVar(&epochs, "epochs", epochs, "epochs of LeNet-5's training; the course's are 10")
	cmd.Flags().Uint64Var(&seed, "seed", 0, "seed of everything random")
	return cmd
}

// solveAll solves every problem and writes a line for each and a summary.
func (a *app) solveAll(cmd *cobra.Command, epochs int, seed uint64) error {
	var reports []*report.Report
	passed, checks := 0, 0
	for _, p := range a.problems {
		cfg := homework.Defaults(p.Number)
		cfg.Seed = seed
		if p.Number == 7 {
			cfg.Train, cfg.Epochs = true, epochs
		}
		r, err := a.solveOne(cmd.Context(), p, cfg)
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
	if !a.json {
		course := homework.Defaults(7).Epochs
		note := ""
		if epochs < course {
			note = fmt.Sprintf(" LeNet-5 was trained for %d of the course's %d epochs; --epochs %d trains all.", epochs, course, course)
		}
		summary := fmt.Sprintf("%d of %d problems answered, %d checks made.%s", passed, len(reports), checks, note)
		fmt.Fprintf(a.Out, "\n%s", a.textStyle().Paragraph(summary))
	}
	return a.finish(cmd, reports)
}

// trainingFlags adds the flags that the training commands share.
func trainingFlags(cmd *cobra.Command, cfg *homework.Config) {
	f := cmd.Flags()
	f.IntVar(&cfg.Epochs, "epochs", cfg.Epochs, "passes over the training set")
	f.IntVar(&cfg.Batch, "batch", cfg.Batch, "images in a batch")
	f.Float64Var(&cfg.LR, "lr", cfg.LR, "learning rate")
	f.Uint64Var(&cfg.Seed, "seed", 0, "seed of the first weights and of the order of the images")
	checkpointFlags(cmd, &cfg.Checkpoint)
}
