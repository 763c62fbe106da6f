package cli_test

import (
	"regexp"
	"strings"
	"testing"

	"hw4/internal/cli"
	"hw4/internal/kernel"
)

// What a reader is asked to send: the kernels, the shares of the peak and the images.
func TestBench(t *testing.T) {
	out, _, code := hw4(t, "bench")
	if code != cli.ExitOK {
		t.Fatalf("exit code %d", code)
	}
	if !strings.Contains(out, "kernels for "+kernel.ISA()) {
		t.Errorf("no kernels in\n%s", out)
	}
	if !regexp.MustCompile(`(?m)^LeNet-5 trains with [1-9]\d+ images/s$`).MatchString(out) {
		t.Errorf("no images a second in\n%s", out)
	}
	shares := 0
	if kernel.ISA() != kernel.Generic {
		shares = 7 // of two probes, four products and LeNet-5
	}
	if n := strings.Count(out, "% of peak"); n != shares {
		t.Errorf("%d shares of the peak, want %d:\n%s", n, shares, out)
	}
	for _, part := range []string{"C5, forward", "C5, input", "C5, weights", "512 x 512 x 512"} {
		if regexp.MustCompile(part + `, one core +0\.0 `).MatchString(out) {
			t.Errorf("no rate for %s in\n%s", part, out)
		}
	}
	out, errs, code := hw4(t, "bench", "--json")
	if code != cli.ExitUsage || out != "" || !strings.Contains(errs, "--json") {
		t.Errorf("exit code %d, output %q, message %q", code, out, errs)
	}
}
