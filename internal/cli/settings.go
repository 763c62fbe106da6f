package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"hw4/data"
	"hw4/internal/homework"
	"hw4/internal/spell"
)

// Bounds of what the command line may ask for. They keep a typing error from
// taking all memory; the library has no such limits.
const (
	maxSide     = 256     // of the images that conv checks; their basis has as many images as they have pixels
	maxElements = 1 << 14 // of such an image, all channels
	maxLayer    = 1024
	maxWeights  = 1 << 13 // of a perceptron, all layers; each is moved for the finite differences
	maxLayers   = 16
	maxEpochs   = 100_000
	maxBatch    = 60_000
)

func usagef(format string, args ...any) error {
	return &homework.UsageError{Msg: fmt.Sprintf(format, args...)}
}

// commandOf returns the command that answers a problem, empty if there is no such
// problem.
func commandOf(problem int) string {
	return map[int]string{1: "conv", 2: "conv", 3: "conv", 4: "pool", 5: "train", 6: "mlp", 7: "lenet"}[problem]
}

// unknownName is the error of a flag with a value that does not exist, with those
// that do and the one that may have been meant.
func unknownName(what, name string, names []string) error {
	last := len(names) - 1
	return usagef("no %s %q; there are %s and %s%s", what, name, strings.Join(names[:last], ", "), names[last], spell.Suggestion(name, names))
}

// oneOf checks --problem of a command.
func oneOf(command string, problem int, answers ...int) error {
	for _, n := range answers {
		if problem == n {
			return nil
		}
	}
	numbers := strings.Trim(fmt.Sprint(answers), "[]")
	switch {
	case problem == 0:
		return usagef("say which problem: --problem %s", strings.ReplaceAll(numbers, " ", "|"))
	case commandOf(problem) != "":
		return usagef("'hw4 %s' answers problem %s; problem %d is 'hw4 %s'", command, numbers, problem, commandOf(problem))
	}
	return usagef("no problem %d; 'hw4 %s' answers problem %s", problem, command, numbers)
}

// checkConv checks the settings of Problems 1 to 3 and fills in the size.
func checkConv(cfg *homework.Config, size string, changed func(flag string) bool, problem int) error {
	for _, flag := range []string{"kernel", "channels"} {
		if problem != 2 && !(problem == 4 && flag == "kernel") && changed(flag) {
			return usagef("--%s is for Problem 2", flag)
		}
	}
	var err error
	if cfg.Height, cfg.Width, err = parseSize(size); err != nil {
		return err
	}
	if cfg.Image == "" && cfg.Out != "" {
		return usagef("--out wants --image")
	}
	if cfg.Out != "" {
		if err := data.CheckImageName(cfg.Out); err != nil {
			return usagef("--out %v", err)
		}
	}
	channels := map[int]int{1: 1, 2: cfg.Channels, 3: 3, 4: 1}[problem]
	if problem == 2 || problem == 4 {
		if err := checkAvgPool(cfg); err != nil {
			return err
		}
	}
	if channels*cfg.Height*cfg.Width > maxElements {
		return usagef("images of %dx%dx%d have more than %d elements, and the check tries every one; choose a smaller --size or --channels", channels, cfg.Height, cfg.Width, maxElements)
	}
	return nil
}

// checkAvgPool checks the settings that only Problem 2 has.
func checkAvgPool(cfg *homework.Config) error {
	if cfg.Kernel < 1 {
		return usagef("--kernel %d: want at least 1", cfg.Kernel)
	}
	if cfg.Channels < 1 || cfg.Channels > maxElements {
		return usagef("--channels %d: want 1 to %d", cfg.Channels, maxElements)
	}
	return nil
}

// parseSize reads a height and a width, such as 28x28.
func parseSize(s string) (height, width int, err error) {
	h, w, found := strings.Cut(s, "x")
	height, errH := strconv.Atoi(h)
	width, errW := strconv.Atoi(w)
	switch {
	case !found || errH != nil || errW != nil:
		return 0, 0, usagef("--size %q: want a height and a width, such as 28x28", s)
	case height < 1 || width < 1:
		return 0, 0, usagef("--size %s: height and width must be at least 1", s)
	case height > maxSide || width > maxSide:
		return 0, 0, usagef("--size %s: want at most %dx%d, since every pixel is tried", s, maxSide, maxSide)
	}
	return height, width, nil
}

// parseSizes reads the sizes of a perceptron, such as 5,4,3,1.
func parseSizes(s string) ([]int, error) {
	parts := strings.Split(s, ",")
	if len(parts) < 2 || len(parts) > maxLayers+1 {
		return nil, usagef("--sizes %q: want 2 to %d sizes, such as 5,4,3,1", s, maxLayers+1)
	}
	sizes := make([]int, len(parts))
	weights := 0
	for i, p := range parts {
		n, err := strconv.Atoi(strings.TrimSpace(p))
		if err != nil || n < 1 || n > maxLayer {
			return nil, usagef("--sizes %q: %q is no size from 1 to %d", s, p, maxLayer)
		}
		sizes[i] = n
		if i > 0 {
			weights += sizes[i-1] * n
		}
	}
	if weights > maxWeights {
		return nil, usagef("--sizes %s: %d weights are more than %d, and the check moves every one", s, weights, maxWeights)
	}
	if sizes[len(sizes)-1] != 1 {
		return nil, usagef("--sizes %s: the last size must be 1, since Problem 6 has n_L = 1", s)
	}
	return sizes, nil
}

// archSettings names the defaults of a network's training.
func archSettings(arch string) string {
	epochs, batch, lr := homework.TrainingDefaults(arch)
	return fmt.Sprintf("%d epochs, batches of %d, learning rate %g at first", epochs, batch, lr)
}

// archDefaults gives the settings whose flags have not been changed the defaults of
// the network that is to be trained.
func archDefaults(cfg *homework.Config, changed func(flag string) bool) {
	epochs, batch, lr := homework.TrainingDefaults(cfg.Arch)
	if !changed("epochs") {
		cfg.Epochs = epochs
	}
	if !changed("batch") {
		cfg.Batch = batch
	}
	if !changed("lr") {
		cfg.LR = lr
	}
}

// checkTraining checks the flags that the training commands share.
func checkTraining(cfg homework.Config) error {
	switch {
	case cfg.Epochs < 1 || cfg.Epochs > maxEpochs:
		return usagef("--epochs %d: want 1 to %d", cfg.Epochs, maxEpochs)
	case cfg.Batch < 1 || cfg.Batch > maxBatch:
		return usagef("--batch %d: want 1 to %d", cfg.Batch, maxBatch)
	case !(cfg.LR > 0) || math.IsInf(cfg.LR, 0):
		return usagef("--lr %v: want a positive number", cfg.LR)
	}
	return checkCheckpoint(cfg.Checkpoint)
}
