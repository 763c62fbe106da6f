package scripts

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"hw4/internal/problem"
)

func TestScripts(t *testing.T) {
	o := Script{
		Program: "/opt/my hw4",
		Dir:     "/scratch/it's",
		Data:    "/data",
		Tasks:   9,
		AtOnce:  3,
		CPUs:    4,
		Minutes: 30,
		Image:   "i:1",
	}
	for system, parts := range map[string][]string{
		"slurm": {"#SBATCH --array=0-8%3\n", "#SBATCH --cpus-per-task=4\n", "#SBATCH --time=30\n",
			"#SBATCH --signal=B:TERM@120\n",
			"#SBATCH --requeue\n", "#SBATCH --open-mode=append\n", "GOMAXPROCS=$SLURM_CPUS_PER_TASK\n", "apptainer exec",
			"hw4=('/opt/my hw4')\n", "--dependency=afterany:$job", `--dir '/scratch/it'\''s' --shard auto/9 --data /data`},
		"parallel": {"--jobs 3 ", `--shard "$1"/9 --data /data`, "$(seq 0 8)", "'/opt/my hw4' sweep merge --dir"},
		"kubernetes": {"completions: 9\n", "parallelism: 3\n", "image: \"i:1\"\n",
			`--dir, "/scratch/it's", --shard, auto/9, --data, "/data"`},
		"dockerfile": {"FROM scratch\n", "COPY hw4 /hw4\n"},
	} {
		var b bytes.Buffer
		if err := o.Write(&b, system); err != nil {
			t.Fatal(err)
		}
		for _, part := range parts {
			if !strings.Contains(b.String(), part) {
				t.Errorf("%s lacks %q:\n%s", system, part, b.String())
			}
		}
	}
	if err := o.Write(new(bytes.Buffer), "slurn"); err == nil || !strings.Contains(err.Error(), "did you mean slurm?") {
		t.Errorf("error %v", err)
	}
}

// No folder becomes a command, in whatever shell GNU parallel gives its words to, and
// what would end a comment is refused.
func TestHostileNames(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("no bash, or one with paths of its own: ", err)
	}
	bin := t.TempDir()
	for name, text := range map[string]string{
		"hw4":      "#!/bin/bash\necho \"$4 $6\"\n",
		"parallel": "#!/bin/bash\nwhile [ $1 != shard ]; do shift; done\nfor i in 0 1; do bash -c \"shard $i\"; done\n",
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"a b", "a'b", `a"b`, "$(echo x)", "`echo x`", "a;b", "{}", "~", "*", `a\b`, "-x", "é"} {
		var b bytes.Buffer
		o := Script{Program: filepath.Join(bin, "hw4"), Dir: dir, Tasks: 2}
		if err := o.Write(&b, "parallel"); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(bash, "-c", b.String())
		cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		if want := dir + " 0/2\n" + dir + " 1/2\n" + dir + " \n"; err != nil || string(out) != want {
			t.Errorf("%v, %q, want %q", err, out, want)
		}
	}
	for system, o := range map[string]Script{"parallel": {Dir: "a\nb"}, "slurm": {Data: "a\nTASK\nb"},
		"dockerfile": {Image: "\xff"}, "kubernetes": {Dir: "sweep"}} {
		var setting *problem.SettingError
		if err := o.Write(new(bytes.Buffer), system); !errors.As(err, &setting) {
			t.Errorf("%s: %v", system, err)
		}
	}
}
