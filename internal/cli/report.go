package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"hw4/internal/atomicfile"
	"hw4/internal/homework"
	"hw4/internal/homework/derivations"
	"hw4/internal/report"
	"hw4/internal/report/html"
)

// reportOptions are what 'hw4 report' is told.
type reportOptions struct {
	out, pdf string // the files; pdf is empty if none is wanted
	epochs   int    // of LeNet-5
	seed     uint64
}

func (a *app) reportCommand() *cobra.Command {
	opt := reportOptions{out: "report.html", epochs: 1}
	cmd := &cobra.Command{
		Use:   "report",
		Short: "All seven problems as one HTML file, with derivations, pictures and plots",
		Long: `Answers all problems with their default settings and writes one HTML file: for each
problem the statement, the derivation, and the evidence of this very run. The file
needs neither network nor script and can be read on a phone and printed. With --pdf
the same is printed to a PDF file by Chromium or Chrome, if one is installed.

Problem 7 trains the original LeNet-5, for fewer epochs than the course's ten unless
told so. The same seed writes the same file, except for date and times.`,
		Example: "  hw4 report -o report.html\n  hw4 report --pdf report.pdf --epochs 10",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := opt.check(); err != nil {
				return err
			}
			return a.writeReport(cmd, opt)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&opt.out, "out", "o", opt.out, "the HTML file")
	f.StringVar(&opt.pdf, "pdf", "", "a PDF file, too; needs Chromium or Chrome")
	f.IntVar(&opt.epochs, "epochs", opt.epochs, "epochs of LeNet-5's training; the course's are 10")
	f.Uint64Var(&opt.seed, "seed", 0, "seed of everything random")
	return cmd
}

// check refuses before the work what could not be written after it.
func (opt reportOptions) check() error {
	if opt.epochs < 1 || opt.epochs > maxEpochs {
		return usagef("--epochs %d: want 1 to %d", opt.epochs, maxEpochs)
	}
	if opt.out == "" {
		return usagef("--out is empty; want the name of a file")
	}
	if err := writable("--out", opt.out); err != nil || opt.pdf == "" {
		return err
	}
	if filepath.Clean(opt.pdf) == filepath.Clean(opt.out) {
		return usagef("--out and --pdf are the same file, %s", opt.pdf)
	}
	if err := writable("--pdf", opt.pdf); err != nil {
		return err
	}
	_, err := findBrowser()
	return err
}

// writable returns an error if path is something else than a file, or in a
// folder that is not there.
func writable(flag, path string) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		what := "no regular file"
		if info.IsDir() {
			what = "a folder"
		}
		return usagef("%s %s is %s; want the name of a file", flag, path, what)
	}
	info, err := os.Stat(filepath.Dir(path))
	switch {
	case err != nil:
		return fmt.Errorf("%s %s: %w", flag, path, err)
	case !info.IsDir():
		return fmt.Errorf("%s %s: %s is no folder", flag, path, filepath.Dir(path))
	}
	return nil
}

// writeReport solves all problems, writes the files, and says what they hold.
func (a *app) writeReport(cmd *cobra.Command, opt reportOptions) error {
	started := time.Now()
	page := html.Page{
		Title: "Homework 4, answered and checked", Lead: derivations.Sheet, References: derivations.References(),
	}
	var reports []*report.Report
	for _, p := range a.problems {
		section, err := a.section(cmd.Context(), p, opt)
		if err != nil {
			return err
		}
		page.Sections = append(page.Sections, section)
		reports = append(reports, section.Report)
		if !a.json {
			fmt.Fprint(a.Out, a.textStyle().Outcome(section.Report))
		}
	}
	page.Facts = opt.facts(cmd.Root().Version, started)
	var file bytes.Buffer
	if err := html.Write(&file, page); err != nil {
		return err
	}
	if err := atomicfile.Write(opt.out, file.Bytes(), atomicfile.Options{}); err != nil {
		return err
	}
	if opt.pdf != "" {
		if err := printPDF(cmd.Context(), file.Bytes(), opt.pdf); err != nil {
			return err
		}
	}
	if !a.json {
		where := fmt.Sprintf("The report is in %s.%s", opt.files(), opt.shortTraining())
		fmt.Fprintf(a.Out, "\n%s", a.textStyle().Paragraph(where))
	}
	return a.finish(cmd, reports)
}

// section solves one problem and puts its derivation beside it.
func (a *app) section(ctx context.Context, p homework.Problem, opt reportOptions) (html.Section, error) {
	cfg := homework.Defaults(p.Number)
	cfg.Seed = opt.seed
	if p.Number == 7 {
		cfg.Train, cfg.Epochs = true, opt.epochs
	}
	started := time.Now()
	r, err := a.solveOne(ctx, p, cfg)
	if err != nil {
		return html.Section{}, err
	}
	d := derivations.Of(p.Number)
	return html.Section{
		Statement: string(d.Statement), Derivation: string(d.Proof), Report: r,
		Took: time.Since(started).Round(time.Millisecond),
	}, nil
}

// facts returns what a reader has to know to repeat the run.
func (opt reportOptions) facts(version string, started time.Time) []html.Fact {
	facts := []html.Fact{
		{Name: "Command", Value: fmt.Sprintf("hw4 report --seed %d --epochs %d", opt.seed, opt.epochs)},
		{Name: "Version", Value: version},
		{Name: "Date", Value: started.UTC().Format("2 January 2006, 15:04 MST"), Varies: true},
	}
	if course := homework.Defaults(7).Epochs; opt.epochs < course {
		short := fmt.Sprintf("LeNet-5 was trained for %d of the course's %d epochs", opt.epochs, course)
		facts = append(facts, html.Fact{Name: "Training", Value: short})
	}
	return facts
}

// files names what was written.
func (opt reportOptions) files() string {
	if opt.pdf == "" {
		return opt.out
	}
	return opt.out + " and " + opt.pdf
}

// shortTraining says if LeNet-5 was trained for less than the course does.
func (opt reportOptions) shortTraining() string {
	course := homework.Defaults(7).Epochs
	if opt.epochs >= course {
		return ""
	}
	return fmt.Sprintf(" LeNet-5 was trained for %d of the course's %d epochs; --epochs %d trains all.",
		opt.epochs, course, course)
}

// errNoBrowser is returned when nothing can print a page.
var errNoBrowser = errors.New("--pdf needs Chromium or Chrome, which is not on the PATH; " +
	"install it (on Debian: apt-get install chromium), or print the HTML file from a browser")
