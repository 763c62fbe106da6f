package cli

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"hw4/internal/atomicfile"
)

// browsers are the names of Chromium and its relatives, and the paths at which
// macOS and Windows have them.
func browsers() []string {
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
		"microsoft-edge", "msedge"}
	switch runtime.GOOS {
	case "darwin":
		for _, app := range []string{"Google Chrome", "Chromium", "Microsoft Edge"} {
			names = append(names, "/Applications/"+app+".app/Contents/MacOS/"+app)
		}
	case "windows":
		for _, folder := range []string{"ProgramFiles", "ProgramFiles(x86)", "LocalAppData"} {
			for _, app := range []string{`Google\Chrome\Application\chrome.exe`, `Microsoft\Edge\Application\msedge.exe`} {
				names = append(names, filepath.Join(os.Getenv(folder), app))
			}
		}
	}
	return names
}

// findBrowser returns the path of a browser that can print.
func findBrowser() (string, error) {
	for _, name := range browsers() {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNoBrowser
}

// printTime is how long a browser may take for a page that it takes seconds for.
const printTime = 2 * time.Minute

// printPDF lets a browser print an HTML file and puts the result at path.
func printPDF(ctx context.Context, page []byte, path string) error {
	browser, err := findBrowser()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "hw4-print-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "report.html"), filepath.Join(dir, "report.pdf")
	if err := os.WriteFile(in, page, 0o600); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, printTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, append(browserFlags(filepath.Join(dir, "profile")),
		"--no-pdf-header-footer", "--generate-pdf-document-outline", "--print-to-pdf="+out, fileURL(in))...)
	cmd.WaitDelay = 5 * time.Second
	said, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", browser, ctx.Err())
	}
	content, readErr := os.ReadFile(out)
	if err != nil || readErr != nil {
		return fmt.Errorf("%s could not print the report: %s", browser, lastLine(said, err))
	}
	return atomicfile.Write(path, content, atomicfile.Options{})
}

// fileURL returns the address of a file, whose path is absolute.
func fileURL(path string) string {
	u := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(path), "/")}
	return u.String()
}

// browserFlags makes the browser work without a screen, with a profile of its own
// and without asking anything of the network.
func browserFlags(profile string) []string {
	flags := []string{
		"--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--user-data-dir=" + profile,
	}
	if os.Getuid() == 0 {
		flags = append(flags, "--no-sandbox") // which Chromium refuses to use as root
	}
	return flags
}

// lastLine returns the last thing that a program said, or else the error.
func lastLine(said []byte, err error) string {
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return last
	}
	if err == nil {
		return "it wrote no file"
	}
	return err.Error()
}
