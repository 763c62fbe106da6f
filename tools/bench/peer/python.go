package peer

import (
	"fmt"
	"os/exec"
	"strings"
)

// Python returns the interpreter of the given name or, if that is empty, the first of
// python3 and /usr/bin/python3 that can import a module. The error of a missing module
// ends with the hint.
func Python(interpreter, module, hint string) (string, error) {
	candidates := []string{"python3", "/usr/bin/python3"}
	if interpreter != "" {
		candidates = []string{interpreter}
	}
	for _, c := range candidates {
		if exec.Command(c, "-c", "import "+module).Run() == nil {
			return c, nil
		}
	}
	return "", fmt.Errorf("no %s in %s: %s", module, strings.Join(candidates, " or "), hint)
}
