package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hw4/internal/cli"
)

// A training exports the network that its saved weights give as well.
func TestONNX(t *testing.T) {
	tiny := tinyMNIST(t)
	for _, flags := range []string{"lenet --train --arch original", "lenet --train --arch modern", "train --loss kl",
		"train --loss mse --no-bias"} {
		dir := t.TempDir()
		w, trained, loaded := filepath.Join(dir, "w.safetensors"), filepath.Join(dir, "trained.onnx"),
			filepath.Join(dir, "loaded.onnx")
		args := append(strings.Fields(flags), "--epochs", "1", "--batch", "10", "--quiet", "--data", tiny, "--save", w,
			"--onnx", trained, "--details")
		if stdout, stderr, _ := hw4(t, args...); !strings.Contains(stdout, "ok    the network is exported") {
			t.Fatalf("%s wrote %q and %q", flags, stdout, stderr)
		}
		stdout, stderr, code := hw4(t, args[0], "--weights", w, "--onnx", loaded, "--details")
		if code != cli.ExitOK || !strings.Contains(stdout, "ok    the network is exported") {
			t.Fatalf("%s: exit code %d, wrote %q and %q", flags, code, stdout, stderr)
		}
		a, errA := os.ReadFile(trained)
		b, errB := os.ReadFile(loaded)
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: the exported networks differ: %v, %v", flags, errA, errB)
		}
	}
}

func TestONNXRefusals(t *testing.T) {
	tiny, dir := tinyMNIST(t), t.TempDir()
	paper := filepath.Join(dir, "paper.safetensors")
	hw4(t, "lenet", "--train", "--arch", "lecun1998", "--epochs", "1", "--batch", "10", "--quiet", "--data", tiny,
		"--save", paper)
	file := filepath.Join(dir, "m.onnx")
	for _, c := range []struct {
		args string
		code int
		say  string
	}{
		{"lenet --train --onnx m.pb", 2, "want .onnx"},
		{"lenet --params --onnx " + file, 2, "--onnx needs --train or --weights FILE"},
		{"lenet --train --arch lecun1998 --onnx " + file, 2, "not for lecun1998"},
		{"lenet --weights " + paper + " --onnx " + file, 2, "not for lecun1998"},
		{"lenet --weights " + filepath.Join(dir, "none.npz") + " --onnx " + file, 4, "no such file"},
		{"lenet --train --data " + tiny + " --onnx " + filepath.Join(dir, "no", "m.onnx"), 4,
			"cannot be written: no such file or directory"},
		{"train --onnx " + file, 2, "--onnx needs one loss"},
		{"train --weights " + paper + " --onnx " + file, 4, "does not hold the weights of a'x + b"},
	} {
		_, stderr, code := hw4(t, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(stderr, c.say) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("hw4 %s: exit code %d, wrote %q, want %d and %q", c.args, code, stderr, c.code, c.say)
		}
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a refused export left a file")
	}
}
