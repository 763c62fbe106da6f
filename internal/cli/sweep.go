package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hw4/data"
	"hw4/internal/problem"
	"hw4/internal/problems/lenet5"
	"hw4/internal/problems/losses"
	"hw4/internal/report"
	"hw4/internal/report/html"
	"hw4/internal/sheet"
	"hw4/internal/sweep"
	"hw4/internal/sweep/scripts"
)

// sweepModels returns what a sweep can train.
func sweepModels() []sweep.Model { return []sweep.Model{lenet5.Sweep(), losses.Sweep()} }

// sweepCommands are 'hw4 sweep' and the commands below it.
type sweepCommands struct {
	*app
	dir string
}

func (a *app) sweepCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sweep",
		Short: "Many trainings as a plan, on one machine or on a cluster",
		Long: `Questions such as "does Table I cost accuracy" want hundreds of trainings. 'plan' lists
them in a folder, 'run' computes those that are not done yet, 'status' counts, and
'merge' and 'report' say what they came to. Several runs may share the folder, on one
machine or on many. 'script' prints a script for a job system, to read and to submit.`,
		Example: "  hw4 sweep plan --model lenet --variants original,modern --seeds 100\n  hw4 sweep run\n  hw4 sweep report",
		Args:    cobra.ArbitraryArgs,
		RunE:    runGroup,
	}
	s := &sweepCommands{app: a}
	cmd.AddCommand(s.plan(), s.run(), s.status(), s.merge(), s.report(), s.script())
	for _, c := range cmd.Commands() {
		c.Flags().StringVar(&s.dir, "dir", "sweep", "folder of the plan and of its results")
	}
	return cmd
}

func (s *sweepCommands) plan() *cobra.Command {
	g := sweep.Grid{Seeds: new(1)}
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
		RunE: func(cmd *cobra.Command, _ []string) error { return s.writePlan(cmd, file, g) },
	}
	f := cmd.Flags()
	f.StringVar(&file, "plan", "", "a TOML file with the plan")
	f.StringVar(&g.Model, "model", "", "what to train: "+report.Join(sweep.Names(sweepModels()), "or"))
	f.StringSliceVar(&g.Variants, "variants", nil, "architectures or losses, such as original,modern (default: all)")
	f.Float64SliceVar(&g.LR, "lr", nil, "learning rates, such as 0.01,0.1")
	f.IntSliceVar(&g.Batch, "batch", nil, "images in a batch, such as 50,100")
	f.IntSliceVar(&g.Epochs, "epochs", nil, "numbers of epochs after which to look, such as 3,20")
	f.IntVar(g.Seeds, "seeds", 1, "how many seeds")
	f.Uint64Var(&g.Seed, "seed", 0, "the first seed")
	f.BoolVar(&g.Paired, "paired", false, "go through the lists together instead of combining them")
	return cmd
}

func (s *sweepCommands) writePlan(cmd *cobra.Command, file string, g sweep.Grid) (err error) {
	grids := []sweep.Grid{g}
	switch {
	case (file == "") == (g.Model == ""):
		return usagef("want --model or --plan, and not both")
	case file != "":
		for _, name := range []string{"variants", "lr", "batch", "epochs", "seeds", "seed", "paired"} {
			if cmd.Flags().Changed(name) {
				return usagef("--%s goes with --model; --plan has it in its file", name)
			}
		}
		if grids, err = sweep.ReadGrids(file); err != nil {
			return err
		}
	}
	var cells []sweep.Cell
	for _, g := range grids {
		some, err := g.Cells(sweepModels())
		if err != nil && file != "" {
			err = problem.Inputf("%s: %v", file, err) // and not by a flag
		}
		if err != nil {
			return err
		}
		if cells = append(cells, some...); len(cells) > sweep.MaxTrainings {
			return problem.Inputf("%s: more than %d cells", file, sweep.MaxTrainings)
		}
	}
	mnist, err := data.Load(s.source())
	if err != nil {
		return problem.Input(err)
	}
	plan := sweep.New(s.dir, sweep.SumsOf(mnist), cells)
	if err := plan.Write(); err != nil {
		return err
	}
	return s.tell(cmd, nil, "The plan in %s has %s.", s.dir, report.Plural(len(plan.Cells), "cell"))
}

func (s *sweepCommands) run() *cobra.Command {
	shard := ""
	o := sweep.Options{Pause: 10 * time.Second}
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Compute what is not done yet",
		Long: `Computes the cells of the plan that have no result yet. A run that has ended before its
time, even by a kill, is begun again by the same command, and goes on where it was.
--shard 0/8 computes an eighth of the plan. --shard auto/8 takes the number from the job
system, in ` + report.Join(scripts.Variables, "or") + `.`,
		Example: "  hw4 sweep run --dir c3\n  hw4 sweep run --dir c3 --shard 0/8",
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Data, o.Version = s.source(), cmd.Root().Version
			if o.Pause < 0 {
				return usagef("--pause %v: want no less than 0s", o.Pause)
			}
			if err := s.parseShard(shard, &o); err != nil {
				return err
			}
			plan, err := sweep.Open(s.dir)
			if err != nil {
				return err
			}
			p, done := s.progress()
			o.Progress = p
			tally, err := plan.Run(cmd.Context(), sweepModels(), o)
			done()
			if err != nil {
				return err
			}
			return s.tell(cmd, nil, "Of %s, %d are computed, %d had been done before, and %d are left to another process.",
				report.Plural(tally.Cells, "cell"), tally.Computed, tally.Cells-tally.Computed-tally.Elsewhere, tally.Elsewhere)
		},
	}
	cmd.Flags().StringVar(&shard, "shard", "", "compute a part of the plan, such as 0/8 or auto/8")
	cmd.Flags().DurationVar(&o.Pause, "pause", o.Pause, "how long before the checkpoint of a cell is written again")
	return cmd
}

func (s *sweepCommands) parseShard(shard string, o *sweep.Options) (err error) {
	if shard == "" {
		return nil
	}
	number, of, _ := strings.Cut(shard, "/")
	if number == "auto" {
		for _, name := range slices.Backward(scripts.Variables) {
			number = cmp.Or(s.Getenv(name), number)
		}
	}
	if number == "auto" {
		return usagef("--shard %s: none of %s is set", shard, report.Join(scripts.Variables, "and"))
	}
	o.Of, err = strconv.Atoi(of)
	if err != nil || o.Of < 1 {
		return usagef("--shard %q: want a number and how many there are, such as 0/8 or auto/8", shard)
	}
	if o.Shard, err = strconv.Atoi(number); err != nil || o.Shard < 0 || o.Shard >= o.Of {
		return usagef("--shard %q is shard %q: want 0 to %d", shard, number, o.Of-1)
	}
	return nil
}

func (s *sweepCommands) status() *cobra.Command {
	return &cobra.Command{
		Use:     "status",
		Short:   "Count what is done, running, failed and missing",
		Long:    "Counts the cells of the plan, and says how long the rest will take at the speed so far.",
		Example: "  hw4 sweep status --dir c3",
		RunE: func(cmd *cobra.Command, _ []string) error {
			plan, err := sweep.Open(s.dir)
			if err != nil {
				return err
			}
			st, err := plan.Status()
			if err != nil {
				return err
			}
			r := &report.Report{Title: "The sweep in " + s.dir}
			r.Answer = []report.Item{report.Table{Header: []string{"cells", "done", "diverged", "running", "failed", "missing"},
				Rows: [][]any{{st.Cells, st.Done, st.Diverged, st.Running, st.Failed, st.Missing}}}}
			if st.Left > 0 {
				r.Answerf("Time left: %s.", st.Left.Round(time.Second))
			}
			r.Check("the results are whole", true, "%d read", st.Done)
			return s.write(cmd, r)
		},
	}
}

// merged reads the results, and says what makes them unlike each other.
func (s *sweepCommands) merged() (*sweep.Merge, error) {
	plan, err := sweep.Open(s.dir)
	if err != nil {
		return nil, err
	}
	m, err := plan.Merge()
	if err != nil {
		return nil, err
	}
	for _, w := range m.Warnings {
		s.say("warning: %s", w)
	}
	return m, nil
}

func (s *sweepCommands) merge() *cobra.Command {
	return &cobra.Command{
		Use:   "merge",
		Short: "Make one table and one JSON file of all results",
		Long: `Writes merged.tsv and merged.jsonl, which are the same bytes wherever and in whatever
order the cells were computed, and merged-by.tsv, which says who computed them and how
long it took. Fails if cells are missing; the files say so, too.`,
		Example: "  hw4 sweep merge --dir c3",
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := s.merged()
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
			return s.tell(cmd, nil, "All %s are merged in %s.", report.Plural(len(m.Cells), "cell"),
				report.Join(m.Files(), "and"))
		},
	}
}

func (s *sweepCommands) report() *cobra.Command {
	out := "sweep.html"
	var reach []float64
	cmd := &cobra.Command{
		Use:   "report",
		Short: "What the results say, as one HTML file",
		Long: `Says which variant does better, with intervals and paired tests over the seeds and over the
test images, plots the errors, and writes all of it to an HTML file. --reach 98.5
says when a training reaches that accuracy for the first time.`,
		Example: "  hw4 sweep report --dir c3 --reach 98.5,98.9 -o c3.html",
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, percent := range reach {
				if !(percent > 1 && percent <= 100) { // 0.985 is no per cent
					return usagef("--reach %v: want per cent, such as 98.5", percent)
				}
			}
			if err := checkPage(out); err != nil {
				return err
			}
			m, err := s.merged()
			if err != nil {
				return err
			}
			r := m.Report(reach)
			if _, err := writePage(out, html.Page{Title: r.Title, Lead: sheet.Source, Sections: []html.Section{{Report: r}},
				Facts: []html.Fact{{Name: "Version", Value: cmd.Root().Version}}}); err != nil {
				return err
			}
			return s.write(cmd, r)
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", out, "the HTML file")
	cmd.Flags().Float64SliceVar(&reach, "reach", nil, "test accuracies in per cent, such as 98.5,98.9")
	return cmd
}

func (s *sweepCommands) script() *cobra.Command {
	o := scripts.Script{Program: "hw4", Tasks: 8, AtOnce: 8, CPUs: 4, Minutes: 60, Image: "hw4:latest"}
	cmd := &cobra.Command{
		Use:   "script " + strings.Join(scripts.Systems(), "|"),
		Short: "Print a script for a job system",
		Long: `Prints a script that computes the plan in so many tasks: for Slurm an array and a merge
behind it, for Kubernetes an Indexed Job and a Dockerfile of its image, or a line for GNU
parallel. Read it before you submit it.`,
		Example:   "  hw4 sweep script slurm --dir c3 --tasks 16 --cpus 4",
		ValidArgs: scripts.Systems(),
		Args:      cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("want one of %s", report.Join(scripts.Systems(), "or"))
			}
			if min(o.Tasks, o.AtOnce, o.CPUs, o.Minutes) < 1 {
				return usagef("--tasks, --at-once, --cpus and --minutes must be at least 1")
			}
			if err := s.textOnly(cmd); err != nil {
				return err
			}
			o.Dir, o.Data = s.dir, s.source().Dir
			return o.Write(s.Out, args[0])
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.Tasks, "tasks", o.Tasks, "shards of the plan")
	f.IntVar(&o.AtOnce, "at-once", o.AtOnce, "tasks at most at the same time")
	f.IntVar(&o.CPUs, "cpus", o.CPUs, "cores of a task")
	f.IntVar(&o.Minutes, "minutes", o.Minutes, "time limit of a task, after which it goes on later (Slurm)")
	f.StringVar(&o.Program, "program", o.Program, "hw4 as the machines call it")
	f.StringVar(&o.Image, "image", o.Image, "the container image (Kubernetes)")
	return cmd
}
