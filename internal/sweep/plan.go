package sweep

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"hw4/internal/atomicfile"
	"hw4/internal/problem"
	"hw4/internal/strict"
)

// A Sweep is a folder with a plan and with what has been done of it.
type Sweep struct {
	Dir   string
	Sums  Sums   // of the data that the plan is for
	Cells []Cell // in their order
	names []string
}

// What the folder holds.
const (
	planFile    = "plan.jsonl"
	results     = "results"     // a file for every cell that is done
	running     = "running"     // the locks of cells that are being computed
	checkpoints = "checkpoints" // of those cells
)

const planSchema = "hw4/sweep-plan/1"

// planHead is the first line of a plan. A line for every cell follows.
type planHead struct {
	Schema string `json:"schema"`
	Sums
	Cells int `json:"cells"`
}

type planLine struct {
	Name string `json:"name"`
	Cell
}

// New returns the sweep of a plan in a folder, without cells that are there twice. It is
// not written yet.
func New(dir string, sums Sums, cells []Cell) *Sweep {
	s := &Sweep{Dir: dir, Sums: sums}
	seen := make(map[string]bool)
	for _, c := range cells {
		if name := c.name(sums); !seen[name] {
			seen[name] = true
			s.Cells, s.names = append(s.Cells, c), append(s.names, name)
		}
	}
	return s
}

// Write makes the folder, and writes the plan. It may replace a plan all of whose cells
// it has too, in any order: what is done stays done.
func (s *Sweep) Write() error {
	old, err := Open(s.Dir)
	if err == nil {
		has := make(map[string]bool)
		for _, name := range s.names {
			has[name] = true
		}
		for i, name := range old.names {
			if !has[name] {
				return problem.Inputf("%s has a plan already, and this one lacks its cell %s (%v): name another folder, or add "+
					"to that plan", s.Dir, name, old.Cells[i])
			}
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := s.makeFolders(); err != nil {
		return err
	}
	b := bytes.NewBuffer(encode(planHead{planSchema, s.Sums, len(s.Cells)}))
	for i, c := range s.Cells {
		b.Write(encode(planLine{s.names[i], c}))
	}
	if b.Len() > maxResult {
		return problem.Settingf("seeds", "%d cells are a plan of %s: want at most %s", len(s.Cells),
			strict.Bytes(int64(b.Len())), strict.Bytes(maxResult))
	}
	return atomicfile.Write(s.path(planFile), b.Bytes(), atomicfile.Options{})
}

// makeFolders makes those that are not there: a copy of a sweep may have lost empty ones.
func (s *Sweep) makeFolders() error {
	for _, sub := range []string{results, running, checkpoints} {
		if err := os.MkdirAll(s.path(sub), 0o777); err != nil {
			return problem.Input(err)
		}
	}
	return nil
}

// Open reads the plan in a folder. The error is a *problem.InputError.
func Open(dir string) (*Sweep, error) {
	s := &Sweep{Dir: dir}
	path := s.path(planFile)
	file, err := strict.ReadFile(path, maxResult)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, problem.Inputf("there is no plan in %s: %w", dir, err)
	} else if err != nil {
		return nil, problem.Input(err)
	}
	seen := make(map[string]bool)
	lines := bytes.SplitAfter(file, []byte("\n"))
	var head planHead
	if err := decode(path, lines[0], &head); err != nil {
		return nil, problem.Input(err)
	}
	if head.Schema != planSchema || head.Cells != len(lines)-2 {
		found := fmt.Sprintf("%s of %d cells, with %d whole lines", head.Schema, head.Cells, len(lines)-1)
		return nil, problem.Input(strict.Failf(path, strict.Whole, "the plan", found,
			"%s with a line for each cell and one before them", planSchema))
	}
	s.Sums = head.Sums
	for _, line := range lines[1 : len(lines)-1] {
		var l planLine
		if err := decode(path, line, &l); err != nil {
			return nil, problem.Input(err)
		}
		if err := l.check(); err != nil {
			return nil, problem.Inputf("%s: the cell %s: %v", path, l.Name, err)
		}
		if want := l.Cell.name(s.Sums); l.Name != want {
			return nil, problem.Input(strict.Fail(path, strict.Whole, "the name of a cell", l.Name, want+", by its settings"))
		}
		if seen[l.Name] {
			return nil, problem.Input(strict.Fail(path, strict.Whole, "the cell "+l.Name, "there twice", "each cell once"))
		}
		seen[l.Name] = true
		s.Cells, s.names = append(s.Cells, l.Cell), append(s.names, l.Name)
	}
	return s, nil
}

// path returns the path of a file of the sweep.
func (s *Sweep) path(elem ...string) string {
	return filepath.Join(append([]string{s.Dir}, elem...)...)
}

// resultPath returns the path of the result of a cell.
func (s *Sweep) resultPath(name string) string { return s.path(results, name+".jsonl") }

// result reads the result of a cell by its number.
func (s *Sweep) result(i int) (*result, error) {
	path := s.resultPath(s.names[i])
	file, err := strict.ReadFile(path, maxResult)
	if err == nil {
		var r *result
		if r, err = decodeResult(path, file, s.Cells[i]); err == nil {
			return r, nil
		}
	}
	return nil, problem.Inputf("%w; remove it, and the cell is computed again", err)
}
