package scripts

import (
	"bytes"
	"strings"
	"testing"
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
		"parallel": {"--jobs 3 ", "--shard {}/9 --data /data", "$(seq 0 8)", "'/opt/my hw4' sweep merge --dir"},
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
