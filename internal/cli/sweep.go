package cli

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hw4/data"
	"hw4/internal/atomicfile"
	"hw4/internal/problem"
	"hw4/internal/problems/lenet5"
	"hw4/internal/problems/losses"
	"hw4/internal/report"
	"hw4/internal/report/html"
	"hw4/internal/sweep"
	"hw4/internal/training"
)

// sweepModels returns what a sweep can train.
func sweepModels() []sweep.Model { return []sweep.Model{lenet5.Sweep(), losses.Sweep()} }

// modelNames returns their names.
func modelNames() (names []string) {
	for _, m := range sweepModels() {
		names = append(names, m.Name)
	}
	return names
}

func (a *app) sweepCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "sweep plan | run | status | merge | report | script",
		Short: "Many trainings as a plan, on one machine or on a cluster",
		Long: `Questions such as "does Table I cost accuracy" want hundreds of trainings. 'plan' lists
them in a folder, 'run' computes those that are not done yet, 'status' counts, and
'merge' and 'report' say what they came to. Several runs may share the folder, on one
machine or on many. 'script' prints a script for a job system, to read and to submit.`,
		Example: "  hw4 sweep plan --model lenet --variants original,modern --seeds 100\n  hw4 sweep run\n  hw4 sweep report",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(a.sweepPlan(&dir), a.sweepRun(&dir), a.sweepStatus(&dir), a.sweepMerge(&dir), a.sweepReport(&dir),
		a.sweepScript(&dir))
	for _, c := range cmd.Commands() {
		c.Flags().StringVar(&dir, "dir", "sweep", "folder of the plan and of its results")
	}
	return cmd
}

// tell ends a command that has done something.
func (a *app) tell(cmd *cobra.Command, format string, args ...any) error {
	if !a.json {
		fmt.Fprint(a.Out, a.textStyle().Paragraph(fmt.Sprintf(format, args...)))
	}
	return a.finish(cmd, nil)
}

func (a *app) sweepPlan(dir *string) *cobra.Command {
	var g sweep.Grid
	var file string
	cmd := &cobra.Command{
		Use:   "plan --model MODEL | --plan FILE",
		Short: "List the trainings of a sweep",
		Long: `Makes a folder with a plan: all combinations of the variants and settings that the flags
list, from so many seeds. The variants of lenet are its architectures, those of logistic
its losses. What is left out is as the course has it. --plan reads a TOML file instead, with
a table [[grid]] for every part of the plan and a key for every flag. A plan may be
replaced by a larger one: what is done stays done.`,
		Example: "  hw4 sweep plan --model logistic --lr 0.01,0.0255,0.1 --epochs 3,20 --seeds 100\n" +
			"  hw4 sweep plan --plan c3.toml --dir c3",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			grids := []sweep.Grid{g}
			if file != "" {
				if g.Model != "" {
					return usagef("--plan and --model are two plans; leave one out")
				}
				var err error
				if grids, err = sweep.ReadGrids(file); err != nil {
					return err
				}
			}
			return a.planSweep(cmd, *dir, file, grids)
		},
	}
	f := cmd.Flags()
	f.StringVar(&file, "plan", "", "a TOML file with the plan")
	f.StringVar(&g.Model, "model", "", "what to train: "+report.Join(modelNames(), "or"))
	f.StringSliceVar(&g.Variants, "variants", nil, "architectures or losses, such as original,modern (default: all)")
	f.Float64SliceVar(&g.LR, "lr", nil, "learning rates, such as 0.01,0.1")
	f.IntSliceVar(&g.Batch, "batch", nil, "images in a batch, such as 50,100")
	f.IntSliceVar(&g.Epochs, "epochs", nil, "numbers of epochs after which to look, such as 3,20")
	f.IntVar(&g.Seeds, "seeds", 1, "how many seeds")
	f.Uint64Var(&g.Seed, "seed", 0, "the first seed")
	f.StringSliceVar(&g.Paired, "paired", nil, "lists that go together instead of being combined, such as lr,batch")
	return cmd
}

func (a *app) planSweep(cmd *cobra.Command, dir, file string, grids []sweep.Grid) error {
	var cells []sweep.Cell
	for _, g := range grids {
		some, err := g.Cells(sweepModels())
		if err != nil && file != "" {
			return problem.Inputf("%s: %w", file, err)
		} else if err != nil {
			return err
		}
		cells = append(cells, some...)
	}
	mnist, err := data.Load(a.source())
	if err != nil {
		return problem.Input(err)
	}
	s := sweep.New(dir, sweep.SumsOf(mnist), cells)
	if err := s.Write(); err != nil {
		return err
	}
	trainings := 0
	for _, c := range s.Cells {
		trainings += c.Seeds
	}
	return a.tell(cmd, "%s with %s are planned in %s.", report.Plural(len(s.Cells), "cell"),
		report.Plural(trainings, "training"), dir)
}

func (a *app) sweepRun(dir *string) *cobra.Command {
	shard := ""
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Compute what is not done yet",
		Long: `Computes the cells of the plan that have no result yet. A run that has ended before its
time, even by a kill, is begun again by the same command, and goes on where it was.
--shard 0/8 computes an eighth of the plan. --shard auto/8 takes the number from the job
system, in ` + report.Join(sweep.Variables, "or") + `.`,
		Example: "  hw4 sweep run --dir c3\n  hw4 sweep run --dir c3 --shard 0/8",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o := sweep.Options{Data: a.source(), Version: cmd.Root().Version}
			if err := a.parseShard(shard, &o); err != nil {
				return err
			}
			s, err := sweep.Open(*dir)
			if err != nil {
				return err
			}
			p, done := a.progress()
			o.Progress = p
			tally, err := s.Run(cmd.Context(), sweepModels(), o)
			done()
			if err != nil {
				return err
			}
			elsewhere := ""
			if tally.Elsewhere > 0 {
				elsewhere = fmt.Sprintf("; %d are being computed by another process", tally.Elsewhere)
			}
			return a.tell(cmd, "Of %s, %d are computed and %d had been done before%s.", report.Plural(tally.Cells, "cell"),
				tally.Computed, tally.Cells-tally.Computed-tally.Elsewhere, elsewhere)
		},
	}
	cmd.Flags().StringVar(&shard, "shard", "", "compute a part of the plan, such as 0/8 or auto/8")
	return cmd
}

// parseShard reads --shard.
func (a *app) parseShard(s string, o *sweep.Options) (err error) {
	if s == "" {
		return nil
	}
	number, of, _ := strings.Cut(s, "/")
	from := "--shard"
	if number == "auto" {
		number = ""
		for _, name := range sweep.Variables {
			if v := a.Getenv(name); v != "" && number == "" {
				number, from = v, name
			}
		}
		if number == "" {
			return usagef("--shard %s: none of %s is set", s, report.Join(sweep.Variables, "and"))
		}
	}
	o.Of, err = strconv.Atoi(of)
	if err != nil || o.Of < 1 {
		return usagef("--shard %q: want a number and how many there are, such as 0/8 or auto/8", s)
	}
	if o.Shard, err = strconv.Atoi(number); err != nil || o.Shard < 0 || o.Shard >= o.Of {
		return usagef("%s %q: want a shard from 0 to %d", from, number, o.Of-1)
	}
	return nil
}

func (a *app) sweepStatus(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:     "status",
		Short:   "Count what is done, running, failed and missing",
		Long:    "Counts the cells of the plan, and says how long the rest will take at the speed so far.",
		Example: "  hw4 sweep status --dir c3",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := sweep.Open(*dir)
			if err != nil {
				return err
			}
			st, err := s.Status()
			if err != nil {
				return err
			}
			r := &report.Report{Title: "The sweep in " + *dir}
			r.Answer = []report.Item{report.Table{Header: []string{"cells", "done", "diverged", "running", "failed", "missing"},
				Rows: [][]any{{st.Cells, st.Done, st.Diverged, st.Running, st.Failed, st.Missing}}}}
			if st.Left > 0 {
				r.Answerf("Time left: %s.", st.Left.Round(time.Second))
			}
			r.Check("the results are whole", true, "%d read", st.Done)
			return a.write(cmd, r)
		},
	}
}

// merged reads the results, and writes the warnings.
func (a *app) merged(dir string) (*sweep.Merge, error) {
	s, err := sweep.Open(dir)
	if err != nil {
		return nil, err
	}
	m, err := s.Merge()
	if err != nil {
		return nil, err
	}
	for _, w := range m.Warnings {
		fmt.Fprintf(a.Err, "hw4: warning: %s\n", w)
	}
	return m, nil
}

func (a *app) sweepMerge(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "merge",
		Short: "Make one table and one JSON file of all results",
		Long: `Writes merged.tsv and merged.jsonl, which are the same bytes wherever and in whatever
order the cells were computed, and merged-by.tsv, which says who computed them and how
long it took. Fails if cells are missing; the files say so, too.`,
		Example: "  hw4 sweep merge --dir c3",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := a.merged(*dir)
			if err != nil {
				return err
			}
			if err := m.Write(); err != nil {
				return err
			}
			if n := len(m.Missing); n > 0 {
				return fmt.Errorf("the merge is incomplete: %d of %d cells are missing, the first is %s; 'hw4 sweep run' computes "+
					"them", n, len(m.Cells), m.Missing[0])
			}
			return a.tell(cmd, "All %s are merged in %s.", report.Plural(len(m.Cells), "cell"), report.Join(m.Files(), "and"))
		},
	}
}

func (a *app) sweepReport(dir *string) *cobra.Command {
	out := "sweep.html"
	var reach []float64
	cmd := &cobra.Command{
		Use:   "report",
		Short: "What the results say, as one HTML file",
		Long: `Says which variant does better, with intervals and paired tests over the seeds and over the
test images, plots the errors, and writes all of it to an HTML file. --reach 98.5
says when a training reaches that accuracy for the first time.`,
		Example: "  hw4 sweep report --dir c3 --reach 98.5,98.9 -o c3.html",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for i, v := range reach {
				if reach[i] = v / 100; !(v > 0) || v > 100 {
					return usagef("--reach %g: want per cent", v)
				}
			}
			if err := training.CheckWritable(out); err != nil {
				return err
			}
			m, err := a.merged(*dir)
			if err != nil {
				return err
			}
			r := m.Report(reach)
			var file bytes.Buffer
			page := html.Page{Title: r.Title, Lead: "Homework 4, Mathematical Foundations of Deep Neural Networks",
				Sections: []html.Section{{Report: r}}, Facts: []html.Fact{{Name: "Version", Value: cmd.Root().Version}}}
			if err := html.Write(&file, page); err != nil {
				return err
			}
			if err := atomicfile.Write(out, file.Bytes(), atomicfile.Options{}); err != nil {
				return err
			}
			return a.write(cmd, r)
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", out, "the HTML file")
	cmd.Flags().Float64SliceVar(&reach, "reach", nil, "test accuracies in per cent, such as 98.5,98.9")
	return cmd
}

func (a *app) sweepScript(dir *string) *cobra.Command {
	s := sweep.Script{Program: "hw4", Tasks: 8, AtOnce: 8, CPUs: 4, Minutes: 60, Image: "hw4:latest"}
	cmd := &cobra.Command{
		Use:   "script " + strings.Join(sweep.Systems(), "|"),
		Short: "Print a script for a job system",
		Long: `Prints a script that computes the plan in so many tasks: for Slurm an array and a merge
behind it, for Kubernetes an Indexed Job and a Dockerfile of its image, or a line for GNU
parallel. Read it before you submit it.`,
		Example:   "  hw4 sweep script slurm --dir c3 --tasks 16 --cpus 4",
		ValidArgs: sweep.Systems(),
		Args:      cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			for flag, v := range map[string]int{"tasks": s.Tasks, "at-once": s.AtOnce, "cpus": s.CPUs, "minutes": s.Minutes} {
				if v < 1 {
					return usagef("--%s %d: want at least 1", flag, v)
				}
			}
			if len(args) != 1 {
				return usagef("want one of %s", report.Join(sweep.Systems(), "or"))
			}
			s.Dir, s.Data = *dir, a.source().Dir
			return s.Write(a.Out, args[0])
		},
	}
	f := cmd.Flags()
	f.IntVar(&s.Tasks, "tasks", s.Tasks, "shards of the plan")
	f.IntVar(&s.AtOnce, "at-once", s.AtOnce, "tasks at most at the same time")
	f.IntVar(&s.CPUs, "cpus", s.CPUs, "cores of a task")
	f.IntVar(&s.Minutes, "minutes", s.Minutes, "time limit of a task, after which it goes on later (Slurm)")
	f.StringVar(&s.Program, "program", s.Program, "hw4 as the machines call it")
	f.StringVar(&s.Image, "image", s.Image, "the container image (Kubernetes)")
	return cmd
}
