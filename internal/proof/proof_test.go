package proof_test

import (
	"testing"

	"hw4/internal/proof"
)

func TestMany(t *testing.T) {
	t.Setenv(proof.Variable, "")
	if n := proof.Many(1, 100); n != 1 {
		t.Errorf("%d times without the variable", n)
	}
	t.Setenv(proof.Variable, "x")
	if n := proof.Many(1, 100); n != 100 {
		t.Errorf("%d times with it", n)
	}
}
