package cli_test

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hw4/internal/cli"
)

// eachFlag calls f for every flag of every command, those of all commands included.
func eachFlag(f func(cmd *cobra.Command, flag *pflag.Flag)) {
	for _, cmd := range cli.Root().Commands() {
		visit := func(flag *pflag.Flag) { f(cmd, flag) }
		cmd.Root().PersistentFlags().VisitAll(visit)
		cmd.LocalNonPersistentFlags().VisitAll(visit)
	}
}

// A flag that takes a text is not taken for one that is not there if the text is empty.
func TestEmptyFlags(t *testing.T) {
	tried := 0
	eachFlag(func(cmd *cobra.Command, flag *pflag.Flag) {
		for _, empty := range []string{"", " ", "\t"} {
			if flag.Value.Type() != "string" {
				continue
			}
			tried++
			stdout, stderr, code := hw4(t, cmd.Name(), "--"+flag.Name, empty)
			want := "hw4: --" + flag.Name + " is empty; give it a value or leave it out"
			if code != cli.ExitUsage || stdout != "" || !strings.HasPrefix(stderr, want) {
				t.Errorf("hw4 %s --%s %q: exit code %d, wrote %q and %q", cmd.Name(), flag.Name, empty, code, stdout, stderr)
			}
		}
	})
	if tried < 90 {
		t.Errorf("%d were tried", tried)
	}
}

// A flag that is there twice has two answers, of which none is right.
func TestFlagsThereTwice(t *testing.T) {
	eachFlag(func(cmd *cobra.Command, flag *pflag.Flag) {
		first, second := "--"+flag.Name+"=1", "--"+flag.Name+"=1"
		if flag.Value.Type() == "bool" {
			second = "--" + flag.Name + "=false"
		}
		stdout, stderr, code := hw4(t, cmd.Name(), first, second)
		if want := "hw4: --" + flag.Name + " is there twice; give it once"; code != cli.ExitUsage || stdout != "" ||
			!strings.HasPrefix(stderr, want) {
			t.Errorf("hw4 %s %s %s: exit code %d, wrote %q and %q", cmd.Name(), first, second, code, stdout, stderr)
		}
	})
	if _, stderr, code := hw4(t, "lenet", "--params", "-q", "--quiet", "--params"); code != 0 || stderr != "" {
		t.Errorf("switches that are on twice: exit code %d, %q", code, stderr)
	}
	if _, _, code := hw4(t, "conv", "-p", "1", "--problem", "2"); code != cli.ExitUsage {
		t.Errorf("-p and --problem: exit code %d", code)
	}
}
