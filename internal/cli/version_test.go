package cli

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestDescribe(t *testing.T) {
	platform := " " + runtime.GOOS + "/" + runtime.GOARCH + ")"
	setting := func(pairs ...string) []debug.BuildSetting {
		var s []debug.BuildSetting
		for i := 0; i < len(pairs); i += 2 {
			s = append(s, debug.BuildSetting{Key: pairs[i], Value: pairs[i+1]})
		}
		return s
	}
	for want, info := range map[string]*debug.BuildInfo{
		"(devel) (go1.26.0": {GoVersion: "go1.26.0"},
		"v1.2.0 (go1.26.0":  {GoVersion: "go1.26.0", Main: debug.Module{Version: "v1.2.0"}},
		"(devel) (commit 0123456789ab; go1.26.0": {GoVersion: "go1.26.0",
			Settings: setting("vcs.revision", "0123456789abcdef0123", "vcs.modified", "false")},
		"(devel) (commit 0123456789ab, modified; go1.26.0": {GoVersion: "go1.26.0",
			Settings: setting("vcs.revision", "0123456789abcdef0123", "vcs.modified", "true")},
	} {
		if got := describe(info); got != want+platform {
			t.Errorf("%q, want %q", got, want+platform)
		}
	}
}
