package cli_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hw4/data"
	"hw4/internal/cli"
	"hw4/internal/datatest"
)

// hw4 runs the command and returns what it wrote and its exit code.
func hw4(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, err bytes.Buffer
	code = cli.Main(context.Background(), args, cli.Stdio{Out: &out, Err: &err})
	return out.String(), err.String(), code
}

// write puts a file into a fresh folder and returns its path.
func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// picture writes a PNG of the given size and returns its path.
func picture(t *testing.T, w, h int) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		for y := range h {
			m.Set(x, y, color.RGBA{uint8(40 * x), uint8(30 * y), 100, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return write(t, "picture.png", b.Bytes())
}

// greyPicture writes a grey PNG of one pixel and returns its path.
func greyPicture(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	return write(t, "grey.png", b.Bytes())
}

// hugePNG is a PNG header that claims 20000 x 20000 pixels.
func hugePNG() []byte {
	chunk := []byte("IHDR\x00\x00\x4e\x20\x00\x00\x4e\x20\x08\x02\x00\x00\x00")
	file := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(chunk))
}

// What cannot be done is refused with one line that says why, the right exit
// code, and nothing on standard output.
func TestBadInput(t *testing.T) {
	good := picture(t, 6, 4)
	out := filepath.Join(t.TempDir(), "out.png")
	grey := greyPicture(t)
	for _, c := range []struct {
		args string
		code int
		say  string
	}{
		{"frobnicate", 2, `no command "frobnicate"`},
		{"con", 2, `did you mean "conv"`},
		{"pol", 2, `did you mean "pool"`},
		{"rep", 2, `did you mean "report"`},
		{"conv", 2, "say which problem: --problem 1|2|3"},
		{"conv --problem 9", 2, "no problem 9"},
		{"conv --problem 4", 2, "problem 4 is 'hw4 pool'"},
		{"conv --problem -1", 2, "no problem -1"},
		{"conv --problem one", 2, "invalid argument"},
		{"help frobnicate", 2, `no command "frobnicate"`},
		{"help conv pool", 2, `no command "pool"`},
		{"conv --problem 1.5", 2, "want a whole number; see"},
		{"train --epochs 9999999999999999999999", 2, "want a whole number within range; see"},
		{"train --seed -1", 2, "want a whole number that is not negative; see"},
		{"train --lr abc", 2, "want a number; see"},
		{"lenet --params=maybe", 2, "want true or false; see"},
		{"conv --problem 3 --size 100x100", 2, "images of 3x100x100 have more than 16384 elements"},
		{"conv --problem 3 --image " + grey + " --out " + out, 4, "the picture is grey"},
		{"mlp --sizes 1024,1024,1", 2, "want at most 8192 weights, since the check moves each of the 1049600"},
		{"lenet --params --arch ancient", 2, `no architecture "ancient"`},
		{"lenet --params --arch modern", 2, "--params counts all networks"},
		{"conv --recover --mapping maxpool --kernel 1", 2, "--kernel 1: max pooling of single pixels changes nothing"},
		{`conv --problem 1 --filter {"a::b":[1]}`, 4, "shape (1,), want"},
		{`mlp --answer {"a::b":1}`, 4, `"a::b"`},
		{"sweep script slurm --json", 2, "'hw4 sweep script' writes text only; leave out --json"},
		{"serve --json", 2, "'hw4 serve' writes text only; leave out --json"},
		{"grade --exporter --json", 2, "leave out --json"},
		{"all --data /nowhere", 4, "not found in /nowhere"},
		{"report --data /nowhere --out " + filepath.Join(t.TempDir(), "r.html"), 4, "not found in /nowhere"},
		{"data --pictures " + good, 4, good + " cannot be written: not a directory"},
		{"data --pictures " + good + "/new/folder", 4, good + "/new/folder cannot be written: not a directory"},
		{"conv --problem 1 --sise 3x3", 2, "unknown flag: --sise"},
		{"conv --problem 1 now", 2, `unexpected argument "now"`},
		{"conv --problem 1 --size 0x5", 2, "at least 1"},
		{"conv --problem 1 --size -3x5", 2, "at least 1"},
		{"conv --problem 1 --size 28", 2, "want a height and a width"},
		{"conv --problem 1 --size 28x28x28", 2, "want a height and a width"},
		{"conv --problem 1 --size 99999999999999999999x1", 2, "want a height and a width"},
		{"conv --problem 1 --size 9999x9999", 2, "at most"},
		{"conv --problem 1 --kernel 3", 2, "--kernel is for Problem 2"},
		{"conv --problem 2 --size 28x27", 2, "size 28x27 is not divisible by the kernel size 2"},
		{"conv --problem 2 --size 4x4 --kernel 5", 2, "--kernel 5 is larger than the image of 4x4"},
		{"conv --problem 2 --kernel 0", 2, "--kernel 0"},
		{"conv --problem 2 --kernel -3", 2, "--kernel -3"},
		{"conv --problem 2 --channels 0", 2, "--channels 0"},
		{"conv --problem 2 --channels 60000", 2, "want 1 to 16384"},
		{"conv --problem 2 --channels 600", 2, "more than"},
		{"conv --problem 1 --out " + out, 2, "--out needs --image"},
		{"conv --recover --mapping maxpool --out " + out, 2, "--out needs --image"},
		{"conv --recover --mapping maxpool --size 4x5 --kernel 5", 2, "--kernel 5 is larger than the image of 4x5"},
		{"conv --problem 1 --image " + good + " --out x.txt", 2, "want .png, .jpg or .jpeg"},
		{"conv --problem 1 --image missing.png --out " + out, 4, "missing.png: no such file"},
		{"conv --problem 1 --image " + write(t, "huge.png", hugePNG()) + " --out " + out, 4, "20000x20000 pixels"},
		{"conv --problem 1 --image " + write(t, "text.png", []byte("no picture")) + " --out " + out, 4, "PNG or JPEG"},
		{"conv --problem 1 --image " + t.TempDir() + " --out " + out, 4, "folder"},
		{"conv --problem 2 --kernel 3 --image " + good + " --out " + out, 2, "and 1 column; 27x27 is"},
		{"conv --problem 2 --kernel 7 --image " + good + " --out " + out, 2, "larger than the image of 4x6"},
		{"conv --problem 1 --image " + good + " --out /nowhere/at/all.png", 4, "no such file"},
		{"pool --problem 3", 2, "'hw4 pool' answers problem 4"},
		{"train --loss huber", 2, `no loss "huber"`},
		{"train --lr NaN", 2, "--lr NaN"},
		{"train --lr -0.1", 2, "--lr -0.1"},
		{"train --lr 0", 2, "--lr 0"},
		{"train --lr Inf", 2, "--lr +Inf"},
		{"train --epochs 0", 2, "--epochs 0"},
		{"train --batch -3", 2, "--batch -3"},
		{"train --seed -1", 2, "invalid argument"},
		{"train --resume", 2, "--resume needs --checkpoint FILE"},
		{"train --every 5", 2, "--every needs --checkpoint FILE"},
		{"train --checkpoint x --every -5", 2, "--every -5: want a number of steps"},
		{"lenet --params --checkpoint x", 2, "--checkpoint need --train"},
		{"train --checkpoint " + t.TempDir(), 4, "is a folder, want a regular file"},
		{"train --checkpoint /nowhere/c", 4, "no such file or directory"},
		{"train --resume --checkpoint " + filepath.Join(t.TempDir(), "c"), 4, "leave out --resume to begin one"},
		{"train --resume --checkpoint " + write(t, "c", []byte("no checkpoint")), 4, "the length of the header"},
		{"train --checkpoint " + write(t, "c", []byte("no checkpoint")), 2, "is there already: add --resume"},
		{"train --data /nowhere", 4, "train-images-idx3-ubyte not found in /nowhere"},
		{"mlp --sizes 5", 2, "want 2 to"},
		{"mlp --sizes 5,0,1", 2, "each of at least 1"},
		{"mlp --sizes 5,-3,1", 2, "each of at least 1"},
		{"mlp --sizes 5,x,1", 2, "want whole numbers; see"},
		{"mlp --sizes 5,4,3", 2, "n_L = 1"},
		{"mlp --activation cosine", 2, `no activation "cosine"; there are identity, sigmoid`},
		{"lenet", 2, "want --params, --train, --weights or --predict"},
		{"lenet --train --arch ancient", 2, `no architecture "ancient"; there are original, modern and lecun1998`},
		{"lenet --train --data /nowhere", 4, "not found in /nowhere"},
		{"all --epochs 0", 2, "--epochs 0"},
	} {
		stdout, stderr, code := hw4(t, strings.Fields(c.args)...)
		if code != c.code {
			t.Errorf("hw4 %s: exit code %d, want %d (%s)", c.args, code, c.code, stderr)
		}
		if !strings.HasPrefix(stderr, "hw4: ") || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, c.say) {
			t.Errorf("hw4 %s: message %q, want one line that says %q", c.args, stderr, c.say)
		}
		if stdout != "" {
			t.Errorf("hw4 %s: wrote %q to standard output", c.args, stdout)
		}
	}
}

func TestGoodInput(t *testing.T) {
	for _, c := range []struct{ args, say string }{
		{"conv --problem 1 --size 5x7 --details", "on all 35 basis images of 1x5x7"},
		{"conv --problem 2 --size 6x9 --kernel 3 --channels 2", "w_c = [ 0.111111"},
		{"conv --problem 2 --size 4x4 --kernel 4", "1/k^2 in all 16 places"},
		{"conv --problem 3 --size 1x1", "0.587"},
		{"pool --details", "sigmoid commutes"},
		{"mlp --sizes 2,1 --details", "dy_1/dA_1"},
		{"mlp --problem 6 --sizes 3,4,4,1 --activation gelu --seed 7 --details", "gelu"},
		{"lenet --params --details", "Total number of trainable parameters: 60806"},
		{"lenet --params --details", "Total number of trainable parameters: 61706"},
		{"lenet --params --details", "Total number of trainable parameters: 60000"},
		{"lenet --params --details", "340908"},
		{"lenet --params --details", "C3 connected by Table I has 1516 parameters, a regular convolution 2416."},
		{"--help", "Its problems:"},
		{"help conv", "hw4 conv --problem 1 --size 28x28"},
	} {
		stdout, stderr, code := hw4(t, strings.Fields(c.args)...)
		if code != 0 || stderr != "" || !strings.Contains(stdout, c.say) {
			t.Errorf("hw4 %s: exit code %d, message %q, output does not say %q:\n%s", c.args, code, stderr, c.say, stdout)
		}
	}
}

func TestPictures(t *testing.T) {
	in := picture(t, 6, 4)
	for args, size := range map[string]image.Point{
		"conv --problem 1":            {6, 4},
		"conv --problem 2 --kernel 2": {3, 2},
		"conv --problem 3":            {6, 4},
	} {
		out := filepath.Join(t.TempDir(), "out.png")
		_, stderr, code := hw4(t, append(strings.Fields(args), "--image", in, "--out", out)...)
		if code != 0 {
			t.Errorf("hw4 %s: exit code %d: %s", args, code, stderr)
			continue
		}
		f, err := os.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(f)
		f.Close()
		if err != nil || m.Bounds().Size() != size {
			t.Errorf("hw4 %s: a picture of %v, want %v (%v)", args, m.Bounds().Size(), size, err)
		}
		if args == "conv --problem 3" { // pixel (1, 2) is (40, 60, 100)
			if g := m.(*image.Gray).GrayAt(1, 2).Y; g != 59 { // 0.299*40 + 0.587*60 + 0.114*100 = 58.58
				t.Errorf("grey pixel is %d, want 59", g)
			}
		}
	}
}

// The JSON form is one object with everything that the text has.
func TestJSON(t *testing.T) {
	for _, args := range []string{"conv --problem 1", "pool", "mlp", "lenet --params"} {
		stdout, stderr, code := hw4(t, append(strings.Fields(args), "--json")...)
		var doc struct {
			Schema, Command string
			OK              bool
			Reports         []struct {
				Problem int
				Title   string
				OK      bool
				Items   []struct{ Kind string }
				Checks  []struct {
					Name, Detail string
					OK           bool
				}
			}
		}
		d := json.NewDecoder(strings.NewReader(stdout))
		if err := d.Decode(&doc); err != nil {
			t.Errorf("hw4 %s --json: %v", args, err)
			continue
		}
		if d.More() {
			t.Errorf("hw4 %s --json: more than one value", args)
		}
		if code != 0 || stderr != "" || doc.Schema != "hw4/2" || doc.Command != strings.Fields(args)[0] || !doc.OK ||
			len(doc.Reports) != 1 {
			t.Errorf("hw4 %s --json: exit code %d, message %q, object %+v", args, code, stderr, doc)
		}
		for _, r := range doc.Reports {
			if len(r.Items) == 0 || len(r.Checks) == 0 || r.Items[0].Kind == "" || r.Checks[0].Detail == "" {
				t.Errorf("hw4 %s --json: report %+v", args, r)
			}
		}
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, args := range []string{"train --loss kl", "conv --problem 1", "conv --problem 2", "conv --problem 3", "pool",
		"mlp", "lenet --params", "all", "bench", "conv -p 3 --filter [0.299,0.587,0.114]", "conv -p 1 --recover --size 64x64",
	} {
		var out, err bytes.Buffer
		if code := cli.Main(ctx, strings.Fields(args), cli.Stdio{Out: &out, Err: &err}); code != cli.ExitCanceled {
			t.Errorf("hw4 %s: exit code %d, want %d", args, code, cli.ExitCanceled)
		}
		if err.String() != "hw4: interrupted\n" || out.Len() > 0 {
			t.Errorf("hw4 %s: wrote %q and %q", args, out.String(), err.String())
		}
	}
}

// A closed writer cannot be written to.
type closedWriter struct{}

func (closedWriter) Write([]byte) (int, error) { return 0, errors.New("it is closed") }

// A page whose address nobody can learn is not served.
func TestServeWithoutOutput(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var err bytes.Buffer
	code := cli.Main(ctx, []string{"serve", "--no-open"}, cli.Stdio{Out: closedWriter{}, Err: &err})
	if code != cli.ExitFailed || err.String() != "hw4: it is closed\n" {
		t.Errorf("exit code %d, %q", code, err.String())
	}
}

// The help lists every command, in a group, with an example.
func TestHelp(t *testing.T) {
	for _, args := range []string{"", "help", "--help"} {
		stdout, stderr, code := hw4(t, strings.Fields(args)...)
		if code != 0 || stderr != "" {
			t.Fatalf("hw4 %s: exit code %d, %q", args, code, stderr)
		}
		_, listed, _ := strings.Cut(stdout, "Examples:\n")
		examples, listed, _ := strings.Cut(listed, "\n\n")
		groups, _, ok := strings.Cut(listed, "Additional Commands:")
		if !ok || !strings.Contains(stdout, "--help ") {
			t.Fatalf("hw4 %s: wrote %s", args, stdout)
		}
		for line := range strings.Lines(groups) {
			if name, isCommand := strings.CutPrefix(line, "  "); isCommand {
				name, _, _ = strings.Cut(name, " ")
				if !strings.Contains(examples+"\n", "  hw4 "+name) {
					t.Errorf("hw4 %s: no example of %s in\n%s", args, name, examples)
				}
			}
		}
	}
}

func TestDiverged(t *testing.T) {
	stdout, stderr,
		code := hw4(t, "lenet", "--train", "--epochs", "1", "--lr", "1e38", "--batch", "10", "--quiet", "--data",
		tinyMNIST(t))
	if code != cli.ExitDiverged || !strings.Contains(stderr, "training diverged: the loss is") || stdout != "" {
		t.Errorf("exit code %d, wrote %q and %q", code, stdout, stderr)
	}
}

// The network of 1998 has a recipe of its own, which flags change.
func TestLeCun1998Defaults(t *testing.T) {
	dir := tinyMNIST(t)
	stdout, stderr,
		code := hw4(t, "lenet", "--train", "--arch", "lecun1998", "--epochs", "1", "--quiet", "--details", "--data", dir)
	if code == cli.ExitUsage || !strings.Contains(joined(stdout),
		"the paper's loss, eq. (9), with j = 0.1, SGD (momentum 0.9) with learning rate 0.0007 that falls along half a "+
			"cosine, batches of 20, seed 0.") {
		t.Errorf("exit code %d, wrote %q and %q", code, stdout, stderr)
	}
	stdout, _,
		_ = hw4(t, "lenet", "--train", "--arch", "lecun1998", "--epochs", "1", "--quiet", "--details", "--lr", "0.001",
		"--batch", "7", "--data", dir)
	if !strings.Contains(joined(stdout), "learning rate 0.001 that falls along half a cosine, batches of 7") {
		t.Errorf("wrote %q", stdout)
	}
}

// joined undoes the breaking of lines.
func joined(s string) string { return strings.Join(strings.Fields(s), " ") }

// tinyMNIST returns a folder with a data set of a few images.
func tinyMNIST(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := writeTinyMNIST(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func writeTinyMNIST(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	sets := func(n int) *data.Set {
		return datatest.Set(n, []byte{4, 9}, func(i, p int) byte { return byte(p*(i%2+1) + i) })
	}
	return datatest.Write(dir, data.MNIST{Train: sets(40), Test: sets(20)})
}

// --data and HW4_DATA name a folder; labels that do not fit are refused.
func TestData(t *testing.T) {
	dir := tinyMNIST(t)
	stdout, stderr, _ := hw4(t, "train", "--loss", "mse", "--epochs", "1", "--details", "--data", dir)
	if !strings.Contains(stdout, "40 training and 20 test images") || !strings.Contains(stderr, "epoch 1 of 1") {
		t.Errorf("wrote %q and %q", stdout, stderr)
	}
	var out, err bytes.Buffer
	cli.Main(context.Background(), []string{"train", "--loss", "kl", "--epochs", "1", "-q", "--details"},
		cli.Stdio{Out: &out, Err: &err, Getenv: func(key string) string {
			return map[string]string{"HW4_DATA": dir}[key]
		}})
	if !strings.Contains(out.String(), "40 training and 20 test images") || err.Len() > 0 {
		t.Errorf("with HW4_DATA: wrote %q and %q", out.String(), err.String())
	}
	labels := filepath.Join(dir, "train-labels-idx1-ubyte")
	content, _ := os.ReadFile(labels)
	content[7]--
	if err := os.WriteFile(labels, content[:len(content)-1], 0o644); err != nil {
		t.Fatal(err)
	}
	_, stderr, code := hw4(t, "train", "--data", dir)
	if code != cli.ExitInput || !strings.Contains(stderr, "the number of labels is 39, want 40") ||
		strings.Count(stderr, "\n") != 1 {
		t.Errorf("labels that do not match: exit code %d, %q", code, stderr)
	}
}
