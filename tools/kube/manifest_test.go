// Package kube holds the test of the Kubernetes manifest that 'hw4 sweep script' prints:
// Kubernetes' own types read it. It is a module of its own, so that nothing else depends
// on them.
package kube

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// build returns the program as the Dockerfile has it.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "hw4")
	cmd := exec.Command("go", "build", "-C", "../..", "-o", program, "./cmd/hw4")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return program
}

// do runs a command and returns what it writes.
func do(t *testing.T, env []string, words ...string) string {
	t.Helper()
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%q: %v: %s", words, err, out)
	}
	return string(out)
}

// job returns the manifest, read strictly: a key that Kubernetes does not have is an
// error.
func job(t *testing.T, program string, args ...string) (j batch.Job) {
	t.Helper()
	text := do(t, nil, append([]string{program, "sweep", "script", "kubernetes"}, args...)...)
	if err := yaml.UnmarshalStrict([]byte(text), &j); err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	return j
}

func TestManifest(t *testing.T) {
	j := job(
		t,
		build(t),
		"--dir",
		"/sweep",
		"--tasks",
		"12",
		"--at-once",
		"5",
		"--cpus",
		"3",
		"--image",
		"registry.example/hw4:1",
	)
	s, pod := j.Spec, j.Spec.Template.Spec
	if j.APIVersion != "batch/v1" || j.Kind != "Job" || j.Name != "hw4-sweep" {
		t.Errorf("%s %s %s", j.APIVersion, j.Kind, j.Name)
	}
	if *s.CompletionMode != batch.IndexedCompletion || *s.Completions != 12 || *s.Parallelism != 5 ||
		*s.BackoffLimitPerIndex != 3 ||
		s.BackoffLimit != nil {
		t.Errorf("the job: %+v", s)
	}
	rules := s.PodFailurePolicy.Rules
	if len(rules) != 2 || rules[0].Action != batch.PodFailurePolicyActionIgnore || rules[0].OnExitCodes != nil ||
		!slices.Equal(rules[0].OnPodConditions, []batch.PodFailurePolicyOnPodConditionsPattern{
			{Type: core.DisruptionTarget, Status: core.ConditionTrue}}) {
		t.Errorf("what is no failure: %+v", rules)
	}
	if codes := rules[1].OnExitCodes; rules[1].Action != batch.PodFailurePolicyActionFailIndex ||
		codes.Operator != batch.PodFailurePolicyOnExitCodesOpIn || !slices.Equal(codes.Values, []int32{2, 4}) ||
		*codes.ContainerName != "hw4" {
		t.Errorf("what fails an index: %+v", rules[1])
	}
	if pod.RestartPolicy != core.RestartPolicyNever || *pod.TerminationGracePeriodSeconds != 120 ||
		len(pod.Containers) != 1 {
		t.Errorf("the pod: %+v", pod)
	}
	c := pod.Containers[0]
	want := []string{"/hw4", "sweep", "run", "--dir", "/sweep", "--shard", "auto/12", "--quiet"}
	if c.Name != "hw4" || c.Image != "registry.example/hw4:1" || !slices.Equal(c.Command, want) {
		t.Errorf("the container: %+v", c)
	}
	if len(c.Env) != 1 || c.Env[0] != (core.EnvVar{Name: "GOMAXPROCS", Value: "3"}) ||
		c.Resources.Requests.Cpu().Value() != 3 {
		t.Errorf("the cores: %+v, %+v", c.Env, c.Resources)
	}
	if len(c.VolumeMounts) != 1 || c.VolumeMounts[0].Name != "sweep" || c.VolumeMounts[0].MountPath != "/sweep" ||
		len(
			pod.Volumes,
		) != 1 || pod.Volumes[0].Name != "sweep" || pod.Volumes[0].PersistentVolumeClaim.ClaimName != "hw4-sweep" {
		t.Errorf("the volume: %+v, %+v", c.VolumeMounts, pod.Volumes)
	}
}

// A name that YAML could take for something else stays what it is.
func TestNames(t *testing.T) {
	c := job(t, build(t), "--dir", "/a b: #'\"", "--image", "1.0", "--data", "yes").Spec.Template.Spec.Containers[0]
	if c.Image != "1.0" || c.VolumeMounts[0].MountPath != "/a b: #'\"" ||
		!slices.Equal(c.Command[4:9], []string{"/a b: #'\"", "--shard", "auto/8", "--data", "yes"}) {
		t.Errorf("%+v", c)
	}
}

// The container's command, run once for every index, computes the whole plan.
func TestContainerCommand(t *testing.T) {
	program := build(t)
	dir, data := filepath.Join(t.TempDir(), "sweep"), t.TempDir()
	for name, n := range map[string]int{"train": 40, "t10k": 20} {
		images, labels := idx(n, 28, 28), idx(n)
		for i := range n {
			labels[8+i] = byte(4 + 5*(i%2))
		}
		for i := range images[16:] {
			images[16+i] = byte(i * (1 + i/784%2))
		}
		for file, content := range map[string][]byte{"-images-idx3-ubyte": images, "-labels-idx1-ubyte": labels} {
			if err := os.WriteFile(filepath.Join(data, name+file), content, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	do(
		t,
		nil,
		program,
		"sweep",
		"plan",
		"--model",
		"logistic",
		"--seeds",
		"130",
		"--epochs",
		"1",
		"--dir",
		dir,
		"--data",
		data,
	)
	c := job(t, program, "--dir", dir, "--data", data, "--tasks", "3").Spec.Template.Spec.Containers[0]
	words := append([]string{program}, c.Command[1:]...)
	for index := range 3 {
		out := do(t, []string{"JOB_COMPLETION_INDEX=" + strconv.Itoa(index)}, words...)
		if found := strings.Contains(strings.Join(strings.Fields(out), " "), "cells, "); !found ||
			strings.Contains(out, " 0 are computed") {
			t.Errorf("index %d: %s", index, out)
		}
	}
	if out := do(t, nil, program, "sweep", "merge", "--dir", dir); !strings.HasPrefix(out, "All 14 cells are merged") {
		t.Error(out)
	}
	if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err == nil ||
		!strings.Contains(string(out), "JOB_COMPLETION_INDEX") {
		t.Errorf("without an index: %v, %s", err, out)
	}
}

// idx returns an IDX file of zeros.
func idx(dims ...int) []byte {
	file, n := []byte{0, 0, 8, byte(len(dims))}, 1
	for _, d := range dims {
		file, n = binary.BigEndian.AppendUint32(file, uint32(d)), n*d
	}
	return append(file, make([]byte, n)...)
}

// The image has nothing but the program and the data: the program must not need a linker.
func TestImage(t *testing.T) {
	program := build(t)
	file := do(t, nil, program, "sweep", "script", "dockerfile")
	for _, line := range []string{"FROM scratch\n", "COPY hw4 /hw4\n", "COPY mnist /mnist\n", "ENTRYPOINT [\"/hw4\"]\n"} {
		if !strings.Contains(file, line) {
			t.Errorf("the Dockerfile lacks %q", line)
		}
	}
	content, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		t.Skip("the programs of this system are not those of Linux")
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("the program is not static")
		}
	}
}
