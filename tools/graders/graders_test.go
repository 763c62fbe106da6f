// Package graders_test tries what 'hw4 grade' writes where teachers use it.
package graders_test

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hw4/internal/pythontest"
)

// program is hw4, built once as a teacher's kit wants it.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "graders")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "hw4")
	build := exec.Command("go", "build", "-o", file, "./cmd/hw4")
	build.Dir = "../.."
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	out, err := build.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return file, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if file, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(file))
	}
	os.Exit(code)
}

// run runs a command in a folder and returns what it prints.
func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	if name == "hw4" {
		file, err := program()
		if err != nil {
			t.Fatal(err)
		}
		name = file
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v: %s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return string(out)
}

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o777); err != nil {
		t.Fatal(err)
	}
}

// Answers that are right for what a template gives, except Problem 1, whose filters are
// swapped, and the trained weights, which are missing.
const (
	someAnswers = `"p1": [[[[0,0,0],[0,-1,1],[0,0,0]]],[[[0,0,0],[0,-1,0],[0,1,0]]]], "p3": [0.299, 0.587, 0.114], ` +
		`"p7": {"original": 60806, "modern": 61706, "reduction": 900}`
	somePoints = 20.
)

// TestNbgrader checks that nbgrader's gradebook has the scores of a class after one command.
func TestNbgrader(t *testing.T) {
	python := pythontest.With(t, "nbgrader")
	dir := t.TempDir()
	put(t, filepath.Join(dir, "class", "ada.json"), "{"+someAnswers+"}")
	put(t, filepath.Join(dir, "class", "bob.json"), `{"p3": [0.299, 0.587, 0.114]}`)
	run(t, dir, "hw4", "grade", "--class", "class", "--out", "results", "--gradebook", "nbgrader")
	script, err := filepath.Abs("scores.py")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time changes nothing
		run(t, dir, python, script, "gradebook.db", "results/scores.csv")
	}
	got := run(t, dir, python, "-c", `
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as g:
    for s in g.assignment_submissions("Homework 4"):
        print(s.student_id, s.score, s.max_score, s.needs_manual_grade)
`)
	for _, want := range []string{"ada 20.0 100.0 False\n", "bob 10.0 100.0 False\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("the gradebook has\n%swant %s", got, want)
		}
	}
}

// TestGradescopeKit unpacks the kit where Gradescope does, in a system that has a shell and
// nothing else, and runs it as Gradescope does.
func TestGradescopeKit(t *testing.T) {
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		t.Skip("no busybox for a bare system (on Debian: apt-get install busybox-static)")
	}
	if os.Getuid() != 0 {
		t.Skip("only root may enter a bare system: run this test as root")
	}
	dir := t.TempDir()
	if out, err := exec.Command("chroot", dir, "/").CombinedOutput(); strings.Contains(string(out), "not permitted") {
		t.Skipf("chroot is not permitted here: %v", err)
	}
	run(t, dir, "hw4", "grade", "--kit", "gradescope", "--out", "kit.zip")
	run(t, dir, "hw4", "grade", "--kit", "prairielearn", "--out", "question.zip")
	root := filepath.Join(dir, "root")
	content, err := os.ReadFile(busybox)
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(root, "bin", "busybox"), string(content))
	for _, name := range []string{"sh", "grep", "head", "cut", "chmod", "mkdir", "cp"} {
		if err := os.Symlink("busybox", filepath.Join(root, "bin", name)); err != nil {
			t.Fatal(err)
		}
	}
	unzip(t, filepath.Join(dir, "kit.zip"), filepath.Join(root, "autograder", "source"))
	unzip(t, filepath.Join(dir, "question.zip"), filepath.Join(dir, "questions"))
	if err := os.Rename(filepath.Join(dir, "questions", "homework4"), filepath.Join(root, "grade")); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"autograder/results", "tmp"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	put(t, filepath.Join(root, "autograder/submission_metadata.json"), `{"id": 1, "users": [{"email": "ada@x.org", "id": 2}]}`)
	put(t, filepath.Join(root, "autograder/submission/answers.json"), "{"+someAnswers+"}")
	put(t, filepath.Join(root, "grade/student/answers.json"), "{"+someAnswers+`, "p4": "window.npy"}`)
	run(t, dir, "chroot", root, "/bin/sh", "/autograder/source/setup.sh")
	run(t, dir, "chroot", root, "/autograder/source/run_autograder")
	run(t, dir, "chroot", root, "/bin/sh", "/grade/tests/grade.sh")

	results := func(file string) map[string]any {
		text, err := os.ReadFile(filepath.Join(root, file))
		got := make(map[string]any)
		if err == nil {
			err = json.Unmarshal(text, &got)
		}
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	got := results("autograder/results/results.json")
	first := got["tests"].([]any)[0].(map[string]any)
	if got["score"] != somePoints || first["score"] != 0. || first["status"] != "failed" {
		t.Errorf("Gradescope gets %v, want %v points", got, somePoints)
	}
	if got := results("grade/results/results.json"); got["gradable"] != false || got["score"] != somePoints/100 {
		t.Errorf("PrairieLearn gets %v, want the score %v and not gradable", got, somePoints/100)
	}
}

func unzip(t *testing.T, file, dir string) {
	t.Helper()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, z); err != nil {
		t.Fatal(err)
	}
}

// TestExporter runs the cell of Python as a student would, with the answers in arrays of
// numpy, and in tensors of PyTorch if there is one, and judges what it writes.
func TestExporter(t *testing.T) {
	for _, library := range []struct{ name, array string }{{"numpy", "numpy.array"}, {"torch", "torch.tensor"}} {
		t.Run(library.name, func(t *testing.T) {
			python := pythontest.With(t, library.name)
			dir := t.TempDir()
			put(t, filepath.Join(dir, "answers.json"), run(t, dir, "hw4", "grade", "--template", "--student", "ada"))
			cell := run(t, dir, "hw4", "grade", "--exporter")
			begin, end := strings.Index(cell, "ANSWERS = {"), strings.Index(cell, "\n}\n")
			if begin < 0 || end < begin {
				t.Fatalf("the cell has no ANSWERS:\n%s", cell)
			}
			own := strings.ReplaceAll(`ANSWERS = {
    "p1": A([[[0, 0, 0], [0, -1, 0], [0, 1, 0]], [[0, 0, 0], [0, -1, 1], [0, 0, 0]]]),
    "p2": A([0.25] * 12).reshape(3, 1, 2, 2), "p3": A([0.299, 0.587, 0.114]),
    "p4": [A(-0.7), -3], "p7": {"original": A(60806), "modern": 61706, "reduction": A(900)},
    "p5-claim": {"better": "mse", "mse": A(0.955), "kl": 0.953},`, "A(", library.array+"(")
			put(t, filepath.Join(dir, "cell.py"), "import "+library.name+"\n"+cell[:begin]+own+cell[end:])
			shown := run(t, dir, python, "cell.py")
			if !strings.Contains(shown, `p3         [0.29`) {
				t.Errorf("the cell shows\n%s", shown)
			}
			got := run(t, dir, "hw4", "grade", "--submission", "answers.json", "--student", "ada")
			want := "ada  55 of 100  p5-mse not-answered, p5-kl not-answered, p6 not-answered, p7-table not-answered, " +
				"p7-weights not-answered"
			if !strings.HasPrefix(got, want) {
				t.Errorf("judged as %swant %s", got, want)
			}
		})
	}
}
