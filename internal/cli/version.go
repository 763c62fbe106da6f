package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version returns what the program was built from, by what the go command has
// put into it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "of unknown origin"
	}
	return describe(info)
}

// describe writes a build in one line: "v1.2.0 (commit 0123456789ab, modified;
// go1.26.0 linux/amd64)". The commit is known of a build in a repository, the
// version of a build of a released module.
func describe(info *debug.BuildInfo) string {
	name := info.Main.Version
	if name == "" {
		name = "(devel)"
	}
	settings := make(map[string]string)
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	from := ""
	if commit := settings["vcs.revision"]; commit != "" {
		from = "commit " + commit[:min(12, len(commit))]
		if settings["vcs.modified"] == "true" {
			from += ", modified"
		}
		from += "; "
	}
	return fmt.Sprintf("%s (%s%s %s/%s)", name, from, info.GoVersion, runtime.GOOS, runtime.GOARCH)
}
