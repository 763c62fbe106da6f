package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hw4/internal/training"
)

// A file is one that a run reads or writes.
type file struct {
	named  string // how: by a flag with its value, such as "--out r.html"
	path   string
	folder bool
}

// files returns what the flags of a command name, and what goes with it: a checkpoint is
// several files, a data set is those in its folder, and standard output may be one.
func (a *app) files(cmd *cobra.Command) []file {
	var all []file
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		_, isFile := flagFiles()[cmd.Name()+" "+f.Name]
		path, isFolder := f.Value.String(), flagFolders()[f.Name]
		if path == "" || !isFile && !isFolder || isNumbers(path) {
			return
		}
		named := "--" + f.Name + " " + path
		all = append(all, file{named, path, isFolder})
		if f.Name == "checkpoint" {
			for _, path := range training.BesideCheckpoint(path) {
				all = append(all, file{named + " (" + filepath.Base(path) + ")", path, false})
			}
		}
	})
	if dir := a.source().Dir; dir != "" {
		idx, _ := filepath.Glob(filepath.Join(dir, "*-ubyte*")) // it fails for a pattern only
		for _, path := range idx {
			all = append(all, file{"the data in " + path, path, false})
		}
	}
	if out, ok := a.Out.(*os.File); ok {
		if info, err := out.Stat(); err == nil && info.Mode().IsRegular() {
			all = append(all, file{"standard output", out.Name(), false})
		}
	}
	return all
}

// checkFiles refuses a run of which two files are one: what is read would be lost, or
// what is written first.
func (a *app) checkFiles(cmd *cobra.Command) error {
	pictures := regexp.MustCompile(`(?i)^problem[0-9].*\.png$`) // as savePictures calls them
	all := a.files(cmd)
	for i, f := range all {
		for _, g := range all[:i] {
			if same(f.path, g.path) && !(f.folder && g.folder) {
				return usagef("%s and %s are the same file", g.named, f.named)
			}
		}
		dir, name := filepath.Split(resolved(f.path, maxLinks))
		if a.pictures != "" && !f.folder && pictures.MatchString(name) && same(dir, a.pictures) {
			return usagef("%s could be overwritten by --pictures; name another folder", f.named)
		}
	}
	return nil
}

// checkTargets returns what would keep the files of a run from being written, so that it
// is known before the work.
func (a *app) checkTargets() error {
	written := []string{"out", "pdf", "save", "onnx"}
	var err error
	a.command.Flags().VisitAll(func(f *pflag.Flag) {
		if err == nil && slices.Contains(written, f.Name) {
			err = training.CheckWritable(f.Value.String())
		}
	})
	if err != nil || a.pictures == "" {
		return err
	}
	return training.CheckFolder(a.pictures)
}

// same reports whether two paths stand for one file. Of one that is not there yet its
// folder and its name count.
func same(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(infoA, infoB)
	}
	a, b = resolved(a, maxLinks), resolved(b, maxLinks)
	return a == b || strings.EqualFold(a, b) && (runtime.GOOS == "darwin" || runtime.GOOS == "windows")
}

// maxLinks is how many links that lead to no file are followed.
const maxLinks = 32

// resolved returns the absolute path of a file without links, as far as there is one.
func resolved(path string, links int) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	} else if link, err := os.Readlink(path); err == nil && links > 0 {
		if !filepath.IsAbs(link) {
			dir, _ := filepath.Split(path)
			link = dir + link
		}
		return resolved(link, links-1)
	}
	dir, name := filepath.Split(path)
	if real, err := filepath.EvalSymlinks(dir + "."); err == nil {
		dir = real
	}
	if abs, err := filepath.Abs(dir); err == nil { // the working folder may be named by a link
		dir = abs
		if real, err := filepath.EvalSymlinks(abs); err == nil {
			dir = real
		}
	}
	return filepath.Join(dir, name)
}
