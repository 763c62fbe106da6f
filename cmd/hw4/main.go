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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, os.Args[1:], cli.Stdio{Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv})
	stop()
	os.Exit(code)
}
