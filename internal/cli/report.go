package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hw4/internal/atomicfile"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/report/html"
	"hw4/internal/sheet"
	"hw4/internal/training"
)

// reportOptions are what 'hw4 report' is told.
type reportOptions struct {
	out, pdf string // the files; pdf is empty if none is wanted
	problem.Settings
}

func (a *app) reportCommand() *cobra.Command {
	opt := reportOptions{out: "report.html", Settings: problem.Settings{Epochs: 1}}
	cmd := &cobra.Command{
		Use:   "report",
		Short: "All problems as one HTML file, with derivations, pictures and plots",
		Long: `Answers all problems with their default settings and writes one HTML file: for each
problem the statement, the derivation, and what this run found. The file
needs neither network nor script and can be read on a phone and printed. With --pdf
the same is printed to a PDF file by Chromium or Chrome, if one is installed.

Problem 7 trains the original LeNet-5, for 1 epoch instead of the course's 10; --epochs
10 trains all. The same seed writes the same file, except for the date and the times.`,
		Example: "  hw4 report -o report.html\n  hw4 report --pdf report.pdf --epochs 10",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.checkReport(opt); err != nil {
				return err
			}
			return a.writeReport(cmd, opt)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&opt.out, "out", "o", opt.out, "the HTML file")
	f.StringVar(&opt.pdf, "pdf", "", "also write this PDF file; needs Chromium or Chrome")
	sheetFlags(cmd, &opt.Settings)
	return cmd
}

// checkReport refuses before the work what could not be written after it.
func (a *app) checkReport(opt reportOptions) error {
	err := cmp.Or(checkPage(opt.out), a.checkSheet(opt.Epochs), training.CheckWritable(opt.pdf))
	if err == nil && opt.pdf != "" {
		if err := training.CheckEnding(opt.pdf, ".pdf"); err != nil {
			return usagef("--pdf %v", err)
		}
		_, err = findBrowser()
	}
	return err
}

// writeReport solves all problems, writes the files, and says what they hold.
func (a *app) writeReport(cmd *cobra.Command, opt reportOptions) error {
	started := time.Now()
	page := html.Page{Title: "Homework 4, answered and checked", Lead: sheet.Source, References: sheet.References()}
	var reports []*report.Report
	for _, p := range sheet.Problems() {
		section, err := a.section(cmd.Context(), p, opt)
		if err != nil {
			return err
		}
		page.Sections = append(page.Sections, section)
		reports = append(reports, section.Report)
		if !a.json {
			if _, err := io.WriteString(a.Out, a.textStyle().Outcome(section.Report)); err != nil {
				return err
			}
		}
	}
	page.Facts = opt.facts(cmd.Root().Version, started)
	file, err := writePage(opt.out, page)
	if err != nil {
		return err
	}
	files := []string{opt.out}
	if opt.pdf != "" {
		if err := printPDF(cmd.Context(), file, opt.pdf); err != nil {
			return err
		}
		files = append(files, opt.pdf)
	}
	return a.tell(cmd, reports, "The report is in %s.%s", report.Join(files, "and"), shortTraining(opt.Epochs))
}

// checkPage refuses a file for a page that could not be written, or that may be another
// file of the run.
func checkPage(path string) error {
	if err := training.CheckWritable(path); err != nil {
		return err
	}
	if err := training.CheckEnding(path, ".html", ".htm"); err != nil {
		return usagef("--out %v", err)
	}
	return nil
}

// writePage writes a page to a file and returns its content.
func writePage(path string, page html.Page) ([]byte, error) {
	var file bytes.Buffer
	if err := html.Write(&file, page); err != nil {
		return nil, err
	}
	return file.Bytes(), atomicfile.Write(path, file.Bytes(), atomicfile.Options{})
}

// section solves one problem and puts its derivation beside it.
func (a *app) section(ctx context.Context, p problem.Problem, opt reportOptions) (html.Section, error) {
	started := time.Now()
	r, err := a.solve(ctx, p, opt.Settings)
	if err != nil {
		return html.Section{}, err
	}
	return html.Section{
		Statement: p.Statement(), Derivation: p.Derivation(), Report: r,
		Took: time.Since(started).Round(time.Millisecond),
	}, nil
}

// facts returns what a reader has to know to repeat the run.
func (opt reportOptions) facts(version string, started time.Time) []html.Fact {
	facts := []html.Fact{
		{Name: "Command", Value: fmt.Sprintf("hw4 report --seed %d --epochs %d", opt.Seed, opt.Epochs)},
		{Name: "Version", Value: version},
		{Name: "Date", Value: started.UTC().Format("2 January 2006, 15:04 MST"), Varies: true},
	}
	if short := shortTraining(opt.Epochs); short != "" {
		facts = append(facts, html.Fact{Name: "Training", Value: strings.TrimSpace(short)})
	}
	return facts
}

// errNoBrowser is returned when nothing can print a page.
var errNoBrowser = errors.New("--pdf needs Chromium or Chrome, and neither is installed (on Debian: apt-get install " +
	"chromium). You can also print the HTML file from any browser")
