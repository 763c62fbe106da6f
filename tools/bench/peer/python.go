package peer

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
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

// The versions that are compared with, a line each.
//
//go:embed requirements.txt
var requirements string

// Environment returns the interpreter of a Python environment with PyTorch and, if it
// can be had, JAX. An empty folder means one in the user's cache, which is made when it
// is not there. Where no packages can be downloaded, it is an installed Python with
// PyTorch.
func Environment(folder string, say io.Writer) (string, error) {
	if folder != "" {
		return Python(interpreterIn(folder), "torch", "name the folder of another environment")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	folder = filepath.Join(cache, "hw4", "peers")
	if found, err := Python(interpreterIn(folder), "torch", ""); err == nil {
		return found, nil
	}
	failed := install(folder, say)
	if failed == nil {
		return interpreterIn(folder), nil
	}
	fmt.Fprintln(say, "PyTorch could not be downloaded:", failed)
	found, err := Python("", "torch", "'apt-get install python3-torch' brings it")
	return found, errors.Join(failed, err)
}

func interpreterIn(folder string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(folder, "Scripts", "python.exe")
	}
	return filepath.Join(folder, "bin", "python")
}

// install makes an environment. PyTorch for processors only, which is small, has a
// version with a name of its own, which not every index has.
func install(folder string, say io.Writer) error {
	do := func(args ...string) error {
		fmt.Fprintln(say, "+", strings.Join(args, " "))
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Stdout, cmd.Stderr = say, say
		return cmd.Run()
	}
	fmt.Fprintf(say, "%s gets PyTorch, torchvision and JAX once. On Linux, PyTorch may bring CUDA, and takes 5 GB then.\n"+
		"To use an environment of your own, stop this and say PEERS=FOLDER.\n", folder)
	if err := do("python3", "-m", "venv", "--clear", folder); err != nil {
		return err
	}
	wanted := strings.Fields(requirements)
	small := slices.Clone(wanted)
	for i, w := range small {
		if strings.HasPrefix(w, "torch") {
			small[i] += "+cpu"
		}
	}
	pip := []string{interpreterIn(folder), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"}
	if do(append(slices.Clone(pip), small...)...) == nil {
		return nil
	}
	return do(append(pip, wanted...)...)
}
