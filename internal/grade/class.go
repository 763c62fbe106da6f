package grade

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"hw4/internal/problem"
	"hw4/internal/progress"
	"hw4/internal/report"
)

// Class judges every folder, zip, notebook and JSON file in a folder as one hand-in, on all
// cores. If the context ends it returns what has been judged until then, and the context's
// error.
func (o Options) Class(ctx context.Context, folder string) (*Class, error) {
	paths, err := handIns(folder)
	if err != nil {
		return nil, err
	}
	names := make(map[string]int)
	for _, p := range paths {
		names[strings.ToLower(studentOf(p))]++
	}
	results := make([]*Result, len(paths))
	b := o.bench()
	next, done := make(chan int), make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(paths)) {
		go func() {
			for i := range next {
				student := studentOf(paths[i])
				r := b.handIn(ctx, paths[i], student)
				if names[strings.ToLower(student)] > 1 {
					r.Student = filepath.Base(paths[i])
					r.Private = append(r.Private, fmt.Sprintf("several hand-ins are called %s", student))
				}
				if ctx.Err() == nil {
					results[i] = r
				}
				done <- i
			}
		}()
	}
	go func() {
		for i := range paths {
			next <- i
		}
		close(next)
	}()
	for n := range paths {
		<-done
		o.Progress.At(progress.Step{Task: "hand-ins", Unit: "hand-ins", Done: n + 1, Total: len(paths)})
	}
	c := &Class{Title: o.Rubric.title()}
	c.Results = slices.DeleteFunc(results, func(r *Result) bool { return r == nil })
	c.tellCopies()
	return c, ctx.Err()
}

// One judges one hand-in, of a student of that name; empty: as the hand-in is called.
func (o Options) One(ctx context.Context, path, student string) (*Class, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, problem.Input(err)
	}
	if student == "" {
		student = studentOf(path)
	}
	return &Class{o.Rubric.title(), []*Result{o.bench().handIn(ctx, path, student)}}, ctx.Err()
}

func (r *Rubric) title() string {
	if r.Title != "" {
		return r.Title
	}
	return "Homework 4"
}

// handIns returns the paths of the hand-ins in a folder.
func handIns(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, problem.Input(err)
	}
	var paths []string
	for _, e := range entries {
		ending := strings.ToLower(filepath.Ext(e.Name()))
		file := slices.Contains([]string{".zip", ".ipynb", ".json"}, ending)
		if link := e.Type()&os.ModeSymlink != 0; (e.IsDir() || file || link) && !strings.HasPrefix(e.Name(), ".") &&
			e.Name() != "__MACOSX" {
			paths = append(paths, filepath.Join(folder, e.Name()))
		}
	}
	if len(paths) == 0 {
		return nil, problem.Inputf("%s: no hand-ins; want a folder, a zip, a notebook or a JSON file for each student",
			folder)
	}
	return paths, nil
}

// studentOf returns the student of a hand-in, by its name.
func studentOf(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	name := filepath.Base(path)
	for _, ending := range []string{".zip", ".ipynb", ".json"} {
		if len(name) > len(ending) && strings.EqualFold(filepath.Ext(name), ending) {
			return name[:len(name)-len(ending)]
		}
	}
	return name
}

// tellCopies notes who has handed in the same file.
func (c *Class) tellCopies() {
	by := make(map[[32]byte][]*Result)
	names := make(map[*Result]map[[32]byte]string)
	for _, r := range c.Results {
		names[r] = make(map[[32]byte]string)
		for _, name := range slices.Sorted(maps.Keys(r.sums)) {
			sum := r.sums[name]
			if names[r][sum] == "" {
				names[r][sum] = name
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
