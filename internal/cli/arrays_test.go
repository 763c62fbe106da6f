package cli_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"hw4/internal/cli"
	"hw4/tensor"
	"hw4/tensor/npy"
	"hw4/tensor/safetensors"
)

// torchFile writes one of the files that PyTorch has written and returns its path.
func torchFile(t *testing.T, name string) string {
	t.Helper()
	z, err := zip.OpenReader("../../tensor/torchfile/testdata/saved.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, name, content)
}

// utf16le is a text as Windows PowerShell 5 redirects it into a file.
func utf16le(s string) []byte {
	b := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(strings.ReplaceAll(s, "\n", "\r\n"))) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// A filter is judged in whatever form people have it.
func TestFiltersAsPeopleHaveThem(t *testing.T) {
	grey := map[string]*tensor.Tensor[float64]{
		"grey": tensor.FromSlice([]float64{0.299, 0.587, 0.114}), "one": tensor.Ones[float64](1)}
	var npz, st bytes.Buffer
	err := errors.Join(npy.WriteZip(&npz, grey), safetensors.Write(&st, safetensors.FromStateDict(grey, nil)))
	if err != nil {
		t.Fatal(err)
	}
	const right = "[0.299, 0.587, 0.114]"
	for name, filter := range map[string]string{
		"as typed":         "[.299, .587, .114]",
		"fractions":        "[299/1000, 587 / 1000, 114/1000,]",
		"pasted tensor":    "tensor([0.2990, 0.5870, 0.1140], dtype=torch.float64)",
		"pasted array":     "array([0.299, 0.587, 0.114])",
		"pasted parameter": "Parameter containing:\ntensor([[[[0.2990]], [[0.5870]], [[0.1140]]]], requires_grad=True)",
		"byte order mark":  write(t, "bom.json", []byte("\ufeff"+right)),
		"PowerShell":       write(t, "utf16.json", utf16le(right+"\n")),
		"pasted in a file": write(t, "tensor.txt", []byte("tensor([.299, .587, .114])\n")),
		"npz":              write(t, "f.npz", npz.Bytes()) + "::grey",
		"safetensors":      write(t, "f.safetensors", st.Bytes()) + "::grey",
		"json object":      write(t, "f.json", []byte(`{"grey": [.299, .587, .114], "one": 1}`)) + "::grey",
		"PyTorch":          torchFile(t, "grey.pt"),
		"one of PyTorch's": torchFile(t, "filters.pt") + "::grey",
	} {
		stdout, stderr, code := hw4(t, "conv", "--problem", "3", "--filter", filter, "--details")
		if code != cli.ExitOK || !strings.Contains(stdout, "Read as w of shape") {
			t.Errorf("%s: exit code %d, wrote %q and %q", name, code, stdout, stderr)
		}
		said := strings.Contains(oneSpace(stdout), "fractions such as 1/3 rounded to float64")
		if said != (name == "fractions") {
			t.Errorf("%s: wrote %q", name, stdout)
		}
	}
	if stdout, _, code := hw4(t, "conv", "--problem", "1", "--filter",
		"[[[0,0,0],[0,\u22121,0],[0,1,0]],[[0,0,0],[0,\u22121,1],[0,0,0]]]"); code != cli.ExitOK {
		t.Errorf("the Unicode minus: exit code %d, wrote %q", code, stdout)
	}
	for _, c := range []struct{ filter, say string }{
		{torchFile(t, "filters.pt"), `the content is the arrays "grey" (1,3,1,1), "edge" (2,3,3), want one: name it, as `},
		{torchFile(t, "filters.pt") + "::gray",
			`the array "gray" is not there, want one of "grey" (1,3,1,1), "edge" (2,3,3)`},
		{torchFile(t, "module.pt"), `the class or function is "__main__.LeNet"`},
		{torchFile(t, "legacy.pt"), "torch.save(torch.load('"},
		{"tensor([[1., ..., 2.]])", "the text leaves numbers out"},
	} {
		_, stderr, code := hw4(t, "conv", "--problem", "3", "--filter", c.filter)
		if code != cli.ExitInput || !strings.Contains(stderr, c.say) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit code %d, wrote %q, want %q", c.filter, code, stderr, c.say)
		}
	}
}

// Weights of PyTorch are read as it wrote them, and what was left out of the names is said.
// Here they are random, and no better than chance.
func TestPyTorchsWeights(t *testing.T) {
	tiny := tinyMNIST(t)
	stdout, stderr, code := hw4(t, "train", "--eval", "--weights", torchFile(t, "problem5.pt"), "--data", tiny)
	if flat := strings.Join(strings.Fields(stdout), " "); code != cli.ExitFailed ||
		!strings.Contains(flat, `holds the weights of z = a'x + b, matched without "module." before the names.`) {
		t.Errorf("exit code %d, wrote %q and %q", code, stdout, stderr)
	}
	checkpoint := filepath.Join(t.TempDir(), "c.ckpt")
	hw4(t, "train", "--loss", "mse", "--epochs", "1", "--data", tiny, "--checkpoint", checkpoint, "--quiet")
	for _, c := range []struct{ command, file, say string }{
		{"lenet", torchFile(t, "problem5.pt"), "by their shapes they are likeliest those of a'x + b, the model of Problem 5"},
		{"lenet", torchFile(t, "plain.pt"), `it has "conv1.bias" (2,), "conv1.weight" (2,1,3,3)`},
		{"lenet", torchFile(t, "names.pt"), `"a\"b\n\x1b[31m" (3,)`},
		{"train", checkpoint, "is a checkpoint of hw4, which holds the state of a training, want weights"},
		{"lenet", checkpoint, "is a checkpoint of hw4, which holds the state of a training, want weights"},
		{"lenet", torchFile(t, "script.pt"), "a program of TorchScript"},
	} {
		_, stderr, code := hw4(t, c.command, "--eval", "--weights", c.file, "--data", tiny)
		if code != cli.ExitInput || !strings.Contains(stderr, c.say) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit code %d, wrote %q, want %q", c.file, code, stderr, c.say)
		}
	}
}

// An answer to Problem 6 may be the template in any encoding, or arrays in a file.
func TestAnswersAsPeopleHaveThem(t *testing.T) {
	template, _, _ := hw4(t, "mlp", "--sizes", "2,3,1", "--activation", "square", "--template")
	for name, content := range map[string][]byte{
		"bom.json": []byte("\ufeff" + template), "utf16.json": utf16le(template),
		"fractions.json": []byte(strings.Replace(template, "null", "1/3", 1)),
	} {
		stdout, stderr, code := hw4(t, "mlp", "--answer", write(t, name, content))
		if code != cli.ExitFailed || !strings.Contains(stdout, "not answered") {
			t.Errorf("%s: exit code %d, wrote %q and %q", name, code, stdout, stderr)
		}
	}
	arrays := make(map[string]*tensor.Tensor[float64])
	var solved struct {
		X      []float64
		A      [][][]float64
		B      [][]float64 `json:"b"`
		Answer map[string][][]float64
	}
	if err := json.Unmarshal([]byte(solvedTemplate(t, template)), &solved); err != nil {
		t.Fatal(err)
	}
	matrix := func(rows [][]float64) *tensor.Tensor[float64] {
		return tensor.FromSlice(slices.Concat(rows...), len(rows), len(rows[0]))
	}
	arrays["x"] = tensor.FromSlice(solved.X)
	for l := range solved.A {
		arrays[fmt.Sprintf("A_%d", l+1)] = matrix(solved.A[l])
		arrays[fmt.Sprintf("b_%d", l+1)] = tensor.FromSlice(solved.B[l])
	}
	for name, rows := range solved.Answer {
		arrays[name] = matrix(rows)
	}
	answer := func(ending string, metadata map[string]string) string {
		var b bytes.Buffer
		var err error
		if ending == ".npz" {
			err = npy.WriteZip(&b, arrays)
		} else {
			err = safetensors.Write(&b, safetensors.FromStateDict(arrays, metadata))
		}
		if err != nil {
			t.Fatal(err)
		}
		return write(t, "answer"+ending, b.Bytes())
	}
	right := answer(".npz", nil)
	says := answer(".safetensors", map[string]string{"activation": "square"})
	delete(arrays, "dy_1/db_1")
	incomplete := answer(".npz", nil)
	arrays["dy_9/db_9"] = tensor.Ones[float64](1, 1)
	unasked := answer(".npz", nil)
	delete(arrays, "x")
	noInput := answer(".npz", nil)
	for _, c := range []struct {
		args string
		code int
		say  string
	}{
		{right + " --activation square", cli.ExitOK, "6 of 6 checks passed"},
		{says, cli.ExitOK, "6 of 6 checks passed"},
		{right, cli.ExitUsage, "--activation is not given, and " + right + " does not say it"},
		{right + " --activation tanh", cli.ExitFailed, "dy_1/db_1"},
		{right + " --activation tan", cli.ExitUsage, "tan"},
		{right + " --seed 1", cli.ExitUsage, "leave out --seed"},
		{right + "::y --activation square", cli.ExitInput, `the array "y" is not there`},
		{incomplete + " --activation square", cli.ExitFailed, "dy_1/db_1: not answered"},
		{unasked + " --activation square", cli.ExitInput, `the answer "dy_9/db_9" is not asked for`},
		{noInput + " --activation square", cli.ExitInput, "what goes into the layer"},
		{torchFile(t, "grey.pt") + " --activation square", cli.ExitInput, "the number of layers is 0 in A and 0 in b"},
	} {
		stdout, stderr, code := hw4(t, append([]string{"mlp", "--answer"}, strings.Fields(c.args+" --details")...)...)
		if code != c.code || !strings.Contains(oneSpace(stdout+stderr), c.say) {
			t.Errorf("%s: exit code %d, wrote %q and %q, want %d and %q", c.args, code, stdout, stderr, c.code, c.say)
		}
	}
}
