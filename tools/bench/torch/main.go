// Command torch compares the training speed of this library with that of PyTorch on
// the same machine in the same run. Both train the same networks from the same
// weights on the same batches in the same order, in turns, with the data in memory
// and all cores; a time counts only if the losses of all steps agree.
//
//	go -C tools run ./bench/torch
//
// It wants a python3 with torch: "apt-get install python3-torch" on Debian, or
// "pip install torch"; -python names another interpreter.
package main

import (
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"hw4/internal/kernel"
	"hw4/tools/bench/python"
	"hw4/tools/processor"
)

func main() {
	var opt options
	flag.StringVar(&opt.python, "python", "",
		"the Python interpreter that has torch (default: the first of python3 and /usr/bin/python3 that has)")
	flag.IntVar(&opt.rounds, "rounds", 5, "rounds that are measured, after one that is not")
	flag.IntVar(&opt.images, "images", 60000, "images of an epoch of LeNet-5")
	flag.Parse()
	if err := run(opt); err != nil {
		fmt.Fprintln(os.Stderr, "torch:", err)
		os.Exit(1)
	}
}

type options struct {
	python         string
	rounds, images int
}

func run(opt options) error {
	if opt.rounds < 1 || opt.images < 100 {
		return errors.New("want at least 1 round and 100 images")
	}
	folder, err := os.MkdirTemp("", "hw4-torch-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	cases, err := newCases(opt.images, folder)
	if err != nil {
		return err
	}
	peer, err := python.Start(script, opt.python, "torch",
		"'apt-get install python3-torch' or 'pip install torch' brings it")
	if err != nil {
		return err
	}
	defer peer.Stop()
	if err := introduce(peer, folder); err != nil {
		return err
	}
	results, err := measure(cases, peer, opt.rounds)
	if err != nil {
		return err
	}
	fmt.Printf("\n| training | batch | PyTorch images/s | hw4 images/s | ratio, median of %d | range | %% of peak |\n",
		opt.rounds)
	fmt.Println("|---|---|---|---|---|---|---|")
	for _, r := range results {
		fmt.Println(r)
	}
	return nil
}

//go:embed peer.py
var script []byte

// introduce prints what is compared where, and tells PyTorch's side where the data
// is.
func introduce(p *python.Peer, folder string) error {
	var about struct {
		Version string `json:"version"`
		Threads int    `json:"threads"`
		Build   string `json:"build"`
	}
	if err := p.Receive(&about); err != nil {
		return err
	}
	fmt.Printf("%s, %d cores, %s; %s\n",
		processor.Name(), runtime.NumCPU(), runtime.Version(), time.Now().Format(time.DateOnly))
	fmt.Printf("PyTorch %s with %d threads\n", about.Version, about.Threads)
	for line := range strings.Lines(about.Build) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "- Build settings") {
			fmt.Println("   ", line)
		}
	}
	return p.Send(map[string]string{"folder": folder})
}

// An answer is what PyTorch took for a case, and the losses of its steps.
type answer struct {
	Seconds float64   `json:"seconds"`
	Losses  []float64 `json:"losses"`
}

// ask has PyTorch train a case.
func ask(p *python.Peer, c *trainingCase) (answer, error) {
	var a answer
	if err := p.Send(c); err != nil {
		return a, err
	}
	return a, p.Receive(&a)
}

// result is what was measured of a case, by round.
type result struct {
	*trainingCase
	ours, theirs []float64 // seconds
	peak         float64   // the most operations a second of all cores that were seen; 0: unknown
}

// measure goes through the cases once to warm up and then for the record. A round
// has all cases, so that each meets the machine at several times.
func measure(cases []*trainingCase, p *python.Peer, rounds int) ([]*result, error) {
	results := make([]*result, len(cases))
	for i, c := range cases {
		results[i] = &result{trainingCase: c}
	}
	peak := 0.0
	for round := range rounds + 1 {
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round, rounds)
		for _, r := range results {
			if err := r.turn(p, round > 0); err != nil {
				return nil, fmt.Errorf("%s, batch %d: %w", r.Name, r.Batch, err)
			}
			peak = max(peak, kernel.PeakFLOPS(runtime.NumCPU()))
		}
	}
	for _, r := range results {
		r.peak = peak
	}
	return results, nil
}

// turn trains here and then there.
func (r *result) turn(p *python.Peer, record bool) error {
	ours, losses := r.train()
	theirs, err := ask(p, r.trainingCase)
	if err != nil {
		return err
	}
	if err := agree(losses, theirs.Losses); err != nil {
		return err
	}
	if record {
		r.ours, r.theirs = append(r.ours, ours.Seconds()), append(r.theirs, theirs.Seconds)
	}
	return nil
}

// agree returns an error unless two loss curves are the same but for rounding, which
// training amplifies.
func agree(ours, theirs []float64) error {
	if len(ours) != len(theirs) {
		return fmt.Errorf("%d steps here, %d in PyTorch", len(ours), len(theirs))
	}
	const tolerance = 2e-3
	for i, v := range ours {
		if d := v - theirs[i]; !(d < tolerance && d > -tolerance) {
			return fmt.Errorf("step %d: the loss is %v here, %v in PyTorch", i+1, v, theirs[i])
		}
	}
	return nil
}

// String returns a row of the table.
func (r *result) String() string {
	images := float64(r.Images * r.Epochs)
	ratios := make([]float64, len(r.ours))
	for i := range ratios {
		ratios[i] = r.theirs[i] / r.ours[i]
	}
	share := "-"
	if r.peak > 0 {
		share = fmt.Sprintf("%.0f", 100*r.FLOP*images/median(r.ours)/r.peak)
	}
	return fmt.Sprintf("| %s | %d | %.0f | %.0f | %.1f | %.1f to %.1f | %s |", r.Name, r.Batch,
		images/median(r.theirs), images/median(r.ours), median(ratios), slices.Min(ratios), slices.Max(ratios), share)
}

func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// stopwatch returns the time that f takes.
func stopwatch(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}
