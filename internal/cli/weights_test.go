package cli_test

import (
	"encoding/json"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hw4/internal/cli"
)

// seven writes a picture of a 7, black on white, and returns its path.
func seven(t *testing.T) string {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 90, 120))
	draw.Draw(m, m.Bounds(), image.White, image.Point{}, draw.Src)
	for i := range 9 {
		draw.Draw(m, image.Rect(20+5*i, 20, 30+5*i, 28), image.NewUniform(color.Gray{Y: 40}), image.Point{}, draw.Src)
		draw.Draw(m, image.Rect(60-3*i, 20+8*i, 70-3*i, 32+8*i), image.NewUniform(color.Gray{Y: 40}), image.Point{}, draw.Src)
	}
	path := filepath.Join(t.TempDir(), "seven.png")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, m); err != nil {
		t.Fatal(err)
	}
	return path
}

// Weights that a training saves have the accuracy that it had, and see a digit.
func TestSaveEvalPredict(t *testing.T) {
	tiny, picture := tinyMNIST(t), seven(t)
	for _, arch := range []string{"original", "modern"} {
		w := filepath.Join(t.TempDir(), "w.safetensors")
		stdout, stderr,
			_ := hw4(t, "lenet", "--train", "--arch", arch, "--epochs", "8", "--batch", "2", "--quiet", "--data", tiny,
			"--save", w, "--details")
		if !strings.Contains(stdout, "ok    the weights are saved") {
			t.Fatalf("training wrote %q and %q", stdout, stderr)
		}
		stdout, stderr, code := hw4(t, "lenet", "--eval", "--weights", w, "--data", tiny, "--details")
		flat := strings.Join(strings.Fields(stdout), " ") // lines end anywhere
		if code != cli.ExitOK || !strings.Contains(flat, "the weights of the "+arch+" LeNet-5") ||
			!strings.Contains(stdout, "ok    as it was when the weights were saved") {
			t.Errorf("%s: exit code %d, wrote %q and %q", arch, code, stdout, stderr)
		}
		if stdout, stderr, code := hw4(t, "lenet", "--weights", w, "--predict", picture); code != cli.ExitOK ||
			!strings.Contains(stdout, " shows a ") {
			t.Errorf("%s, trained on few images: exit code %d, wrote %q and %q", arch, code, stdout, stderr)
		}
		if stdout, _, code := hw4(t, "lenet", "--eval", "--weights", w, "--data", tiny, "--arch", arch,
			"--params"); code != cli.ExitOK || !strings.Contains(stdout, "60806") {
			t.Errorf("%s with --arch and --params: exit code %d", arch, code)
		}
	}
	for name, flags := range map[string]string{"w.npz": "--loss mse", "b.safetensors": "--loss kl --no-bias"} {
		w := filepath.Join(t.TempDir(), name)
		args := append([]string{"train", "--epochs", "1", "--quiet", "--data", tiny, "--save", w, "--details"},
			strings.Fields(flags)...)
		if stdout, stderr, _ := hw4(t, args...); !strings.Contains(stdout, "ok    the weights are saved") {
			t.Fatalf("training wrote %q and %q", stdout, stderr)
		}
		stdout, stderr, code := hw4(t, "train", "--eval", "--weights", w, "--data", tiny, "--details")
		if code != cli.ExitOK || !strings.Contains(stdout, "ok    the digits add up") ||
			strings.Contains(stdout, "a'x + b") == strings.Contains(flags, "no-bias") {
			t.Errorf("%s: exit code %d, wrote %q and %q", name, code, stdout, stderr)
		}
	}
}

// Several pictures are read in one call, as a shell gives them, with the program's own
// weights; JSON has the digits and the probabilities as numbers.
func TestPredictSeveral(t *testing.T) {
	picture := seven(t)
	stdout, stderr, code := hw4(t, "lenet", "--predict", picture, picture, "--json")
	if code != cli.ExitOK || stderr != "" {
		t.Fatalf("exit code %d, wrote %q and %q", code, stdout, stderr)
	}
	var out struct {
		Reports []struct{ Answer []struct{ Rows [][]any } }
	}
	if err := json.Unmarshal([]byte(stdout), &out); err != nil {
		t.Fatal(err)
	}
	rows := out.Reports[0].Answer[0].Rows
	if len(rows) != 2 || rows[1][0] != picture || rows[1][1] != 7. || rows[1][2].(float64) < 0.6 {
		t.Errorf("rows %v", rows)
	}
	if _, stderr, code := hw4(t, "lenet", "--predict", picture, picture+".none"); code != cli.ExitFailed || stderr != "" {
		t.Errorf("a file that is missing: exit code %d, %q", code, stderr)
	}
}

func TestBadWeights(t *testing.T) {
	dir := t.TempDir()
	text := write(t, "w.safetensors", []byte("these are no weights"))
	bomb := write(t, "w.npz", []byte("PK\x05\x06\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00"))
	good := filepath.Join(dir, "good.npz")
	tiny := tinyMNIST(t)
	hw4(t, "lenet", "--train", "--epochs", "1", "--batch", "40", "--data", tiny, "--save", good)
	for _, c := range []struct {
		args string
		code int
		say  string
	}{
		{"lenet --eval", 2, "needs --weights"},
		{"lenet --predict x.png", 4, "no such file"},
		{"lenet --predict= x.png", 2, "the name of a picture is empty"},
		{"lenet --predict x.png --train", 2, "leave out --train and --save"},
		{"lenet --params x.png", 2, "unexpected argument"},
		{"lenet --weights w.npz", 2, "--weights is for --eval, --predict and --onnx"},
		{"lenet --weights none.pt --eval", 4, "no such file"},
		{"lenet --train --save w.bin", 2, "want .safetensors or .npz"},
		{"lenet --params --save w.npz", 2, "--save is for --train"},
		{"lenet --train --eval --weights w.npz", 2, "--weights cannot be trained further"},
		{"lenet --eval --weights w.npz --save v.npz", 2, "--weights cannot be trained further"},
		{"lenet --eval --weights " + filepath.Join(dir, "none.npz"), 4, "no such file"},
		{"lenet --eval --weights " + text, 4, "the length of the header"},
		{"lenet --eval --weights " + bomb, 4, "the number of members is 65535"},
		{"lenet --eval --weights " + good + " --arch modern --data " + tiny, 4,
			"by their shapes they are likeliest those of the original LeNet-5"},
		{"lenet --eval --weights " + good + " --arch ancient", 2, "no architecture"},
		{"lenet --eval --weights " + good + " --data /nowhere", 4, "not found in /nowhere"},
		{"lenet --predict " + text + " --weights " + good, 4, "PNG or JPEG"},
		{"lenet --predict " + write(t, "huge.png", hugePNG()) + " --weights " + good, 4, "20000x20000 pixels"},
		{"lenet --predict " + dir + " --weights " + good, 4, "folder"},
		{"lenet --train --save " + filepath.Join(dir, "no", "w.npz"), 4, "cannot be written: no such file or directory"},
		{"train --save w.npz", 2, "--save needs one loss"},
		{"train --eval", 2, "needs --weights"},
		{"train --eval --weights w.npz --lr 1", 2, "--lr is for training; leave it out"},
		{"train --onnx w.onnx --weights w.npz --loss kl", 2, "--loss is for training"},
		{"train --eval --weights w.npz --no-bias", 2, "--no-bias is for training"},
		{"train --eval --weights w.npz --seeds 1", 2, "--seeds is for training"},
		{"lenet --eval --weights w.npz --seed 1", 2, "--seed is for training"},
		{"lenet --predict x.png --every 0", 2, "--every is for training"},
		{"lenet --params --seed 1", 2, "need --train"},
		{"lenet --answer 5 --resume", 2, "need --train"},
		{"train --weights w.npz", 2, "--weights is for --eval"},
		{"train --predict x.png", 2, "unknown flag"},
		{"train --eval --weights " + good + " --data " + tiny, 4,
			"does not hold the weights of a'x + b for images of 784 pixels"},
	} {
		stdout, stderr, code := hw4(t, strings.Fields(c.args)...)
		if code != c.code || stdout != "" || !strings.HasPrefix(stderr, "hw4: ") || strings.Count(stderr, "\n") != 1 ||
			!strings.Contains(stderr, c.say) {
			t.Errorf("hw4 %s: exit code %d, wrote %q and %q, want exit code %d and one line that says %q", c.args, code,
				stdout, stderr, c.code, c.say)
		}
	}
}
