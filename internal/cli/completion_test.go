package cli

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// completed returns what the shells are told to offer, without descriptions, and
// the directive that goes with it.
func completed(t *testing.T, args ...string) (offered []string, directive string) {
	t.Helper()
	var out bytes.Buffer
	if code := Main(context.Background(), append([]string{cobra.ShellCompNoDescRequestCmd}, args...),
		Stdio{Out: &out, Err: new(bytes.Buffer)}); code != ExitOK {
		t.Fatalf("completing %q: exit code %d", args, code)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	return lines[:len(lines)-1], lines[len(lines)-1]
}

func TestCompletion(t *testing.T) {
	for line, want := range map[string]string{
		"train --loss ":          "mse kl both :4",
		"train --loss m":         "mse :4",
		"train --loss=":          "mse kl both :4",
		"lenet --arch ":          "original modern lecun1998 :4",
		"mlp --activation s":     "sigmoid softplus silu square sin :4",
		"conv --problem ":        "1 2 3 :4",
		"conv -p ":               "1 2 3 :4",
		"pool --problem ":        "4 :4",
		"mlp --problem ":         "6 :4",
		"conv --mapping ":        "difference avgpool grey maxpool :4",
		"conv --preview ":        "auto none blocks kitty sixel :4",
		"conv --image ":          "png jpg jpeg :8",
		"conv --filter ":         "json npy npz safetensors pt pth :8",
		"report --out ":          "html :8",
		"all --data ":            ":16",
		"all --pictures ":        ":16",
		"conv --kernel ":         ":4",
		"conv ":                  ":4",
		"con":                    "conv :4",
		"completion ":            "bash fish powershell zsh :4",
		"help tr":                "train :4",
		"lenet --train --chec":   "--checkpoint :4",
		"train --checkpoint f":   ":0",
		"conv --problem 1 --siz": "--size :4",
		"sweep m":                "merge :4",
		"sweep plan --model ":    "lenet logistic :4",
		"sweep plan --plan ":     "toml :8",
		"sweep run --dir ":       ":16",
		"sweep run --shard ":     ":4",
		"sweep script s":         "slurm :4",
	} {
		args := strings.Split(line, " ")
		offered, directive := completed(t, args...)
		if got := strings.Join(append(offered, directive), " "); got != want {
			t.Errorf("hw4 %s: offers %q, want %q", line, got, want)
		}
	}
}

// Every flag is completed with what makes sense for it: the values that there are,
// files, folders, or nothing. A new flag that takes a text must be in a table of
// completion.go or in the list here of those that nobody can guess.
func TestEveryFlagHasACompletion(t *testing.T) {
	free := []string{"size", "sizes", "epochs", "lr", "answer", "address", "student", "shard", "program", "image"}
	a := &app{Stdio: Stdio{Out: new(bytes.Buffer), Getenv: func(string) string { return "" }}}
	root := a.rootCommand()
	for _, cmd := range append(everyCommand(root), root) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			_, few := flagValues()[f.Name]
			_, file := flagFiles()[cmd.Name()+" "+f.Name]
			if f.Value.Type() == "string" && !few && !file && !flagFolders()[f.Name] && !slices.Contains(free, f.Name) {
				t.Errorf("%s --%s takes a text: say in completion.go what it may be", cmd.CommandPath(), f.Name)
			}
			if complete, found := cmd.GetFlagCompletionFunc(f.Name); f.Value.Type() != "bool" && !file &&
				(!found || complete == nil) {
				t.Errorf("%s --%s is not completed", cmd.CommandPath(), f.Name)
			}
		})
	}
	for name := range flagValues() {
		found := slices.ContainsFunc(append(everyCommand(root), root), func(c *cobra.Command) bool {
			return c.Flags().Lookup(name) != nil || c.PersistentFlags().Lookup(name) != nil
		})
		if !found {
			t.Errorf("no command has a flag --%s", name)
		}
	}
}
