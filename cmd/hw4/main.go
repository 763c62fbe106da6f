// Command hw4 answers Homework 4 of Mathematical Foundations of Deep Neural
// Networks and shows why each answer is right.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"hw4/internal/cli"
)

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup lets it be, so that the program goes on
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		first := <-signals
		signal.Stop(signals)           // a second one ends the program at once
		signal.Ignore(syscall.SIGPIPE) // whoever read the messages may be gone, too
		cancel(cli.Signal{Signal: first})
	}()
	os.Exit(cli.Main(ctx, os.Args[1:],
		cli.Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Name: os.Args[0], Getenv: os.Getenv}))
}
