// Package onnxtest has ONNX Runtime compute what a model says. It is for tests.
package onnxtest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"hw4/tensor"
	"hw4/tensor/npy"
	"hw4/tensor/onnx"
)

// found is a Python that has ONNX Runtime, looked for once; empty if there is none.
var found = sync.OnceValue(func() string {
	candidates := []string{"python3", "/usr/bin/python3"}
	if cache, err := os.UserCacheDir(); err == nil {
		candidates = slices.Insert(candidates, 0, filepath.Join(cache, "hw4-onnx", "bin", "python3"))
	}
	for _, p := range candidates {
		if exec.Command(p, "-c", "import onnxruntime, numpy").Run() == nil {
			return p
		}
	}
	return ""
})

// python returns a Python that has ONNX Runtime, or skips the test.
func python(t *testing.T) string {
	t.Helper()
	if p := found(); p != "" {
		return p
	}
	t.Skip("no python3 with onnxruntime: 'make onnx-tools' or 'pip install onnxruntime' brings it")
	return ""
}

// script computes the outputs for the images of one .npy file, in one batch and one by
// one, since the size of a batch is free.
const script = `
import sys
import numpy
import onnxruntime
images = numpy.load(sys.argv[2])
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
run = lambda x: session.run(["logits"], {"image": x})[0]
logits = run(images)
alone = numpy.concatenate([run(images[i:i + 1]) for i in range(8)])
assert numpy.abs(alone - logits[:8]).max() < 1e-5, "a batch of one gives other logits"
numpy.save(sys.argv[3], logits)
`

// Logits returns what ONNX Runtime makes of at least eight images, as the model's
// output "logits" of its input "image". It skips the test if there is no ONNX Runtime,
// or if tests are to be short.
func Logits(t *testing.T, model *onnx.Model, images *tensor.Tensor[float32]) *tensor.Tensor[float32] {
	t.Helper()
	if testing.Short() {
		t.Skip("runs ONNX Runtime")
	}
	python, dir := python(t), t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	f, err := os.Create(file("x.npy"))
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(npy.Write(f, images), f.Close(), os.WriteFile(file("m.onnx"), model.Marshal(), 0o644))
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "-c", script, file("m.onnx"), file("x.npy"), file("y.npy")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	content, err := os.ReadFile(file("y.npy"))
	if err != nil {
		t.Fatal(err)
	}
	array, err := npy.Read("y.npy", content)
	if err != nil {
		t.Fatal(err)
	}
	dict, err := npy.StateDict[float32](map[string]*npy.Array{"y": array})
	if err != nil {
		t.Fatal(err)
	}
	return dict["y"]
}
