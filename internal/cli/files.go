package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hw4/internal/arrayfile"
	"hw4/internal/training"
)

// A file is one that a run reads or writes.
type file struct {
	flag   string // by which it is there; the files of one flag may be one, as after a power cut
	named  string // how to call it, such as "--out r.html"
	path   string
	folder bool
}

// files returns what the flags of a command name, and what goes with it: a checkpoint is
// several files, and a data set is those in its folder.
func (a *app) files(cmd *cobra.Command) []file {
	var all []file
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		_, isFile := flagFiles()[cmd.Name()+" "+f.Name]
		if f.Name == "predict" {
			for _, path := range append(cmd.Flags().Args(), f.Value.(given).Value.(pflag.SliceValue).GetSlice()...) {
				all = append(all, file{f.Name, "--predict " + path, path, false})
			}
			return
		}
		path, isFolder := f.Value.String(), flagFolders()[f.Name]
		if path == "" || !isFile && !isFolder || isNumbers(path) {
			return
		}
		named := "--" + f.Name + " " + path
		if f.Name == "filter" || f.Name == "answer" || f.Name == "weights" {
			path, _ = arrayfile.Split(path) // of FILE::name
		}
		all = append(all, file{f.Name, named, path, isFolder})
		if f.Name == "checkpoint" {
			for _, path := range training.BesideCheckpoint(path) {
				all = append(all, file{f.Name, named + " (" + filepath.Base(path) + ")", path, false})
			}
		}
	})
	idx, _ := filepath.Glob(filepath.Join(a.source().Dir, "*-ubyte*")) // it fails for a pattern only
	for _, path := range idx {
		all = append(all, file{"data", "the data in " + path, path, false})
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
			if f.flag != g.flag && !(f.folder && g.folder) && same(f.path, g.path) {
				return usagef("%s and %s are the same file", g.named, f.named)
			}
		}
		dir, name := filepath.Split(resolved(f.path, maxLinks))
		if a.pictures != "" && pictures.MatchString(name) && same(dir, a.pictures) {
			return usagef("%s could be overwritten by --pictures; name another folder", f.named)
		}
	}
	return nil
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

// maxLinks is how many links from one to the next are followed.
const maxLinks = 32

// resolved returns the absolute path of a file without links, as far as there is one.
func resolved(path string, links int) string {
	dir, name := filepath.Split(path)
	if link, err := os.Readlink(path); err == nil && links > 0 {
		if !filepath.IsAbs(link) {
			link = dir + link
		}
		return resolved(link, links-1)
	}
	for range 2 { // the second time for a working folder that is named by a link
		if real, err := filepath.EvalSymlinks(dir + "."); err == nil {
			dir = real
		}
		if abs, err := filepath.Abs(dir); err == nil {
			dir = abs + string(filepath.Separator)
		}
	}
	return filepath.Join(dir, name)
}
