#!/bin/bash
# Computes the sweep in {{.Dir}} in {{.Tasks}} shards, {{.AtOnce}} at a time, with GNU parallel. With
# --sshloginfile it uses several machines that share the folder. Without GNU parallel:
#   for i in $(seq 0 {{last .Tasks}}); do {{quote .Program}} sweep run --dir {{quote .Dir}} --shard $i/{{.Tasks}} & done; wait
# It can be started again at any time: what is done stays done.
export GOMAXPROCS={{.CPUs}}
parallel --jobs {{.AtOnce}} --env GOMAXPROCS {{quote .Program}} sweep run --dir {{quote .Dir}} --shard {}/{{.Tasks}}{{with .Data}} --data {{quote .}}{{end}} --quiet \
	::: $(seq 0 {{last .Tasks}})
{{quote .Program}} sweep merge --dir {{quote .Dir}}
