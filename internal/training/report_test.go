package training

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/tensor"
)

// check returns a check by its name.
func check(t *testing.T, b *report.Body, name string) report.Check {
	t.Helper()
	i := slices.IndexFunc(b.Checks, func(c report.Check) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no check %q among %+v", name, b.Checks)
	}
	return b.Checks[i]
}

// What is saved is the network, with what an evaluation can be compared with.
func TestSave(t *testing.T) {
	f := tinyFit(0.5)
	epochs := f.mustRun(t)
	path := filepath.Join(t.TempDir(), "w.safetensors")
	var b report.Body
	if err := Save(&b, "", f, epochs[5]); err != nil || len(b.Answer)+len(b.Checks) > 0 {
		t.Errorf("no file: %+v, %v", b, err)
	}
	if err := Save(&b, path, f, epochs[5]); err != nil {
		t.Fatal(err)
	}
	c := check(t, &b, "the weights are saved")
	if want := path + ", read again, has all 7 parameters bit for bit"; !c.OK || c.Detail != want {
		t.Errorf("check %+v", c)
	}
	if got := reporttest.Text(b.Answer); got != "The weights are in "+path+".\n" {
		t.Errorf("answer %q", got)
	}
	w, err := ReadWeights(path)
	if err != nil || !w.equal(f.Network) {
		t.Fatalf("the weights are not the network's (%v)", err)
	}
	want := map[string]string{
		"format": "pt", "model": "squares", "test_set": f.Test.SHA256(),
		"test_correct": fmt.Sprint(countOf(epochs[5].TestAcc, f.Test)),
	}
	if !reflect.DeepEqual(w.Metadata, want) {
		t.Errorf("metadata %v, want %v", w.Metadata, want)
	}
	if err := Save(&b, filepath.Join(path, "w.npz"), f, epochs[5]); err == nil {
		t.Error("a file is a folder")
	}
}

func TestExport(t *testing.T) {
	layer := linear(6, 1)
	m, err := Model("linear", layer, 6)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "m.onnx")
	var b report.Body
	if err := Export(&b, "", "linear", layer, 6); err != nil || len(b.Answer)+len(b.Checks) > 0 {
		t.Errorf("no file: %+v, %v", b, err)
	}
	if err := Export(&b, path, "linear", layer, 6); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil || !slices.Equal(file, m.Marshal()) {
		t.Errorf("the file is not the model (%v)", err)
	}
	got := check(t, &b, "the network is exported")
	if want := fmt.Sprintf("has the %d bytes of the model", len(file)); !got.OK || !strings.HasSuffix(got.Detail, want) {
		t.Errorf("check %+v, want one that says %q", got, want)
	}
	want := "The network is in " + path + ` as an ONNX model: input "image", output "logits", 1 node.`
	if got := reporttest.Text(b.Answer); got != want+"\n" {
		t.Errorf("answer %q, want %q", got, want)
	}
	if err := Export(&b, filepath.Join(path, "m.onnx"), "linear", layer, 6); err == nil {
		t.Error("a file is a folder")
	}
}

// Digit by digit and together the same images are right, and as many as the file says.
func TestEvaluation(t *testing.T) {
	f := tinyFit(0.5)
	f.Epochs = 1
	f.mustRun(t)
	f.Test = tiny(21)
	f.Network.Params()[1].Value.Data()[0] = 1e3 // every image is taken for a 9
	w := &Weights{Metadata: map[string]string{metaTestSet: f.Test.SHA256(), metaCorrect: "10"}}
	var b report.Body
	if got := Evaluation(&b, f, w); got != 10.0/21 {
		t.Errorf("accuracy %v, want 10/21", got)
	}
	if got := reporttest.Text(b.Answer); got != "10 of 21 test images are classified correctly: 47.62 %.\n" {
		t.Errorf("answer %q", got)
	}
	want := [][]any{
		{4, 11, 0, report.Percent(0)}, {9, 10, 10, report.Percent(1)}, {"all", 21, 10, report.Percent(10.0 / 21)},
	}
	if table := b.Items[0].(report.Table); !reflect.DeepEqual(table.Rows, want) {
		t.Errorf("table %v, want %v", table.Rows, want)
	}
	if !b.OK() || len(b.Checks) != 2 {
		t.Errorf("checks %+v", b.Checks)
	}
	for name, spoil := range map[string]func(){
		"as it was when the weights were saved": func() { w.Metadata[metaCorrect] = "11" },
		"the digits add up": func() { // a network that changes its mind
			n := 0
			f.Correct = func(_ *tensor.Tensor[float32], labels []byte) int { n++; return min(n-1, len(labels)) }
		},
	} {
		spoil()
		b = report.Body{}
		Evaluation(&b, f, w)
		if check(t, &b, name).OK {
			t.Errorf("%q passed", name)
		}
	}
	w.Metadata[metaTestSet] = "another"
	b = report.Body{}
	if Evaluation(&b, f, w); len(b.Checks) != 1 {
		t.Errorf("checks on another test set: %+v", b.Checks)
	}
}

func TestWeightsSums(t *testing.T) {
	f, g := short("").fit(0), short("").fit(1)
	var b report.Body
	WeightsSums(&b, f, g)
	want := [][]any{
		{"squares", SHA256(f.Network.Params())}, {"divergence", SHA256(g.Network.Params())},
	}
	if got := b.Items[0].(report.Table).Rows; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
