package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strings"
)

// A job is a file and the packages whose tests must catch its mistakes.
type job struct {
	file   string // path below the root, with slashes
	tests  string // as a subject has them, and never empty
	purego bool
}

// jobs returns a job for each file of the subjects that the filter lets pass.
func (c *check) jobs() (all []job, err error) {
	root := os.DirFS(c.root)
	for _, s := range subjects {
		files, err := s.matches(root)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if strings.Contains(file, c.filter) {
				all = append(all, job{file, cmp.Or(s.tests, "./"+path.Dir(file)), s.purego})
			}
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("-files %s: no file of the subjects has this in its path", c.filter)
	}
	return all, nil
}

// matches returns the files of a subject. It is an error if a file that is named
// does not exist, or if there is none at all.
func (s subject) matches(root fs.FS) (all []string, err error) {
	for dir := range strings.FieldsSeq(s.dirs) {
		for name := range strings.FieldsSeq(cmp.Or(s.files, "*")) {
			pattern := path.Join(dir, name+".go")
			found, err := fs.Glob(root, pattern)
			if err != nil {
				return nil, err
			}
			if len(found) == 0 && s.files != "" {
				return nil, fmt.Errorf("there is no %s", pattern)
			}
			all = append(all, found...)
		}
	}
	var byHand []string
	for _, file := range all {
		ours, err := handwritten(root, file)
		if err != nil {
			return nil, err
		}
		if ours {
			byHand = append(byHand, file)
		}
	}
	if len(byHand) == 0 {
		return nil, fmt.Errorf("there are no files to try in %s", s.dirs)
	}
	return byHand, nil
}

// handwritten reports whether a file is neither a test nor generated.
func handwritten(root fs.FS, file string) (bool, error) {
	if strings.HasSuffix(file, "_test.go") {
		return false, nil
	}
	src, err := fs.ReadFile(root, file)
	if err != nil {
		return false, err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ParseComments|parser.PackageClauseOnly)
	return err == nil && !ast.IsGenerated(parsed), err
}
