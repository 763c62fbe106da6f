package strict_test

import (
	"testing"

	"hw4/internal/strict"
)

// Who asks for a number gets nothing but one, even where no value could begin.
func TestNumbersBeginWithDigits(t *testing.T) {
	for _, text := range []string{"+1", ".5", "e5", "", "-", "-+1", "-.5", "\f1", "\v1", "\u00a01"} {
		if v, err := strict.NewJSON("f", []byte(text), 0).Float(); err == nil {
			t.Errorf("%q: accepted as %g", text, v)
		}
		if v, err := strict.NewJSON("f", []byte(text), 0).Int(-9, 9); err == nil {
			t.Errorf("%q: accepted as %d", text, v)
		}
	}
}
