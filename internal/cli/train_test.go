package cli_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestBadComparisons(t *testing.T) {
	for args, say := range map[string]string{
		"--seeds 0":                              "--seeds 0: want 1 to 1000",
		"--seeds 1001":                           "--seeds 1001: want 1 to 1000",
		"--seeds many":                           "invalid argument",
		"--loss kl --seeds 5":                    "--seeds 5 needs --loss both; leave it out with --loss kl",
		"--loss mse --lr 0.1,0.2":                "a list for --lr or --epochs needs --loss both",
		"--seeds 1 --epochs 1,2":                 "at least 2 --seeds",
		"--lr 0.1,0.2 --checkpoint f":            "--checkpoint needs a single --lr and a single --epochs",
		"--seed 18446744073709551615":            "--seed 18446744073709551615: want at most 2^64 minus the number of seeds",
		"--lr 0.1,x":                             `"0.1,x" for "--lr" flag: want a number`,
		"--lr 0.1,":                              `"0.1," for "--lr" flag: want a number`,
		"--lr 0.1,NaN":                           "--lr NaN: want a positive number",
		"--lr 0.1,-1":                            "--lr -1: want a positive number",
		"--epochs 1,2.5":                         "want a whole number; see",
		"--epochs 1,0":                           "--epochs 0: want 1 to 100000",
		"--epochs 99999999999999999999":          "want a whole number within range",
		"--lr " + strings.Repeat("1,", 20) + "1": "21 numbers, want at most 20",
	} {
		stdout, stderr, code := hw4(t, append([]string{"train"}, strings.Fields(args)...)...)
		if code != 2 || !strings.HasPrefix(stderr, "hw4: ") || strings.Count(stderr, "\n") != 1 ||
			!strings.Contains(stderr, say) || stdout != "" {
			t.Errorf("hw4 train %s: exit code %d, wrote %q and %q, want a line that says %q", args, code, stdout, stderr, say)
		}
	}
}

// One run, a single loss and a comparison, as text and as JSON.
func TestComparison(t *testing.T) {
	dir := tinyMNIST(t)
	for args, c := range map[string]struct {
		say   string
		seeds bool // whether there is a comparison
	}{
		"--seeds 1 --lr 0.01 --epochs 20":                  {"One run tells little", false},
		"--loss kl --lr 0.01 --epochs 20":                  {"Minimising the KL divergence", false},
		"--seeds 3 --lr 0.01 --epochs 20":                  {"over the seeds 0 to 2", true},
		"--seeds 3 --seed 5 --lr 0.01,0.02 --epochs 30,20": {"over the seeds 5 to 7", true},
	} {
		line := append([]string{"train", "--data", dir}, strings.Fields(args)...)
		stdout, stderr, code := hw4(t, append(line, "--details")...)
		if code != 0 || !strings.Contains(joined(stdout), c.say) ||
			strings.Contains(joined(stdout), "neither does better") != c.seeds || stderr == "" {
			t.Errorf("hw4 %s: exit code %d, wrote %q and\n%s", line, code, stderr, stdout)
		}
		quiet, stderr, code := hw4(t, append(line, "--json", "--quiet")...)
		var doc struct {
			OK      bool
			Reports []struct {
				Answer, Items []struct{ Kind, Title string }
			}
		}
		if err := json.Unmarshal([]byte(quiet), &doc); err != nil || code != 0 || stderr != "" || !doc.OK {
			t.Errorf("hw4 %s --json: exit code %d, %v, %q", line, code, err, stderr)
			continue
		}
		plots := 0
		for _, item := range slices.Concat(doc.Reports[0].Answer, doc.Reports[0].Items) {
			if item.Kind == "plot" && strings.HasSuffix(item.Title, ", mean of 3 seeds") {
				plots++
			}
		}
		if (plots == 2) != c.seeds {
			t.Errorf("hw4 %s --json: %d plots", line, plots)
		}
	}
}
