#!/bin/bash
# A Slurm of two nodes on this machine, for the test of sweeps:
#   slurm.sh start DIR     all its files are in the folder DIR
#   slurm.sh stop DIR
# Needs Debian's slurm-wlm and munge, and root.
set -eu
action=$1 dir=$2

if [ "$action" = stop ]; then
	export SLURM_CONF=$dir/slurm.conf
	scancel --user=root 2>/dev/null || true
	for _ in $(seq 100); do
		[ -z "$(squeue --noheader 2>/dev/null)" ] && break
		sleep 0.1
	done
	for p in slurmctld n1 n2 munged; do
		[ -s "$dir/$p.pid" ] && kill "$(cat "$dir/$p.pid")" 2>/dev/null || true
	done
	# What Slurm has started outlives it.
	for p in /proc/[0-9]*; do
		grep -qs "SLURM_CONF=$dir/" "$p/environ" && [ "${p#/proc/}" != $$ ] && kill "${p#/proc/}" 2>/dev/null || true
	done
	exit 0
fi

host=$(hostname -s)
base=$((20000 + RANDOM % 20000))
mkdir -p "$dir/state" "$dir/spool-n1" "$dir/spool-n2"
chmod 755 "$dir"
head -c 1024 /dev/urandom >"$dir/munge.key"
chmod 400 "$dir/munge.key"
munged --force --key-file="$dir/munge.key" --socket="$dir/munge.sock" --pid-file="$dir/munged.pid" \
	--log-file="$dir/munged.log" --seed-file="$dir/munged.seed"

cat >"$dir/slurm.conf" <<END
ClusterName=hw4
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$base
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$dir/munge.sock
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool-%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/%n.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/%n.log
MailProg=/bin/true
ReturnToService=0
KillWait=2
MinJobAge=3600
SlurmctldTimeout=600
SlurmdTimeout=600
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=2
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((base + 1)) CPUs=4 RealMemory=1000
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((base + 2)) CPUs=4 RealMemory=1000
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF=$dir/slurm.conf
slurmctld -c
slurmd -N n1
slurmd -N n2
for _ in $(seq 100); do
	[ "$(sinfo --noheader --format=%D --states=idle)" = 2 ] && exit 0
	sleep 0.3
done
sinfo >&2
cat "$dir"/*.log >&2
exit 1
