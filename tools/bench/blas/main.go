// Command blas compares the matrix product of float32 on one core with OpenBLAS's on
// the same machine in the same run, and with the number of multiply-adds that the
// machine can do at most. Sizes are in turns; each figure is the best of many calls.
//
//	go -C tools run ./bench/blas
//
// It wants OpenBLAS and a python3 with numpy to call it: "apt-get install
// libopenblas0 python3-numpy" on Debian; -python names another interpreter.
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"time"

	"hw4/internal/kernel"
	"hw4/tools/bench/peer"
	"hw4/tools/processor"
)

//go:embed peer.py
var script string

// A request is a product and how often to form it: some times a number of calls.
type request struct {
	M     int `json:"m"`
	N     int `json:"n"`
	K     int `json:"k"`
	Calls int `json:"calls"`
	Times int `json:"times"`
}

// shapes are the products of LeNet-5's layers for 64 images, as an image and a
// column matrix have them, and large square ones.
var shapes = [][3]int{
	{16, 6400, 150}, {6, 50176, 25}, {120, 64, 400}, {64, 84, 120}, {512, 512, 512}, {2048, 2048, 2048},
}

func main() {
	interpreter := flag.String("python", "",
		"the Python interpreter (default: the first of python3 and /usr/bin/python3 that has numpy)")
	flag.Parse()
	if err := run(*interpreter); err != nil {
		fmt.Fprintln(os.Stderr, "blas:", err)
		os.Exit(1)
	}
}

func run(interpreter string) error {
	interpreter, err := peer.Python(interpreter, "numpy",
		"'apt-get install python3-numpy libopenblas0' brings it and OpenBLAS")
	if err != nil {
		return err
	}
	openblas, err := peer.Start(exec.Command(interpreter, "-c", script))
	if err != nil {
		return err
	}
	defer openblas.Stop()
	var about struct{ Config, Core string }
	if err := openblas.Receive(&about); err != nil {
		return err
	}
	fmt.Printf("%s, one core, %s, %s; %s\n",
		processor.Name(), runtime.Version(), kernel.ISA(), time.Now().Format(time.DateOnly))
	fmt.Printf("%s, core %s\n", about.Config, about.Core)
	fmt.Printf("\n| m x n x k | OpenBLAS GFLOP/s | hw4 GFLOP/s | ratio | hw4, %% of the peak of %s |\n", kernel.ISA())
	fmt.Println("|---|---|---|---|---|")
	for _, s := range shapes {
		if err := compare(openblas, s[0], s[1], s[2]); err != nil {
			return err
		}
	}
	return nil
}

// compare prints a row of the table.
func compare(openblas *peer.Peer, m, n, k int) error {
	flop := 2 * float64(m) * float64(n) * float64(k)
	r := request{m, n, k, max(1, int(2e7/flop)), 5 + min(200, int(1e10/flop))}
	var theirs struct{ Seconds float64 }
	if err := openblas.Send(r); err != nil {
		return err
	}
	if err := openblas.Receive(&theirs); err != nil {
		return err
	}
	ours, peak := r.run(), kernel.PeakFLOPS(1)
	fmt.Printf("| %d x %d x %d | %.0f | %.0f | %.2f | %.0f |\n", m, n, k,
		flop/theirs.Seconds/1e9, flop/ours/1e9, theirs.Seconds/ours, 100*flop/ours/peak)
	return nil
}

// run returns the seconds of a call here.
func (r request) run() float64 {
	a, b, c := make([]float32, r.M*r.K), make([]float32, r.K*r.N), make([]float32, r.M*r.N)
	for i := range a {
		a[i] = float32(i%7) / 8
	}
	for i := range b {
		b[i] = float32(i%5) / 8
	}
	best := math.Inf(1)
	for range r.Times {
		start := time.Now()
		for range r.Calls {
			kernel.Gemm(kernel.NN, r.M, r.N, r.K, a, r.K, b, r.N, c, r.N, false)
		}
		best = min(best, time.Since(start).Seconds()/float64(r.Calls))
	}
	return best
}
