package torchref_test

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"hw4/internal/torchref"
	"hw4/tensor"
)

// The committed values are PyTorch's. Without PyTorch the test is skipped.
func TestFilesAreCurrent(t *testing.T) {
	// The go command runs a test again when a file has changed that the test
	// itself has opened; what the script opens it does not see.
	files, err := os.ReadDir(torchref.Dir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, err := os.ReadFile(filepath.Join(torchref.Dir(), f.Name())); err != nil && !f.IsDir() {
			t.Fatal(err)
		}
	}
	python := pythonWithTorch(t)
	out, err := exec.Command(python, filepath.Join(torchref.Dir(), "generate.py"), "--check").CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
	t.Logf("%s", out)
}

// Every topic has cases, and names that tell them apart.
func TestLoad(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(torchref.Dir(), "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("files %v, error %v", files, err)
	}
	for _, file := range files {
		topic := filepath.Base(file[:len(file)-len(".json")])
		cases, err := torchref.Load(topic)
		if err != nil {
			t.Error(err)
		}
		seen := make(map[string]bool)
		for _, c := range cases {
			if seen[c.Name] || c.Name == "" || c.Op == "" {
				t.Errorf("%s: case %q (%s) has no name of its own or no operation", topic, c.Name, c.Op)
			}
			seen[c.Name] = true
		}
	}
	if _, err := torchref.Load("nothing"); !os.IsNotExist(err) {
		t.Errorf("error %v of a topic that does not exist", err)
	}
}

func TestCompareFindsDifferences(t *testing.T) {
	v := torchref.Values{Shape: []int{3}, Data: []float64{1, 100, 0}}
	for _, c := range []struct {
		at    int
		moved float64
		fails bool
	}{
		{0, 1, false},
		{0, 1 + 5e-13, false},
		{0, 1 + 2e-12, true},
		{1, 100 + 5e-11, false},
		{1, 100 + 2e-10, true},
		{2, 5e-13, false},
		{2, -2e-12, true},
		{2, math.NaN(), true},
		{1, math.Inf(1), true},
	} {
		moved := v.Tensor()
		moved.Data()[c.at] = c.moved
		if err := torchref.Compare(moved, v); (err != nil) != c.fails {
			t.Errorf("element %d of %v is %v: error %v", c.at, v.Data, c.moved, err)
		}
	}
	if torchref.Compare(v.Tensor(), torchref.Values{Shape: []int{3, 1}, Data: v.Data}) == nil {
		t.Error("another shape passed")
	}
}

func TestCheckWantsEveryGradient(t *testing.T) {
	one := torchref.Values{Shape: []int{1}, Data: []float64{1}}
	c := torchref.Case{
		Inputs: map[string]torchref.Values{"x": one},
		Dout:   one, Output: one,
		Grads: map[string]torchref.Values{"x": {Shape: []int{1}, Data: []float64{2}}},
	}
	x, other := c.Leaf("x"), c.Leaf("x")
	leaves := map[string]*tensor64{"x": x}
	if err := c.Check(tensor.Square(x), leaves); err != nil {
		t.Error(err)
	}
	if c.Check(tensor.Square(x), nil) == nil {
		t.Error("no leaf passed")
	}
	if c.Check(tensor.Square(x), map[string]*tensor64{"x": other}) == nil {
		t.Error("a leaf that the result does not depend on passed")
	}
	if c.Check(tensor.Abs(x), leaves) == nil {
		t.Error("the gradient of another function passed")
	}
}

// The README gives these numbers too. They are exact.
func TestSequence(t *testing.T) {
	for _, c := range []struct {
		seed  uint64
		bound float64
		want  []float64
	}{
		{1, 1, []float64{-80522. / (1 << 19), 9864. / (1 << 19), 155566. / (1 << 19), -122827. / (1 << 19)}},
		{1000, 0.125, []float64{-441740. / (1 << 22), 325458. / (1 << 22)}},
		{1 << 63, 1, []float64{82007. / (1 << 19), 106638. / (1 << 19)}},
	} {
		if got := torchref.Sequence(c.seed, len(c.want), c.bound); !slices.Equal(got, c.want) {
			t.Errorf("sequence(%d, %d, %v) = %v, want %v", c.seed, len(c.want), c.bound, got, c.want)
		}
	}
}
