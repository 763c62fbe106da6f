package problem

import (
	"fmt"
	"slices"

	"hw4/internal/report"
	"hw4/internal/spell"
)

// A SettingError is a setting that makes no sense. It knows the setting by its
// name; how a reader sets it, by a flag or in a file, is for others to say.
type SettingError struct {
	Setting string // as it is called everywhere, such as "kernel"; empty: several together
	Msg     string // what it is and what is wanted
}

// Error returns the setting and the message.
func (e *SettingError) Error() string {
	if e.Setting == "" {
		return e.Msg
	}
	return e.Setting + " " + e.Msg
}

// Settingf returns a SettingError.
func Settingf(setting, format string, args ...any) error {
	return &SettingError{setting, fmt.Sprintf(format, args...)}
}

// Unknown returns the error of a setting with a value that does not exist, with those
// that do and the one that may have been meant.
func Unknown(setting, value string, known []string) error {
	return Settingf("", "no %s %q; there are %s%s", setting, value, report.Join(known, "and"),
		spell.Suggestion(value, known))
}

// OneOf returns an error unless a setting has one of the known values.
func OneOf(setting, value string, known []string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return Unknown(setting, value, known)
}

// An InputError is a file that cannot be used.
type InputError struct{ Err error }

// Error returns the cause's message.
func (e *InputError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.Err }

// Inputf returns an InputError.
func Inputf(format string, args ...any) error { return &InputError{fmt.Errorf(format, args...)} }

// Input returns an error as an InputError, nil for nil.
func Input(err error) error {
	if err == nil {
		return nil
	}
	return &InputError{err}
}
