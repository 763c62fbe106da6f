// Package homework is the sheet: its seven problems, each solved by a function
// that returns a report whose every claim has been checked.
package homework

import (
	"context"
	"fmt"

	"hw4/data"
	"hw4/internal/report"
)

// A Problem is one problem of the sheet.
type Problem struct {
	Number int
	Title  string // as on the sheet
	// Solve answers the problem. The report says whether the checks passed; an
	// error means that there is no answer: a *UsageError, a *DivergedError, an
	// *InputError or one of package data, or the context's.
	Solve func(ctx context.Context, cfg Config) (*report.Report, error)
}

// Problems returns the problems in the order of the sheet.
func Problems() []Problem {
	return []Problem{
		{1, "Finite difference with convolution", solveDifference},
		{2, "Average pooling as convolution", solveAvgPool},
		{3, "RGB to greyscale mapping with 1x1 convolution", solveGrey},
		{4, "Max pooling commutes with nondecreasing activations", solveMaxPool},
		{5, "Non-CE loss function", solveLoss},
		{6, "Backprop for MLP", solveBackprop},
		{7, "The original C3 layer of LeNet-5", solveLeNet},
	}
}

// Config holds the settings of all problems; each reads those that concern it.
// Defaults returns the course's.
type Config struct {
	Seed uint64 // fixes every random number

	// Problems 1 to 3.
	Height, Width int    // of the images that are checked
	Channels      int    // of the images of Problem 2
	Kernel        int    // k of Problem 2
	Image, Out    string // files: a picture to apply the mapping to, and the result

	// Problems 5 and 7.
	Data       data.Source
	Epochs     int
	Batch      int
	LR         float64
	Progress   Progress
	Checkpoint Checkpoint

	Loss   string // Problem 5: "mse", "kl" or "both"
	NoBias bool   // Problem 5: leave b out, as the course's script does

	// Problem 5, both losses: how many seeds to compare them from, beginning with
	// Seed; at most 1 means a single run. LRs and Stops are learning rates and
	// numbers of epochs to compare at; nil means LR and Epochs alone.
	Seeds int
	LRs   []float64
	Stops []int

	// Files of weights for Problems 5 and 7: .safetensors, or .npz.
	Save    string // where a training puts them; empty: nowhere
	ONNX    string // where the network goes as an ONNX model; empty: nowhere
	Weights string // weights to use instead of training
	Eval    bool   // measure the accuracy of Weights
	Predict string // Problem 7: a picture of a digit, to be read with Weights

	// Problem 6.
	Sizes      []int  // n_0, ..., n_L
	Activation string // sigma

	// Problem 7.
	Train  bool   // train a network
	Params bool   // count parameters; also if Train is not set
	Arch   string // "original", "modern" or "lecun1998"; with Weights, empty: whichever they are of
}

// Defaults returns the settings of a problem that the sheet and the course's
// scripts have.
func Defaults(problem int) Config {
	cfg := Config{
		Height: 28, Width: 28, Channels: 3, Kernel: 2,
		Epochs: 3, Batch: 64, LR: 0.0255, Loss: "both", Seeds: 20,
		Sizes: []int{5, 4, 3, 1}, Activation: "tanh",
		Params: true, Arch: "original",
	}
	if problem == 7 {
		cfg.Epochs, cfg.Batch, cfg.LR = TrainingDefaults(cfg.Arch)
	}
	return cfg
}

// A UsageError is a setting that makes no sense.
type UsageError struct{ Msg string }

// Error returns the message.
func (e *UsageError) Error() string { return e.Msg }

func usagef(format string, args ...any) error {
	return &UsageError{Msg: fmt.Sprintf(format, args...)}
}

// An InputError is a file that cannot be used.
type InputError struct{ Err error }

// Error returns the cause's message.
func (e *InputError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.Err }
