//go:build unix

package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hw4/internal/cli"
)

// What is no regular file is refused at once as weights and as a picture.
func TestSpecialFilesAsWeights(t *testing.T) {
	good := filepath.Join(t.TempDir(), "good.safetensors")
	hw4(t, "lenet", "--train", "--epochs", "1", "--batch", "40", "--data", tinyMNIST(t), "--save", good)
	for kind, make := range map[string]func(path string) error{
		"folder":     func(path string) error { return os.Mkdir(path, 0o755) },
		"named pipe": func(path string) error { return syscall.Mkfifo(path, 0o644) },
		"device":     func(path string) error { return os.Symlink("/dev/zero", path) },
	} {
		for _, ending := range []string{".safetensors", ".npz", ".png", ".npy"} {
			path := filepath.Join(t.TempDir(), "f"+ending)
			if err := make(path); err != nil {
				t.Skipf("%s: %v", kind, err)
			}
			args := []string{"lenet", "--eval", "--weights", path}
			if ending == ".png" || ending == ".npy" {
				args = []string{"lenet", "--predict", path, "--weights", good}
			}
			stdout, stderr, code := hw4(t, args...)
			if code != cli.ExitInput || stdout != "" ||
				stderr != "hw4: "+path+": the file is a "+kind+", want a regular file\n" {
				t.Errorf("%s: exit code %d, wrote %q and %q", strings.Join(args, " "), code, stdout, stderr)
			}
		}
	}
	if os.Getuid() != 0 {
		if err := os.Chmod(good, 0); err != nil {
			t.Fatal(err)
		}
		if _, stderr, code := hw4(t, "lenet", "--eval", "--weights", good); code != cli.ExitInput ||
			!strings.Contains(stderr, "permission denied") {
			t.Errorf("unreadable weights: exit code %d, %q", code, stderr)
		}
	}
}
