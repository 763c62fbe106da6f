// Package processor names the machine that something was measured on.
package processor

import (
	"os"
	"runtime"
	"strings"
)

// Name returns the name of the machine's processor where the system tells it, which
// is on Linux, and else its architecture.
func Name() string {
	info, _ := os.ReadFile("/proc/cpuinfo") // elsewhere there is none
	for line := range strings.Lines(string(info)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
