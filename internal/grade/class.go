package grade

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"hw4/internal/parallel"
	"hw4/internal/problem"
	"hw4/internal/progress"
	"hw4/internal/report"
)

// Class judges every folder and file in a folder as one hand-in, on all cores; several files
// that Canvas has of one student are one. If the context ends it returns what has been judged
// until then, and the context's error.
func (o Options) Class(ctx context.Context, folder string) (*Class, error) {
	list, err := handIns(folder)
	if err != nil {
		return nil, err
	}
	names := make(map[string]int)
	for _, h := range list {
		names[folded(h.student)]++
	}
	results := make([]*Result, len(list))
	b := o.bench()
	var mu sync.Mutex
	done := 0
	parallel.Do(len(list), func(i int) {
		r := b.handIn(ctx, list[i])
		if names[folded(r.Student)] > 1 {
			r.Private = append(r.Private, fmt.Sprintf("several hand-ins are called %s", r.Student))
			r.Student = r.File
		}
		mu.Lock()
		defer mu.Unlock()
		if ctx.Err() == nil {
			results[i] = r
		}
		done++
		o.Progress.At(progress.Step{Task: "hand-ins", Unit: "hand-ins", Done: done, Total: len(list)})
	})
	c := &Class{Title: o.Rubric.title()}
	c.Results = slices.DeleteFunc(results, func(r *Result) bool { return r == nil })
	c.tellCopies()
	return c, ctx.Err()
}

// One judges one hand-in, of a student of that name; empty: as the hand-in is called.
func (o Options) One(ctx context.Context, path, student string) (*Class, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, problem.Input(err)
	}
	h := handIn{student, student, []string{path}}
	if student == "" {
		h.student = studentOf(path, info.IsDir())
		h.template = templateOf(h.student)
	}
	return &Class{o.Rubric.title(), []*Result{o.bench().handIn(ctx, h)}}, ctx.Err()
}

func (r *Rubric) title() string { return cmp.Or(r.Title, "Homework 4") }

// A handIn is what a student has handed in: a folder, a file, or several files.
type handIn struct {
	student  string // by its name
	template string // for whom that was
	paths    []string
}

// attachment is how Canvas calls a file that is handed in: the student without blanks,
// perhaps LATE, the numbers of the student and of the file, and the name that it had, to
// which another number is added if it is handed in again.
var attachment = regexp.MustCompile(`^(([^_]+)(?:_LATE)?_\d+)_\d+_(.+?)(-\d+)?(\.[^.]+)?$`)

// attachments are files by the names that they had before Canvas changed them.
type attachments struct {
	fs.FS
	real map[string]string
}

// Open opens a file by the name that it had.
func (a attachments) Open(name string) (fs.File, error) { return a.FS.Open(a.real[name]) }

// withoutNumber returns the name that a file had before Canvas changed it, if it was handed in
// again.
func withoutNumber(name string) string {
	if m := attachment.FindStringSubmatch(name); m != nil {
		return m[3] + m[5]
	}
	return name
}

// openFiles opens files of one folder.
func (s *submission) openFiles(paths []string) error {
	if err := s.openFolder(filepath.Dir(paths[0])); err != nil {
		return err
	}
	of := make(map[string]int) // how many files have a name, without the number
	names := report.Each(paths, filepath.Base)
	for _, name := range names {
		of[withoutNumber(name)]++
	}
	real := make(map[string]string)
	s.numbered = make(map[string]string)
	for _, name := range names {
		was, whole := withoutNumber(name), name
		if m := attachment.FindStringSubmatch(name); m != nil {
			whole = m[3] + m[4] + m[5]
		}
		if of[was] > 1 { // the number is the student's own
			was = whole
		}
		if real[was] != "" {
			was = name
		}
		real[was], s.numbered[was] = name, whole
	}
	s.files, s.names = attachments{s.files, real}, slices.Sorted(maps.Keys(real))
	return nil
}

// handIns returns the hand-ins in a folder: all but what is hidden, rubrics and rosters.
func handIns(folder string) ([]handIn, error) {
	entries, err := os.ReadDir(folder)
	if info, failed := os.Stat(folder); failed == nil && !info.IsDir() {
		return nil, problem.Inputf("%s is a file, want the folder with a hand-in for each student; a zip must be unpacked",
			folder)
	}
	if err != nil {
		return nil, problem.Input(err)
	}
	of := make(map[string][]string) // the files of a student, by what Canvas calls them
	for _, e := range entries {
		if m := attached(e); m != nil {
			of[m[1]] = append(of[m[1]], filepath.Join(folder, e.Name()))
		}
	}
	var list []handIn
	for _, e := range entries {
		name, ending, m := e.Name(), strings.ToLower(filepath.Ext(e.Name())), attached(e)
		ours := !e.IsDir() && m == nil && (ending == ".toml" || ending == ".csv")
		if ours || strings.HasPrefix(name, ".") || name == "__MACOSX" {
			continue
		}
		student := studentOf(name, e.IsDir())
		h := handIn{student, templateOf(student), []string{filepath.Join(folder, name)}}
		if m != nil && len(of[m[1]]) > 1 {
			h = handIn{m[1], m[2], of[m[1]]}
			if filepath.Base(h.paths[0]) != name {
				continue
			}
		}
		list = append(list, h)
	}
	if len(list) == 0 {
		return nil, problem.Inputf("%s: no hand-ins; want a folder, a zip, a notebook or a JSON file for each student",
			folder)
	}
	return list, nil
}

// folded returns a name as all spellings of it have it: in small letters, and with accents in
// their letters, which macOS writes behind them.
func folded(name string) string { return strings.ToLower(norm.NFC.String(name)) }

// attached returns the parts of the name of a file as Canvas calls it; nil for all else.
func attached(e fs.DirEntry) []string {
	if e.IsDir() {
		return nil
	}
	return attachment.FindStringSubmatch(e.Name())
}

// templateOf returns for whom the template of a hand-in was, by its name.
func templateOf(student string) string {
	if m := attachment.FindStringSubmatch(student); m != nil {
		return m[2]
	}
	return student
}

// studentOf returns the student of a hand-in, by its name without the ending of a file.
func studentOf(path string, dir bool) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	name := filepath.Base(path)
	if bare := strings.TrimSuffix(name, filepath.Ext(name)); bare != "" && !dir {
		return bare
	}
	return name
}

// tellCopies notes who has handed in the same file.
func (c *Class) tellCopies() {
	by := make(map[[32]byte][]*Result)
	for _, r := range c.Results {
		for _, sum := range r.sums {
			if !slices.Contains(by[sum], r) {
				by[sum] = append(by[sum], r)
			}
		}
	}
	for _, r := range c.Results {
		for _, name := range slices.Sorted(maps.Keys(r.sums)) {
			var others []string
			for _, other := range by[r.sums[name]] {
				if other != r {
					others = append(others, other.Student)
				}
			}
			if len(others) > 0 {
				r.Private = append(r.Private, fmt.Sprintf("%s is the same file as that of %s", name, report.Join(others, "and")))
			}
		}
	}
}
