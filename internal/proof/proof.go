// Package proof collects what the long tests of "make prove" have counted, for
// docs/PROOF.md. The same tests do a slice of it in every "make test".
package proof

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Variable is the environment variable that names the file that counts are
// collected in. The long tests are wanted if it is set.
const Variable = "HW4_PROOF"

// Wanted reports whether the long tests are wanted.
func Wanted() bool { return os.Getenv(Variable) != "" }

// Many returns how often a test is to do something: slice times in every run of
// the tests, all times for the proof.
func Many(slice, all int) int {
	if Wanted() {
		return all
	}
	return slice
}

// A Count is something that a test has tried many times.
type Count struct {
	What    string  // what was tried
	Tried   int64   // how often
	Failed  int64   // how often it went wrong
	Note    string  // what else was counted
	Seconds float64 // how long it took
	Commit  string  // which version of the program, as Record finds it
}

// Record logs a count and, if that is wanted, adds it to the file.
func Record(t testing.TB, c Count) {
	t.Helper()
	t.Logf("%s: %d, of which %d failed, in %.1f s. %s", c.What, c.Tried, c.Failed, c.Seconds, c.Note)
	if !Wanted() {
		return
	}
	c.Commit = commit()
	line, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(os.Getenv(Variable), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(append(line, '\n')) // one call: packages are tested side by side
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// commit names the version that is tested.
func commit() string {
	out, err := exec.Command("git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// Since returns the seconds since a moment.
func Since(start time.Time) float64 { return time.Since(start).Seconds() }
