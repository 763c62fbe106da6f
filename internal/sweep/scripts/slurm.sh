#!/bin/bash
# Computes the sweep in {{.Dir}} with Slurm, {{.Tasks}} tasks of many cells each. Read it, change
# what your cluster wants, and start it with bash on a node where there is sbatch.
# It can be started again at any time: what is done stays done.
set -eu

job=$(sbatch --parsable <<'TASK'
#!/bin/bash
#SBATCH --job-name=hw4-sweep
#SBATCH --array=0-{{last .Tasks}}%{{.AtOnce}}
#SBATCH --cpus-per-task={{.CPUs}}
#SBATCH --time={{.Minutes}}
#SBATCH --signal=B:TERM@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=hw4-sweep-%A-%a.log
export GOMAXPROCS=$SLURM_CPUS_PER_TASK
hw4=({{quote .Program}})
# In a container instead: hw4=(apptainer exec hw4.sif /hw4)
"${hw4[@]}" sweep run --dir {{quote .Dir}} --shard auto/{{.Tasks}}{{with .Data}} --data {{quote .}}{{end}} --quiet &
task=$!
# Slurm sends TERM two minutes before the time is up. hw4 writes its checkpoints, and
# the task goes back into the queue.
ended=
trap 'ended=1; kill -TERM $task' TERM
code=0
wait $task || code=$?
if [ "$ended" ]; then
	code=0
	wait $task || code=$?
	[ $code = 143 ] && scontrol requeue "$SLURM_JOB_ID"
fi
exit $code
TASK
)

# The results in the folder tell what is done, whatever became of the tasks.
sbatch --parsable --dependency=afterany:$job --job-name=hw4-merge --open-mode=append --output=hw4-merge-%j.log <<'MERGE'
#!/bin/bash
hw4=({{quote .Program}})
"${hw4[@]}" sweep merge --dir {{quote .Dir}}
MERGE
