package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"hw4/internal/cli"
	"hw4/internal/judge"
	"hw4/internal/page"
	"hw4/internal/problems/avgpool"
	"hw4/internal/problems/difference"
	"hw4/internal/problems/grey"
)

// The page's verdicts on random answers are those of the command: usual mistakes, two of
// them, and numbers that are wrong anyhow.
func TestPageJudgesAsTheCommand(t *testing.T) {
	const answers = 500
	rng := rand.New(rand.NewPCG(11, 0))
	p, seen := page.New(page.Content{}), make(map[string]bool)
	for range answers {
		request, args := randomAnswer(t, rng)
		name := "judge"
		if args[0] == "lenet" {
			name = "answer"
		}
		var got, want struct {
			Result  map[string]any
			Reports []map[string]any
			Error   string
		}
		p.Answer(context.Background(), name, request, func(m []byte) { unmarshal(t, m, &got) })
		var out bytes.Buffer
		cli.Main(context.Background(), append(args, "--json"), cli.Stdio{Out: &out, Err: &out})
		unmarshal(t, out.Bytes(), &want)
		delete(got.Result, "title")
		delete(want.Reports[0], "title")
		if got.Error != "" || !reflect.DeepEqual(got.Result, want.Reports[0]) {
			t.Fatalf("%v: the page says\n%v %s\nand the command\n%v", args, got.Result, got.Error, want.Reports[0])
		}
		seen[fmt.Sprint(got.Result["verdict"].(map[string]any)["code"])] = true
	}
	const different = 40
	if len(seen) < different || !seen["right"] || !seen["wrong"] {
		t.Errorf("only %d verdicts differ: %v", len(seen), seen)
	}
}

// randomAnswer returns an answer as the page asks for its verdict and as the command does.
func randomAnswer(t *testing.T, rng *rand.Rand) (request []byte, args []string) {
	t.Helper()
	number := 1 + rng.IntN(4)
	if number == 4 {
		n := []int{900, 60806, 61706, 60000, 1516, 2416, 864, rng.IntN(70000)}[rng.IntN(8)]
		return fmt.Appendf(nil, `{"problem":7,"number":%d}`, n), []string{"lenet", "--answer", fmt.Sprint(n)}
	}
	kernel := 2 + rng.IntN(3)
	side := (8 + kernel - 1) / kernel * kernel
	if number != 2 {
		side = 8
	}
	pool := avgpool.Options{Height: side, Width: side, Channels: 3, Kernel: kernel}
	task, err := []func() (*judge.Task, error){difference.Options{}.Task, pool.Task, grey.Options{}.Task}[number-1]()
	if err != nil {
		t.Fatal(err)
	}
	f := judge.Filter{}
	for f.W == nil || !reflect.DeepEqual(f.W.Shape(), task.Right.W.Shape()) || f.Stride != task.Right.Stride ||
		f.Padding != task.Right.Padding {
		f = task.Right
		for range rng.IntN(3) {
			if g := task.Mistakes[rng.IntN(len(task.Mistakes))].Change(f); g.W != nil && g.W.Rank() == 4 {
				f = g
			}
		}
	}
	f.W = f.W.Clone()
	for i := range f.W.Data() {
		if rng.IntN(40) == 0 {
			f.W.Data()[i] += float64(rng.IntN(9)-4) / 4
		}
		if f.W.Data()[i] != f.W.Data()[i] { // a mistake that cannot be made twice
			f.W.Data()[i] = 0
		}
	}
	rows := make([][][][]float64, f.W.Dim(0))
	for o := range rows {
		for c := range f.W.Dim(1) {
			rows[o] = append(rows[o], judge.Plane(f.W, o, c))
		}
	}
	w, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	args = []string{"conv", "--problem", fmt.Sprint(number), "--filter", string(w), "--size",
		fmt.Sprintf("%dx%d", side, side)}
	if number == 2 {
		args = append(args, "--kernel", fmt.Sprint(kernel))
	}
	return fmt.Appendf(nil, `{"problem":%d,"kernel":%d,"w":%s}`, number, kernel, w), args
}

func unmarshal(t *testing.T, text []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatalf("%v: %.200s", err, text)
	}
}
