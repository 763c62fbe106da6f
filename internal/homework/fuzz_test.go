package homework

import (
	"testing"

	"hw4/internal/proof"
)

// Whatever bytes a reader is given, it keeps what stricttest.Read asks for.
func TestInventedFiles(t *testing.T) {
	proof.Fuzz(t, "FuzzReadFilter", 1e6)
	proof.Fuzz(t, "FuzzReadBackprop", 2e6)
}
