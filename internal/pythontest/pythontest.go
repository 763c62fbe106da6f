// Package pythontest finds a Python that has what a test needs. It is for tests.
package pythontest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// pythons are where a Python is looked for: first where 'make python-tools' puts one.
var pythons = sync.OnceValue(func() []string {
	list := []string{"python3", "/usr/bin/python3"}
	if cache, err := os.UserCacheDir(); err == nil {
		list = slices.Insert(list, 0, filepath.Join(cache, "hw4-python", "bin", "python3"))
	}
	return list
})

// With returns a Python that can import the modules. It skips the test if there is none.
func With(t *testing.T, modules ...string) string {
	t.Helper()
	names := strings.Join(modules, ", ")
	for _, p := range pythons() {
		if exec.Command(p, "-c", "import "+names).Run() == nil {
			return p
		}
	}
	t.Skipf("no python3 with %s: 'make python-tools' or 'pip install %s' brings it", names, strings.Join(modules, " "))
	return ""
}
