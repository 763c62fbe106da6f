package torchref_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"hw4/internal/torchref"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/npy"
	"hw4/tensor/safetensors"
)

// pythonWithTorch returns a Python that has PyTorch, or skips the test.
func pythonWithTorch(t *testing.T) string {
	t.Helper()
	for _, p := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(p, "-c", "import torch").Run() == nil {
			return p
		}
	}
	t.Skip("no python3 with torch: 'apt-get install python3-torch' or 'pip install torch' brings it")
	return ""
}

// Weights of every LeNet-5 go to PyTorch, which computes the same logits from
// them and writes the same bytes; and weights of PyTorch come here.
func TestWeightsTravel(t *testing.T) {
	if testing.Short() {
		t.Skip("runs PyTorch")
	}
	python := pythonWithTorch(t)
	if err := exec.Command(python, "-c", "import numpy").Run(); err != nil {
		t.Skip("no numpy for this python3: 'apt-get install python3-numpy' or 'pip install numpy' brings it")
	}
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	rng := rand.New(rand.NewPCG(1, 73))
	images := tensor.Uniform[float32](rng, 0, 1, 8, 1, 28, 28)
	var content bytes.Buffer
	if err := npy.Write(&content, images); err != nil {
		t.Fatal(err)
	}
	put(t, file("x.npy"), content.Bytes())
	for _, arch := range lenet.Archs() {
		network := lenet.New[float32](rng, arch)
		weights, copied := file(arch.String()+".safetensors"), file(arch.String()+".copy.safetensors")
		args := []string{filepath.Join(torchref.Dir(), "roundtrip.py"), weights, "--images", file("x.npy"), "--logits",
			file("y.npy"), "--copy", copied}
		if arch == lenet.Modern { // from PyTorch
			args = append(args, "--new", arch.String())
		} else {
			content.Reset()
			if err := safetensors.Write(&content, safetensors.FromStateDict(nn.StateDict(network), nil)); err != nil {
				t.Fatal(err)
			}
			put(t, weights, content.Bytes())
		}
		if out, err := exec.Command(python, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v: %s", arch, err, out)
		}
		if !bytes.Equal(get(t, weights), get(t, copied)) {
			t.Errorf("%v: PyTorch wrote other bytes than it read", arch)
		}
		parsed, err := safetensors.Read(copied, get(t, copied))
		if err != nil {
			t.Fatal(err)
		}
		dict, err := safetensors.StateDict[float32](parsed)
		if err == nil {
			err = nn.LoadStateDict(network, dict)
		}
		if err != nil {
			t.Fatal(err)
		}
		array, err := npy.Read("y.npy", get(t, file("y.npy")))
		if err != nil {
			t.Fatal(err)
		}
		want, err := npy.ToTensor[float32](array)
		if err != nil {
			t.Fatal(err)
		}
		worst := 0.0
		got := network.Forward(images.NoGrad())
		for i, v := range want.Data() {
			worst = math.Max(worst, math.Abs(float64(v-got.Data()[i]))/math.Max(1, math.Abs(float64(v))))
		}
		t.Logf("%v: logits differ by at most %.2g", arch, worst)
		if got.Len() != want.Len() || !(worst <= 1e-5) {
			t.Errorf("%v: logits differ by %v", arch, worst)
		}
	}
}

func put(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
