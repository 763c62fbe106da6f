#!/bin/bash
# Computes the sweep in {{.Dir}} in {{.Tasks}} shards, {{.AtOnce}} at a time, with GNU parallel. With
# --sshloginfile it uses several machines that share the folder. Without GNU parallel, this line
# in the place of that with parallel:
#   for i in $(seq 0 {{last .Tasks}}); do shard $i & done; wait
# It can be started again at any time: what is done stays done.
export GOMAXPROCS={{.CPUs}}
# A function, since GNU parallel gives its words to another shell.
shard() {
	{{quote .Program}} sweep run --dir {{quote .Dir}} --shard "$1"/{{.Tasks}}{{with .Data}} --data {{quote .}}{{end}} --quiet
}
export -f shard
parallel --jobs {{.AtOnce}} --env GOMAXPROCS --env shard shard {} ::: $(seq 0 {{last .Tasks}})
{{quote .Program}} sweep merge --dir {{quote .Dir}}
