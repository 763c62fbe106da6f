package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hw4/internal/cli"
	"hw4/tensor"
	"hw4/tensor/npy"
)

const (
	right1 = "[[[0,0,0],[0,-1,0],[0,1,0]],[[0,0,0],[0,-1,1],[0,0,0]]]"
	right2 = "[[[.25,.25],[.25,.25]],[[.25,.25],[.25,.25]],[[.25,.25],[.25,.25]]]"
	right3 = "[0.299,0.587,0.114]"
)

// hw4In runs the command with something on standard input.
func hw4In(stdin string, args ...string) (stdout, stderr string, code int) {
	var out, err bytes.Buffer
	code = cli.Main(context.Background(), args, cli.Stdio{In: strings.NewReader(stdin), Out: &out, Err: &err})
	return out.String(), err.String(), code
}

// oneSpace makes every run of white space one space.
func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

// npyFile writes a filter as float32, as PyTorch would, or float64.
func npyFile[T tensor.Float](t *testing.T, shape []int, values ...T) string {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, tensor.FromSlice(values, shape...)); err != nil {
		t.Fatal(err)
	}
	return write(t, "w.npy", b.Bytes())
}

func TestJudge(t *testing.T) {
	template, _, _ := hw4(t, "mlp", "--sizes", "2,3,1", "--activation", "square", "--template")
	solved, given := solvedTemplate(t, template), write(t, "given.json", []byte(template))
	for _, c := range []struct {
		stdin, args string
		code        int
		say         string
	}{
		{"", "conv --problem 1 --size 5x4 --filter " + right1, 0,
			"proved: equal on all 20 basis images of 1x5x4, exactly; both mappings are linear"},
		{"", "conv --problem 1 --size 5x4 --filter " + right1, 0,
			"a 3x3 window with padding 1 and stride 1 meets every border case at 5x4 (9 of 9)"},
		{right1, "conv --problem 1 --filter -", 0, "Your filter is right."},
		{"", "conv --problem 2 --filter " + strings.ReplaceAll(right2, ".25", "0.25"), 0,
			"so the mappings are equal on images of every size that 2 divides"},
		{"", "conv --problem 2 --size 9x6 --channels 1 --kernel 3 --filter " + npyFile(t, []int{1, 3, 3}, float32(1)/9,
			1./9, 1./9, 1./9, 1./9, 1./9, 1./9, 1./9, 1./9), 0, "the rounding of your weights to float32"},
		{"", "conv --problem 3 --size 2x2 --filter " + right3, 0, "a 1x1 window sees one pixel at a time"},
		{"", "conv --problem 3 --size 2x2 --filter " + npyFile(t, []int{1, 3, 1, 1}, 0.299, 0.587, 0.114), 0,
			"proved: equal on all 12 basis images of 3x2x2, exactly"},
		{"", "conv --problem 3 --size 2x2 --filter " + write(t, "w.json", []byte("[0.114, 0.587, 0.299]\n")), 1,
			"channels in the order BGR"},
		{"", "conv --problem 1 --size 1x5 --filter " + right1, 1, "does not have every border case"},
		{"", "conv --problem 1 --size 4x4 --padding 0 --filter " + right1, 1, "padding forgotten"},
		{"", "conv --problem 1 --size 3x3 --padding 0 --stride 2 --filter " + right1, 1, "Diagnosis: padding forgotten"},
		{"", "conv --problem 2 --size 4x4 --stride 1 --filter " + strings.ReplaceAll(right2, ".25", "0.25"), 1,
			"stride forgotten"},
		{"", "conv --recover --problem 1 --size 6x6", 0, "a convolution with stride 1, padding 1 and a weight of shape " +
			"(2,1,3,3): w1 = [ 0 0 0 ] [ 0 -1 0 ] [ 0 1 0 ] w2 = [ 0 0 0 ] [ 0 -1 1 ] [ 0 0 0 ]"},
		{"", "conv --recover --mapping avgpool --size 6x6 --kernel 3", 0,
			"a convolution with stride 3, padding 0 and a weight of shape (3,3,3,3)"},
		{"", "conv --recover --mapping grey --size 3x3", 0, "w[1,1,1] = [ 0.299 ] w[2,1,1] = [ 0.587 ] w[3,1,1] = [ 0.114 ]"},
		{"", "conv --recover --mapping maxpool", 1, "Refused: the mapping is not linear"},
		{"", "conv --recover --mapping avgpool --size 2x2", 1, "choose a larger size"},
		{"", "lenet --params --answer 60806", 0, "the original LeNet-5 of the sheet"},
		{"", "lenet --params --answer 61,706", 0, "the modern LeNet-5 of the sheet"},
		{"", "lenet --answer 60_806", 0, "the original LeNet-5 of the sheet"},
		{"", "lenet --params --arch modern --answer 61706", 0, "Right: 61706 is the number of parameters of the modern"},
		{"", "lenet --params --arch modern --answer 60806", 1, "It is not the number of parameters of the modern"},
		{"", "lenet --arch original --answer 900", 1, "that is 60806."},
		{solved, "mlp --answer - --against " + given, 0, "7 of 7 checks passed"},
		{strings.Replace(solved, "square", "sin", 1), "mlp --answer - --against " + given, 1, "Your activation is not that of"},
		{template, "mlp --against - --answer " + write(t, "b.json", []byte(solved)), 0, "7 of 7 checks passed"},
		{"", "lenet --answer 900", 0, "900 is the reduction"},
		{"", "lenet --params --answer 60000", 1, "the LeNet-5 that LeCun published in 1998"},
		{"", "lenet --params --answer 0", 1, "not a number of the sheet"},
		{template, "mlp --answer -", 1, "dy_2/dA_2: not answered"},
		{"", "mlp --problem 6 --answer " + write(t, "a.json", []byte(solvedTemplate(t, template))), 0,
			"6 of 6 checks passed"},
		{strings.Replace(solvedTemplate(t, template), `"dy_2/dA_2": [[`, `"dy_2/dA_2": [[1`, 1), "mlp --answer -", 1,
			"dy_2/dA_2, layer 2: entry (1,1) is"},
	} {
		stdout, stderr, code := hw4In(c.stdin, append(strings.Fields(c.args), "--details")...)
		if code != c.code || stderr != "" || !strings.Contains(oneSpace(stdout), c.say) {
			t.Errorf("hw4 %s: exit code %d, want %d, message %q, output does not say %q:\n%s", c.args, code, c.code, stderr,
				c.say, stdout)
		}
	}
}

// solvedTemplate fills in the template for sizes 2, 3, 1 and sigma(z) = z^2, by the
// formulas written out for two layers.
func solvedTemplate(t *testing.T, template string) string {
	t.Helper()
	var f struct {
		Activation string           `json:"activation"`
		X          []float64        `json:"x"`
		A          [][][]float64    `json:"A"`
		B          [][]float64      `json:"b"`
		Answer     map[string][]any `json:"answer"`
	}
	if err := json.Unmarshal([]byte(template), &f); err != nil {
		t.Fatal(err)
	}
	z, y := make([]float64, 3), make([]any, 3)
	dyDb, dyDy, dA := make([]any, 3), make([]any, 3), make([]any, 3)
	for i := range 3 {
		z[i] = f.A[0][i][0]*f.X[0] + f.A[0][i][1]*f.X[1] + f.B[0][i]
		y[i] = z[i] * z[i]
		diag := []float64{0, 0, 0}
		diag[i] = 2 * z[i]
		dyDb[i] = diag
		dyDy[i] = []float64{2 * z[i] * f.A[0][i][0], 2 * z[i] * f.A[0][i][1]}
		g := f.A[1][0][i] * 2 * z[i]
		dA[i] = []float64{g * f.X[0], g * f.X[1]}
	}
	f.Answer["dy_1/db_1"], f.Answer["dy_2/db_2"] = dyDb, []any{[]float64{1}}
	f.Answer["dy_1/dy_0"], f.Answer["dy_2/dy_1"] = dyDy, []any{f.A[1][0]}
	f.Answer["dy_2/dA_1"], f.Answer["dy_2/dA_2"] = dA, []any{y}
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(strings.ReplaceAll(string(b), `":`, `": `), ",\"", ", \"")
}

// What cannot be judged is refused with one line and the right exit code.
func TestJudgeBadInput(t *testing.T) {
	template, _, _ := hw4(t, "mlp", "--sizes", "2,3,1", "--template")
	edit := func(old, new string) string {
		if !strings.Contains(template, old) {
			t.Fatalf("the template has no %q:\n%s", old, template)
		}
		return strings.Replace(template, old, new, 1)
	}
	nan := npyFile(t, []int{3}, 0.299, 0.587, nan())
	for _, c := range []struct {
		stdin, args string
		code        int
		say         string
	}{
		{"", "conv --filter [1]", 2, "say which problem"},
		{"", "conv --problem 4 --filter [1]", 2, "problem 4 is 'hw4 pool'"},
		{"", "conv --problem 1 --recover --filter [1]", 2, "choose one of them"},
		{"", "conv --problem 1 --stride 2", 2, "--stride and --padding go with --filter"},
		{"", "conv --problem 1 --mapping grey", 2, "--mapping goes with --recover"},
		{"", "conv --recover --mapping sobel", 2, `no mapping "sobel"; there are difference, avgpool, grey and maxpool`},
		{"", "conv --problem 1 --recover --mapping grey", 2, "the mapping grey is not that of problem 1"},
		{"", "conv --recover --problem 1 --size 100x100", 2, "at most 4096"},
		{"", "conv --recover --mapping maxpool --kernel 5", 2, "not divisible by the kernel size 5; 25x25 is"},
		{"", "conv --problem 1 --stride 0 --filter " + right1, 2, "--stride 0: want at least 1"},
		{"", "conv --problem 1 --padding -1 --filter " + right1, 2, "--padding -1"},
		{"", "conv --problem 2 --kernel 3 --filter [1]", 2, "not divisible by the kernel size 3"},
		{"", "conv --problem 2 --channels 1000 --size 4x4 --filter [1]", 2,
			"--channels 1000 with a kernel of size 2 make more than 262144 weights of an ordinary convolution; choose fewer"},
		{"", "conv --problem 1 --image a.png --out b.png --filter [1]", 2, "--image uses the filter of the sheet"},
		{"", "conv --problem 1 --filter=", 2, "--filter is empty"},
		{"", "conv --problem 1 --filter missing.json", 4,
			"missing.json: no such file. Numbers on the command line need brackets"},
		{"", "conv --problem 1 --filter " + t.TempDir(), 4, "folder"},
		{"", "conv --problem 1 --filter -", 4, "standard input"},
		{"", "conv --problem 1 --filter [[0,1],[2]]", 4, "--filter: byte 7"},
		{"", "conv --problem 3 --filter [1/0,1/3,1/3]", 4, "want a number that float64 can hold"},
		{"", "conv --problem 3 --filter [\"1\"]", 4, "numbers have no quotes"},
		{"", "conv --problem 3 --filter [NaN,1,1]", 4, "want a number"},
		{"", "conv --problem 3 --filter [1,2,3]x", 4, "want the end"},
		{"", "conv --problem 3 --filter " + nan, 4, "element 3 is NaN, want a finite number"},
		{"", "conv --problem 1 --filter [[0,0,0],[0,-1,0],[0,1,0]]", 4,
			"the filter has shape (3,3), want (2,3,3) or (2,1,3,3): a 3x3 filter for each of the two directions, w = [w1, w2]"},
		{"", "conv --problem 2 --filter [[[1]]]", 4, "for this filter say --kernel 1 --channels 1"},
		{"", "conv --problem 3 --filter 5", 4, "5: no such file"},
		{"5", "conv --problem 3 --filter -", 4, "the filter has shape (), want (3,), (3,1,1) or (1,3,1,1)"},
		{"", "lenet --params --answer many", 2, "want a number of parameters, such as 60806"},
		{"", "lenet --params --answer -5", 2, "want a number of parameters"},
		{"", "lenet --train --answer 5", 2, "leave out --train, --weights and --predict"},
		{"", "mlp --template --answer -", 2, "leave out --template: the file of --answer has its own"},
		{"", "mlp --activation tanh --answer -", 2, "leave out --activation: the file of --answer has its own"},
		{"", "mlp --sizes 3,1 --answer -", 2, "leave out --sizes: the file of --answer has its own"},
		{"", "mlp --against a.json", 2, "--against goes with --answer"},
		{"", "mlp --answer - --against a.json --seed 1", 2, "leave out --seed"},
		{template, "mlp --answer - --against missing.json", 4, "missing.json: no such file"},
		{"", "lenet --params --answer 60.806", 2, "want a number of parameters, such as 60806"},
		{"", "lenet --answer 60,80,6", 2, "want a number of parameters, such as 60806"},
		{"", "lenet --answer 60806 --arch ancient", 2, "no architecture"},
		{"", "lenet --answer 60806 --epochs 2", 2, "need --train"},
		{"", "mlp --template --sizes 100,1", 2,
			"--sizes (100,1): want 2 to 17 sizes, each of at least 1 and at most 64 units"},
		{"", "mlp --template --activation cosine", 2, "no activation"},
		{"", "mlp --answer missing.json", 4, "no such file"},
		{"", "mlp --answer -", 4, "standard input: byte 0"},
		{edit(`"tanh"`, `"cosine"`), "mlp --answer -", 4, "the activation is \"cosine\""},
		{edit(`"dy_1/db_1"`, `"dy_1/db_7"`), "mlp --answer -", 4, "dy_1/db_7"},
		{edit(`"x": [`, `"x": [1, `), "mlp --answer -", 4, "A_1 is of shape (3,2), want (3,3)"},
		{edit(`"x": [`, `"y": 1, "x": [`), "mlp --answer -", 4, "not a known key"},
		{edit(`"x":`, `"answer": {}, "x":`), "mlp --answer -", 4, "there twice"},
		{edit(`"x": [`, `"x": [[1], `), "mlp --answer -", 4, "want an array"},
		{"{}", "mlp --answer -", 4, "without the key"},
		{strings.Replace(edit(`"tanh"`, `"exp"`), `"b": [`, `"b": [[1e300, 1, 1], [1]], "c": [`, 1), "mlp --answer -", 4,
			"not a known key"},
	} {
		stdout, stderr, code := hw4In(c.stdin, strings.Fields(c.args)...)
		if code != c.code || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "hw4: ") ||
			!strings.Contains(stderr, c.say) {
			t.Errorf("hw4 %s: exit code %d, want %d, message %q, want one line that says %q; wrote %q", c.args, code, c.code,
				stderr, c.say, stdout)
		}
	}
}

func nan() float64 {
	zero := 0.0
	return zero / zero
}

// The verdict is in the JSON object too: matrices, checks and all.
func TestJudgeJSON(t *testing.T) {
	wrong := strings.Replace(right1, "1,0]]", "2,0]]", 1)
	stdout, stderr, code := hw4(t, "conv", "--problem", "1", "--size", "4x4", "--filter", wrong, "--json")
	var doc struct {
		Command string
		OK      bool
		Reports []struct {
			Problem int
			Items   []struct {
				Kind, Name, Text string
				Rows             [][]float64
			}
			Checks []struct{ OK bool }
		}
	}
	if err := json.Unmarshal([]byte(stdout), &doc); err != nil || code != 1 || stderr != "" || doc.OK ||
		doc.Command != "conv" || len(doc.Reports) != 1 {
		t.Fatalf("exit code %d, %q, %v: %s", code, stderr, err, stdout)
	}
	r := doc.Reports[0]
	found := ""
	for _, item := range r.Items {
		if item.Kind == "matrix" {
			found += fmt.Sprint(item.Name, item.Rows)
		}
	}
	if want := "X[[0] [1]]expected Y[1][[1] [-1]]your Y[1][[2] [-1]]"; r.Problem != 1 || found != want ||
		len(r.Checks) != 1 || r.Checks[0].OK {
		t.Errorf("report %+v, matrices %s, want %s", r, found, want)
	}
}

// A template is the same for the same seed and says what to fill in.
func TestTemplate(t *testing.T) {
	one, stderr,
		code := hw4(t, "mlp", "--problem", "6", "--sizes", "2,1", "--activation", "sigmoid", "--seed", "5", "--template")
	two, _, _ := hw4(t, "mlp", "--sizes", "2,1", "--activation", "sigmoid", "--seed", "5", "--template")
	other, _, _ := hw4(t, "mlp", "--sizes", "2,1", "--activation", "sigmoid", "--seed", "6", "--template")
	if code != 0 || stderr != "" || one != two || one == other || !strings.Contains(one, `"dy_1/dy_0": [[null, null]]`) {
		t.Errorf("exit code %d, %q:\n%s%s%s", code, stderr, one, two, other)
	}
	path := filepath.Join(t.TempDir(), "answer.json")
	if err := os.WriteFile(path, []byte(one), 0o644); err != nil {
		t.Fatal(err)
	}
	if stdout, _, code := hw4(t, "mlp", "--answer", path); code != 1 || strings.Count(stdout, "FAIL") != 4 {
		t.Errorf("an empty template: exit code %d\n%s", code, stdout)
	}
}
