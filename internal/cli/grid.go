package cli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"hw4/internal/homework"
)

// Bounds of a comparison of the losses.
const (
	maxSeeds = 1000
	maxList  = 20 // learning rates, and numbers of epochs
)

// gridFlags adds the flags by which 'hw4 train' compares the losses, and lets its
// --lr and --epochs take several numbers.
func gridFlags(cmd *cobra.Command, cfg *homework.Config) {
	f := cmd.Flags()
	f.IntVar(&cfg.Seeds, "seeds", cfg.Seeds, "seeds to compare both losses from, beginning with --seed; 1: one run only")
	f.Lookup("lr").Value = &numbers[float64]{first: &cfg.LR, all: &cfg.LRs, kind: "float", parse: func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }}
	f.Lookup("lr").Usage = "learning rate; several, such as 0.01,0.1, compare the losses at each"
	f.Lookup("epochs").Value = &numbers[int]{first: &cfg.Epochs, all: &cfg.Stops, kind: "int", parse: func(s string) (int, error) {
		v, err := strconv.ParseInt(s, 10, 0)
		return int(v), err
	}}
	f.Lookup("epochs").Usage = "passes over the training set; several, such as 3,20, compare the losses after each"
}

// numbers is the value of a flag that takes one number or several, with commas
// between them.
type numbers[T int | float64] struct {
	first *T
	all   *[]T
	kind  string // of a number, as in pflag
	parse func(s string) (T, error)
}

// String returns the numbers as Set takes them.
func (n *numbers[T]) String() string {
	if len(*n.all) == 0 {
		return fmt.Sprint(*n.first)
	}
	return strings.Join(strings.Fields(strings.Trim(fmt.Sprint(*n.all), "[]")), ",")
}

// Type returns what help calls the value.
func (n *numbers[T]) Type() string { return n.kind + ",..." }

// Set reads the numbers.
func (n *numbers[T]) Set(s string) error {
	parts := strings.Split(s, ",")
	if len(parts) > maxList {
		return fmt.Errorf("%d numbers, want at most %d", len(parts), maxList)
	}
	values := make([]T, len(parts))
	for i, p := range parts {
		v, err := n.parse(strings.TrimSpace(p))
		if err != nil {
			return err
		}
		values[i] = v
	}
	*n.first, *n.all = values[0], values
	return nil
}

// checkComparison checks the settings of 'hw4 train'. A comparison is asked for
// if --seeds is given.
func checkComparison(cfg homework.Config, asked bool) error {
	for _, lr := range append(cfg.LRs, cfg.LR) {
		for _, epochs := range append(cfg.Stops, cfg.Epochs) {
			one := cfg
			one.LR, one.Epochs = lr, epochs
			if err := checkTraining(one); err != nil {
				return err
			}
		}
	}
	several := len(cfg.LRs) > 1 || len(cfg.Stops) > 1
	switch {
	case !slices.Contains(homework.Losses(), cfg.Loss):
		return unknownName("loss", cfg.Loss, homework.Losses())
	case cfg.Seeds < 1 || cfg.Seeds > maxSeeds:
		return usagef("--seeds %d: want 1 to %d", cfg.Seeds, maxSeeds)
	case cfg.Loss == "both" && cfg.Seed > math.MaxUint64-uint64(cfg.Seeds-1):
		return usagef("--seed %d: want at most 2^64 less the number of seeds", cfg.Seed)
	case cfg.Loss != "both" && asked && cfg.Seeds > 1:
		return usagef("--seeds %d compares both losses; leave it out with --loss %s", cfg.Seeds, cfg.Loss)
	case several && (cfg.Loss != "both" || cfg.Seeds == 1):
		return usagef("several numbers for --lr or --epochs compare both losses, from at least 2 seeds")
	case several && cfg.Checkpoint.File != "":
		return usagef("--checkpoint keeps one learning rate and one number of epochs")
	}
	return nil
}
