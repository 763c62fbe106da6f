// Package scripts has the scripts that run a sweep on a job system.
package scripts

import (
	"embed"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"

	"hw4/internal/problem"
)

// A Script is what a script for a job system needs to know.
type Script struct {
	Program string // hw4, as the nodes call it
	Dir     string // the folder of the sweep
	Data    string // the folder of the data set; empty: MNIST
	Tasks   int    // shards of the plan
	AtOnce  int    // of them at most at the same time
	CPUs    int    // of a task
	Minutes int    // after which a task is ended, and goes on later
	Image   string // of the container
}

//go:embed *.sh *.yaml Dockerfile
var files embed.FS

// systems are the files of the scripts, by the names of the job systems.
var systems = map[string]string{
	"slurm": "slurm.sh", "kubernetes": "kubernetes.yaml", "parallel": "parallel.sh", "dockerfile": "Dockerfile",
}

// Systems returns the names of the scripts that there are.
func Systems() []string { return slices.Sorted(maps.Keys(systems)) }

// Write writes the script for a job system.
func (s Script) Write(w io.Writer, system string) error {
	if err := problem.OneOf("script", system, Systems()); err != nil {
		return err
	}
	for setting, word := range map[string]string{"dir": s.Dir, "data": s.Data, "program": s.Program, "image": s.Image} {
		if strings.ContainsFunc(word, unicode.IsControl) || !utf8.ValidString(word) {
			return problem.Settingf(setting, "%q has characters that a script cannot show", word)
		}
	}
	if system == "kubernetes" && !path.IsAbs(s.Dir) {
		return problem.Settingf("dir", "%s: want where the containers have the volume, such as /sweep", s.Dir)
	}
	funcs := template.FuncMap{"quote": Quote, "last": func(n int) int { return n - 1 }}
	return template.Must(template.New(systems[system]).Funcs(funcs).ParseFS(files, systems[system])).Execute(w, s)
}

var plain = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// Quote returns a word as a POSIX shell reads it.
func Quote(word string) string {
	if plain.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// Variables are those in which job systems tell a task its number, from 0 on.
var Variables = []string{"SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX", "PBS_ARRAY_INDEX"}
