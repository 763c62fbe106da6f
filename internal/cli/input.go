package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"hw4/internal/arrayfile"
	"hw4/internal/problem"
	"hw4/internal/report"
	"hw4/internal/strict"
)

// maxAnswer is the length in bytes up to which an answer is read.
const maxAnswer = 16 << 20

// isNumbers reports whether what a flag gives is an answer itself, and no file.
func isNumbers(value string) bool {
	value = strings.TrimSpace(value)
	return strings.HasPrefix(value, "[") || strings.HasPrefix(value, "{") || strict.Shown(value)
}

// splitArray splits FILE::name. Numbers on the command line may have :: in a name.
func splitArray(value string) (file, array string) {
	if isNumbers(value) {
		return value, ""
	}
	return arrayfile.Split(value)
}

// input returns what a flag gives: itself, if it begins as JSON does or as arrays are
// shown, what is on standard input for "-", or a file; and what to call it.
func (a *app) input(flag, value string) (name string, content []byte, err error) {
	if isNumbers(value) {
		return flag, []byte(value), nil
	}
	if value == "-" {
		in := a.In
		if in == nil {
			in = bytes.NewReader(nil)
		}
		content, err = io.ReadAll(io.LimitReader(in, maxAnswer+1))
		if err == nil && len(content) > maxAnswer {
			err = problem.Inputf("standard input is longer than %d bytes", maxAnswer)
		}
		return "standard input", content, problem.Input(err)
	}
	content, err = strict.ReadFile(value, maxAnswer)
	if errors.Is(err, fs.ErrNotExist) {
		err = problem.Inputf("%s: no such file. Numbers on the command line need brackets, such as '[0.5, 0.25, "+
			"0.25]'", value)
	}
	return value, content, problem.Input(err)
}

// roundedFractions says how many fractions of an answer float64 does not have, to go on
// with in a sentence.
func roundedFractions(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", with %s such as 1/3 rounded to float64", report.Plural(n, "fraction"))
}
