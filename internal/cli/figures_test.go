package cli_test

import (
	"bytes"
	"context"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hw4/internal/cli"
)

// --pictures writes every picture of the answer, under names that say what it is.
func TestPicturesFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	_, stderr, code := hw4(t, "conv", "--problem", "1", "--size", "3x3", "--pictures", dir, "--json")
	if code != 0 || stderr != "hw4: wrote 1 picture to "+dir+"\n" {
		t.Fatalf("exit code %d: %q", code, stderr)
	}
	f, err := os.Open(filepath.Join(dir, "problem1-edges.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if m, err := png.Decode(f); err != nil || m.Bounds().Dx() < 700 {
		t.Errorf("the picture is %v (%v)", m.Bounds(), err)
	}
	file := write(t, "file", nil)
	if _, stderr, code := hw4(t, "conv", "--problem", "1", "--size", "3x3", "--pictures", file); code != cli.ExitInput ||
		strings.Count(stderr, "\n") != 1 {
		t.Errorf("a file in place of the folder: exit code %d: %q", code, stderr)
	}
	unused := filepath.Join(t.TempDir(), "new")
	_, _, code = hw4(t, "mlp", "--activation", "foo", "--pictures", unused)
	if _, err := os.Stat(unused); code != cli.ExitUsage || !os.IsNotExist(err) {
		t.Errorf("a run that is refused: exit code %d, and of the folder: %v", code, err)
	}
}

func TestPicturesOfTraining(t *testing.T) {
	dir := t.TempDir()
	if _, stderr,
		code := hw4(t, "lenet", "--train", "--epochs", "1", "--batch", "5", "-q", "--data", tinyMNIST(t), "--pictures",
		dir); code != cli.ExitOK && code != cli.ExitFailed {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	for _, want := range []string{"a-digit-on-its-way-through-the-network", "confusion-matrix",
		"the-filters-that-c1-learned"} {
		if !slices.Contains(names, "problem7-"+want+".png") {
			t.Errorf("no picture %s among %q", want, names)
		}
	}
}

// --preview shows pictures where no terminal is known, and auto shows none there.
func TestPreview(t *testing.T) {
	show := func(env string, args ...string) string {
		var out bytes.Buffer
		code := cli.Main(context.Background(),
			append([]string{"conv", "--problem", "3", "--size", "2x2", "--details"}, args...),
			cli.Stdio{
				Out: &out, Err: new(bytes.Buffer),
				Getenv: func(key string) string {
					if name, value, _ := strings.Cut(env, "="); key == name {
						return value
					}
					return ""
				},
			})
		if code != 0 {
			t.Fatalf("%q: exit code %d", args, code)
		}
		return out.String()
	}
	plain := show("")
	if strings.Contains(plain, "\x1b") || strings.Contains(plain, "▀") || plain != show("", "--preview", "none") {
		t.Error("a picture or a colour was written to a pipe")
	}
	for _, c := range []struct{ env, args, want, without string }{
		{"", "--preview blocks", "\x1b[38;2;", "\x1b_G"},
		{"", "--preview kitty", "\x1b_Gf=100,a=T", "▀"},
		{"", "--preview sixel", "q\"1;1;", "▀"},
		{"NO_COLOR=1", "--preview blocks", "▀", "\x1b"},
		{"", "--preview blocks --no-color", "▀", "\x1b"},
	} {
		got := show(c.env, strings.Fields(c.args)...)
		if !strings.Contains(got, c.want) || strings.Contains(got, c.without) || !strings.Contains(got, "Greyscale. ") {
			t.Errorf("%s %s: does not have %q, or has %q", c.env, c.args, c.want, c.without)
		}
	}
}

// What is misspelt is answered with what may have been meant.
func TestSuggestions(t *testing.T) {
	for args, want := range map[string]string{
		"conv --sise 3x3":               "unknown flag: --sise (did you mean --size?); see 'hw4 conv --help'",
		"train --loss bot":              `no loss "bot"; there are mse, kl and both (did you mean both?)`,
		"mlp --activation tahn":         "(did you mean tanh?)",
		"lenet --train --arch orgnal":   "(did you mean original?)",
		"all --preview sixl":            "(did you mean sixel?)",
		"conv --recover --mapping gray": "(did you mean grey?)",
		"tarin":                         `did you mean "train"?`,
	} {
		_, stderr, code := hw4(t, strings.Fields(args)...)
		if code != cli.ExitUsage || !strings.Contains(stderr, want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("hw4 %s: exit code %d, message %q, want one line with %q", args, code, stderr, want)
		}
	}
}

func TestVersion(t *testing.T) {
	stdout, stderr, code := hw4(t, "--version")
	if code != 0 || stderr != "" || !strings.HasPrefix(stdout, "hw4 version ") || strings.Count(stdout, "\n") != 1 ||
		!strings.Contains(stdout, "go1.") {
		t.Errorf("exit code %d, wrote %q and %q", code, stdout, stderr)
	}
}
