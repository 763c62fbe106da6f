// Package onnxtest has ONNX Runtime compute what a model says. It is for tests.
package onnxtest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"hw4/internal/pythontest"
	"hw4/tensor"
	"hw4/tensor/npy"
	"hw4/tensor/onnx"
)

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
	python, dir := pythontest.With(t, "onnxruntime", "numpy"), t.TempDir()
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
	logits, err := npy.ToTensor[float32](array)
	if err != nil {
		t.Fatal(err)
	}
	return logits
}
