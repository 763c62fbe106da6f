package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hw4/internal/cli"
	"hw4/internal/sheet"
)

// writeReport runs 'hw4 report' on a data set of a few images and returns the
// file. Training on so few may fail its checks; then the exit code says so.
func writeReport(t *testing.T, args ...string) (page string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	stdout, stderr, code := hw4(t, append([]string{"report", "-q", "-o", path, "--data", tinyMNIST(t)}, args...)...)
	if code != cli.ExitOK && code != cli.ExitFailed || stderr != "" ||
		!strings.Contains(stdout, "The report is in "+path) {
		t.Fatalf("exit code %d, wrote %q and %q", code, stdout, stderr)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bad := strings.Contains(string(content), "✗</span> failed"); bad != (code == cli.ExitFailed) {
		t.Errorf("exit code %d, but the page shows a failed check: %v", code, bad)
	}
	return string(content)
}

// Every problem has its statement, its derivation, and the numbers that the
// commands print.
func TestReport(t *testing.T) {
	page, problems := writeReport(t), sheet.Problems()
	for _, p := range problems {
		if !strings.Contains(page, fmt.Sprintf(`<section class="problem" id="problem-%d"`, p.Number)) {
			t.Errorf("problem %d is missing", p.Number)
		}
	}
	for _, part := range []string{"<h3>Statement</h3>", "<h3>Derivation</h3>", "<summary>Evidence of this run, "} {
		if got, want := strings.Count(page, part), len(problems); got != want {
			t.Errorf("%s occurs %d times, want %d", part, got, want)
		}
	}
	for _, part := range []string{"60806", "61706", "40 training and 20 test images", "hw4 report --seed 0 --epochs 1"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page does not say %q", part)
		}
	}
}

// The same seed writes the same report, but for times; another seed another one.
func TestReportIsDeterministic(t *testing.T) {
	timeless := func(args ...string) string {
		return regexp.MustCompile(`<time>[^<]*</time>`).ReplaceAllString(writeReport(t, args...), "")
	}
	first := timeless("--seed", "3")
	if first != timeless("--seed", "3") {
		t.Error("two reports of one seed differ")
	}
	if first == timeless("--seed", "4") {
		t.Error("the seed makes no difference")
	}
}

// A file that cannot be written is refused before anything is computed, and
// leaves what was there.
func TestReportBadInput(t *testing.T) {
	dir := t.TempDir()
	old := write(t, "old.html", []byte("old"))
	t.Setenv("PATH", dir) // without a browser
	for _, c := range []struct {
		args string
		code int
		say  string
	}{
		{"-o " + dir, cli.ExitInput, "is a folder"},
		{"-o /dev/null", cli.ExitInput, "it is no regular file"},
		{"--out=", cli.ExitUsage, "--out is empty"},
		{"-o " + dir + "/no/report.html", cli.ExitInput, "no such file"},
		{"-o " + old + "/report.html", cli.ExitInput, "not a directory"},
		{"-o " + old + " --pdf " + old, cli.ExitUsage, "are the same file"},
		{"-o " + old + " --pdf " + dir, cli.ExitInput, "is a folder"},
		{"-o " + old + " --pdf " + dir + "/report.pdf", cli.ExitFailed, "apt-get install chromium"},
		{"-o " + dir + "/seven.png", cli.ExitUsage, `the name ends in ".png", want .html or .htm`},
		{"-o " + old + " --pdf " + dir + "/r.html", cli.ExitUsage, `the name ends in ".html", want .pdf`},
		{"-o " + old + " --epochs 0", cli.ExitUsage, "--epochs 0"},
		{"-o " + old + " --data " + dir, cli.ExitInput, "not found in"},
		{"now", cli.ExitUsage, `unexpected argument "now"`},
	} {
		stdout, stderr, code := hw4(t, append([]string{"report", "-q"}, strings.Split(c.args, " ")...)...)
		if code != c.code || !strings.Contains(stderr, c.say) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("hw4 report %s: exit code %d, want %d; wrote %q and %q", c.args, code, c.code, stdout, stderr)
		}
	}
	if content, err := os.ReadFile(old); err != nil || string(content) != "old" {
		t.Errorf("the old file holds %q (%v)", content, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

func TestReportInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	path := filepath.Join(t.TempDir(), "report.html")
	var out, err bytes.Buffer
	if code := cli.Main(ctx, []string{"report", "-o", path}, cli.Stdio{Out: &out, Err: &err}); code != cli.ExitCanceled {
		t.Errorf("exit code %d, want %d", code, cli.ExitCanceled)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("there is a report: %v", err)
	}
}
