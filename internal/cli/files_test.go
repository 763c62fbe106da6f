package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hw4/internal/cli"
)

// crowd makes a folder in which many names stand for few files, and works in it.
func crowd(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	make := func(err error) {
		if err != nil {
			t.Skip(err)
		}
	}
	content, err := os.ReadFile(picture(t, 4, 4))
	make(err)
	for _, dir := range []string{"deep/er", "data", "pics"} {
		make(os.MkdirAll(dir, 0o755))
	}
	for _, name := range []string{"a.png", "data/train-images-idx3-ubyte", "c.previous", "pics/problem1-edges.png"} {
		make(os.WriteFile(name, content, 0o644))
	}
	make(os.Symlink(".", "here"))
	make(os.Symlink("deep/er", "short"))
	make(os.Symlink("a.png", "link.png"))
	make(os.Link("a.png", "hard.png"))
	make(os.Symlink("new.html", "dangling.html"))
	make(os.Symlink("../../new.html", "deep/er/up.html"))
	make(os.Symlink("data/train-images-idx3-ubyte", "images.html"))
	make(os.Symlink("c.previous", "w.npz"))
	make(os.Link("data/train-images-idx3-ubyte", "data/t10k-images-idx3-ubyte"))
}

// Only where arrays of a file are named does :: end its name.
func TestColonsInNames(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Rename(picture(t, 4, 4), "a::b.png"); err != nil {
		t.Skip(err)
	}
	for _, c := range []struct {
		args string
		code int
		say  string
	}{
		{"conv -p 3 --image a::b.png --out a::c.png --size 2x2", 0, ""},
		{"lenet --train --onnx a::b.onnx --checkpoint a --data none", 4, "none: a folder for MNIST"},
		{"train --weights a::b.onnx --onnx a", 2, "are the same file"},
		{"train --loss mse --save a::b.npz", 2, "--save a::b.npz: the name has ::, behind which the name of an array"},
	} {
		_, stderr, code := hw4(t, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(stderr, c.say) {
			t.Errorf("hw4 %s: exit code %d, message %q, want %d and %q", c.args, code, stderr, c.code, c.say)
		}
	}
}

// Two files of a run that are one are refused before the work, by whatever names.
func TestSameFiles(t *testing.T) {
	crowd(t)
	for _, c := range []struct{ args, say string }{
		{"conv -p 3 --image a.png --out a.png", "--image a.png and --out a.png are the same file"},
		{"conv -p 3 --image a.png --out ./deep/../a.png", ""},
		{"conv -p 3 --image a.png --out here/here/a.png", ""},
		{"conv -p 3 --image link.png --out a.png", ""},
		{"conv -p 3 --image hard.png --out a.png", ""},
		{"conv -p 3 --image hard.png --out link.png", ""},
		{"conv -p 3 --image pics/problem1-edges.png --pictures pics", "could be overwritten by --pictures"},
		{"lenet --predict pics/problem1-edges.png --pictures pics", "could be overwritten by --pictures"},
		{"lenet --predict a.png pics/problem1-edges.png --pictures pics", "could be overwritten by --pictures"},
		{"lenet --weights w.npz --predict a.png b.png --onnx hard.png", "--onnx hard.png and --predict a.png are the same file"},
		{"conv -p 3 --image here/pics/problem1-edges.png --pictures ./pics/", "could be overwritten by --pictures"},
		{"conv -p 3 --image a.png --out x/problem7-MORE.PNG --pictures x", "could be overwritten by --pictures"},
		{"report -o r.html --pdf here/r.html", ""},
		{"report -o short/../new.html --pdf deep/new.html", ""},
		{"report -o dangling.html --pdf new.html", ""},
		{"report -o here/dangling.html --pdf short/up.html", ""},
		{"report -o x.html --pictures here/x.html", ""},
		{"report --pdf report.html", ""},
		{"report -o no/r.html --pdf no/../no/r.html", ""},
		{"report -o images.html --data data", "-idx3-ubyte are the same file"},
		{"lenet --train --checkpoint c.npz --save c.npz", ""},
		{"lenet --train --checkpoint c.npz --save here/c.npz --resume", ""},
		{"lenet --train --checkpoint c --save w.npz", "--checkpoint c (c.previous) and --save w.npz are the same file"},
		{"train --loss kl --checkpoint c.onnx --onnx c.onnx", ""},
		{"mlp --answer a.png --against link.png", ""},
		{"mlp --answer - --against -", ""},
	} {
		if c.say == "" {
			c.say = "are the same file"
		}
		stdout, stderr, code := hw4(t, strings.Fields(c.args)...)
		if code != cli.ExitUsage || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, c.say) {
			t.Errorf("hw4 %s: exit code %d, message %q, want one that says %q; wrote %q", c.args, code, stderr, c.say, stdout)
		}
	}
}

// Other files are not.
func TestOtherFiles(t *testing.T) {
	crowd(t)
	for _, args := range []string{
		"conv -p 3 --size 2x2 --image a.png --out deep/a.png",
		"conv -p 3 --size 2x2 --image a.png --out short/a.png --pictures pics",
		"conv -p 3 --size 2x2 --image pics/problem1-edges.png --out pics/b.png",
		"pool --data data --pictures .", // the set has one file under two names
		"conv -p 3 --size 2x2 --pictures data --data data",
		"conv -p 3 --size 2x2 --filter " + right3,
	} {
		if _, stderr, code := hw4(t, append(strings.Fields(args), "-q")...); code != cli.ExitOK || stderr != "" {
			t.Errorf("hw4 %s: exit code %d, %q", args, code, stderr)
		}
	}
}

// What cannot be written has one exit code and one word, whoever writes it, and no other
// file is named than the one that was.
func TestUnwritable(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("plain", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	here, _ := os.ReadDir(".")
	for _, args := range []string{
		"conv -p 3 --out %.png --image " + picture(t, 2, 2), "pool --pictures %", "all --pictures %", "report -o %.html",
		"report --pdf %.pdf", "lenet --train --save %.npz", "lenet --train --onnx %.onnx", "lenet --train --checkpoint %",
		"train --loss kl --save %.npz", "train --loss kl --onnx %.onnx",
	} {
		for _, path := range []string{"no/deep/x", "plain/x"} {
			if strings.Contains(args, "--pictures") && path == "no/deep/x" {
				continue // the folders are made
			}
			words := strings.Fields(strings.ReplaceAll(args, "%", path))
			stdout, stderr, code := hw4(t, append(words, "--json", "-q")...)
			if code != cli.ExitInput || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, path) ||
				strings.Contains(stderr, ".tmp") || strings.Contains(stderr, ".lock") || strings.Contains(stderr, ".new") {
				t.Errorf("hw4 %v: exit code %d, message %q", words, code, stderr)
			}
			var doc struct{ Error struct{ Code string } }
			if err := json.Unmarshal([]byte(stdout), &doc); err != nil || doc.Error.Code != "unwritable" {
				t.Errorf("hw4 %v: wrote %s", words, stdout)
			}
		}
	}
	if left, _ := os.ReadDir("."); len(left) != len(here) {
		t.Errorf("left behind: %v", left)
	}
}

// Names of files stand in messages and reports as they are, except for what a terminal
// would obey.
func TestNamesInMessages(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, shown := range map[string]string{
		"a  b.png": "a  b.png", "a\x1b[31mb.png": `a\x1b[31mb.png`, "c\u202e.png": `c\u202e.png`, "d\x9b.png": `d\x9b.png`,
	} {
		_, stderr, code := hw4(t, "conv", "-p", "3", "--image", name)
		if code != cli.ExitInput || !strings.Contains(stderr, shown) {
			t.Errorf("%q: exit code %d, message %q", name, code, stderr)
		}
		_, stderr, _ = hw4(t, "conv", "-p", "3", "--filter", name)
		_, _, _ = hw4(t, "mlp", name)
		if !strings.Contains(stderr, shown) {
			t.Errorf("%q: message %q", name, stderr)
		}
		content, err := os.ReadFile(picture(t, 2, 2))
		if err == nil {
			err = os.WriteFile("in.png", content, 0o644)
		}
		if err != nil {
			t.Skip(err)
		}
		out := filepath.Join(".", name)
		stdout, stderr, code := hw4(t, "conv", "-p", "3", "--size", "2x2", "--image", "in.png", "--out", out, "-q")
		if code != cli.ExitOK || stderr != "" || !strings.Contains(stdout, shown) || strings.Contains(stdout, "\x1b") {
			t.Errorf("%q: exit code %d, %q\n%s", name, code, stderr, stdout)
		}
		os.Remove(name)
	}
}
