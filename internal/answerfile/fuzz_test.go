package answerfile

import (
	"testing"

	"hw4/internal/proof"
)

// Whatever bytes the reader is given, it keeps what stricttest.Read asks for.
func TestInventedFiles(t *testing.T) { proof.Fuzz(t, "FuzzRead", 1e6) }
