package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hw4/internal/atomicfile"
	"hw4/internal/grade"
	"hw4/internal/grade/format"
	"hw4/internal/grade/kit"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/strict"
	"hw4/internal/training"
)

// gradeFlags are the flags of 'hw4 grade'.
type gradeFlags struct {
	class, submission  string // a folder of hand-ins, or one hand-in
	student, rubric    string
	out, format        string
	gradebook, roster  string
	solutions          bool
	template, exporter bool
	kit, binary        string
}

func (a *app) gradeCommand() *cobra.Command {
	f := gradeFlags{gradebook: "all"}
	cmd := &cobra.Command{
		Use:   "grade --class DIR | --submission FILE | --template",
		Short: "The hand-ins of a class: points, reasons and gradebooks",
		Long: `Judges the answers of a class. A hand-in is a folder or a zip with a file answers.json,
with files called as the parts (p1.npy), or with a notebook with cells marked # hw4: p1.
No code of a student is run.

--class judges a folder of hand-ins and prints a table. With --out it writes a folder with
scores.csv, a page for each student and a page of the class. --submission judges one
hand-in. A rubric, grade.toml, says what the parts are worth; one that lies in the folder
of the class is used. --template writes an empty answers.json for a student, and
--exporter a cell of Python that fills it. --kit makes a zip to upload to Gradescope or
PrairieLearn. docs/grading.md describes it all.`,
		Example: "  hw4 grade --template --student ada > answers.json\n  hw4 grade --class handins\n" +
			"  hw4 grade --class handins --out results --gradebook canvas --roster roster.csv\n" +
			"  hw4 grade --submission ada.zip --format gradescope\n  hw4 grade --kit gradescope --out kit.zip",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.grade(cmd, &f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.class, "class", "", "folder with a folder, zip, notebook or other file for each student")
	flags.StringVar(&f.submission, "submission", "", "one hand-in: a folder, zip, notebook or other file")
	flags.StringVar(&f.student, "student", "", "name of the student of --submission or --template")
	flags.StringVar(&f.rubric, "rubric", "", "rubric, a TOML file (default: grade.toml in the folder of --class, if any)")
	flags.StringVarP(&f.out, "out", "o", "", "folder for the results of --class; file for all else")
	flags.StringVar(&f.format, "format", "", "write another format: "+report.Join(format.Names(), "or"))
	flags.StringVar(&f.gradebook, "gradebook", f.gradebook, "columns of scores.csv: "+
		report.Join(format.GradebookNames(), "or"))
	flags.StringVar(&f.roster, "roster", "", "CSV file that the gradebook has exported, with its students and their IDs")
	flags.BoolVar(&f.solutions, "solutions", false, "let reasons for students give the answers away")
	flags.BoolVar(&f.template, "template", false, "write an empty answers.json")
	flags.BoolVar(&f.exporter, "exporter", false, "write a cell of Python that fills answers.json")
	flags.StringVar(&f.kit, "kit", "", "make a zip for "+report.Join(kit.Names(), "or"))
	flags.StringVar(&f.binary, "binary", "", "program for --kit, built for Linux (default: this one)")
	return cmd
}

// grade does what the flags say.
func (a *app) grade(cmd *cobra.Command, f *gradeFlags) error {
	if err := f.check(cmd); err != nil {
		return err
	}
	if f.exporter && a.json {
		return usagef("--exporter writes a cell of Python; leave out --json")
	}
	if f.exporter {
		return a.put(f.out, []byte(grade.Exporter))
	}
	if f.rubric == "" && f.class != "" {
		beside := filepath.Join(f.class, grade.RubricFile)
		_, err := os.Stat(beside)
		if folder, _ := os.Stat(f.class); folder != nil && folder.IsDir() && !errors.Is(err, fs.ErrNotExist) {
			f.rubric = beside
		}
	}
	rubric, content, err := readRubric(f.rubric)
	switch {
	case err != nil:
		return err
	case f.template:
		template, err := rubric.Template(f.student)
		if err != nil {
			return err
		}
		return a.put(f.out, template)
	case f.kit != "":
		return a.makeKit(f, content)
	}
	roster, err := readRoster(f.roster)
	if err != nil {
		return err
	}
	p, done := a.progress()
	o := grade.Options{Rubric: rubric, Data: a.source(), Progress: p}
	var c *grade.Class
	if f.class != "" {
		c, err = o.Class(cmd.Context(), f.class)
	} else {
		c, err = o.One(cmd.Context(), f.submission, f.student)
	}
	done()
	if c == nil {
		return err
	}
	// What has been judged is written, also after a signal.
	if err := cmp.Or(a.putResults(f, c, roster), err); err != nil {
		return err
	}
	for _, r := range c.Results {
		if !r.Judged() {
			return errChecks
		}
	}
	return nil
}

func (f *gradeFlags) check(cmd *cobra.Command) error {
	changed := cmd.Flags().Changed
	n := 0
	for _, flag := range []string{"class", "submission", "template", "exporter", "kit"} {
		if changed(flag) {
			n++
		}
	}
	one := format.Named(f.format)
	switch {
	case n != 1:
		return usagef("want one of --class, --submission, --template, --exporter and --kit; see 'hw4 grade --help'")
	case changed("student") && f.submission == "" && !f.template:
		return usagef("--student goes with --submission and --template")
	case f.format != "" && one == nil:
		return problem.Unknown("format", f.format, format.Names())
	case f.format != "" && f.class == "" && f.submission == "":
		return usagef("--format goes with --class and --submission")
	case f.format != "" && one.Single && f.class != "":
		return usagef("--format %s is of one hand-in; give it by --submission", f.format)
	case (changed("gradebook") || changed("roster")) && (f.class == "" || f.out == "" || f.format != ""):
		return usagef("--gradebook and --roster go with --class and --out, and without --format")
	case changed("roster") && f.gradebook == "all":
		return usagef("--roster goes with --gradebook %s", report.Join(format.GradebookNames()[1:], "or"))
	case changed("binary") && f.kit == "":
		return usagef("--binary goes with --kit")
	case f.kit != "" && f.out == "":
		return usagef("--kit needs --out FILE, such as --out kit.zip")
	case f.submission != "" && f.out != "" && f.format == "":
		return usagef("--out needs --format with --submission")
	case f.class != "" && f.out != "" && within(f.out, f.class):
		return usagef("--out %s is in the folder of --class, and would be taken for a hand-in; name another", f.out)
	case f.kit != "":
		return cmp.Or(problem.OneOf("kit", f.kit, kit.Names()), training.CheckWritable(f.out))
	}
	if f.class == "" || f.format != "" {
		return training.CheckWritable(f.out)
	}
	return problem.OneOf("gradebook", f.gradebook, format.GradebookNames())
}

// within reports whether a path is a folder or in it.
func within(path, folder string) bool {
	rel, err := filepath.Rel(resolved(folder, maxLinks), resolved(path, maxLinks))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// maxRubric is the length in bytes up to which rubrics and rosters are read.
const maxRubric = 16 << 20

func readRubric(path string) (*grade.Rubric, []byte, error) {
	if path == "" {
		return &grade.Rubric{}, nil, nil
	}
	content, err := strict.ReadFile(path, maxRubric)
	if err != nil {
		return nil, nil, problem.Input(err)
	}
	r, err := grade.ReadRubric(path, content)
	return r, content, err
}

func readRoster(path string) (*format.Roster, error) {
	if path == "" {
		return nil, nil
	}
	content, err := strict.ReadFile(path, maxRubric)
	if err != nil {
		return nil, problem.Input(err)
	}
	return format.ReadRoster(path, string(content))
}

func (a *app) makeKit(f *gradeFlags, rubric []byte) error {
	program := f.binary
	if program == "" {
		var err error
		if program, err = os.Executable(); err != nil {
			return err
		}
	}
	content, err := kit.Make(f.kit, program, rubric)
	if err != nil && f.binary == "" {
		return fmt.Errorf("%w; name one by --binary", err)
	}
	if err != nil {
		return err
	}
	return a.put(f.out, content)
}

// put writes to a file, or to standard output if there is none.
func (a *app) put(path string, content []byte) error {
	if path == "" {
		_, err := a.Out.Write(content)
		return err
	}
	return atomicfile.Write(path, content, atomicfile.Options{})
}
