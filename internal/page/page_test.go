package page_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/page"
	"hw4/internal/pretrained"
	"hw4/internal/problems/losses"
	"hw4/internal/progress"
	"hw4/internal/training"
)

// small returns a few images: 4s are bright on the left, 9s on the right.
func small() (*data.MNIST, error) {
	s := &data.Set{Rows: 28, Cols: 28}
	for i := range 200 {
		image := make([]byte, 28*28)
		class := byte(4 + 5*(i%2))
		for j := range image {
			if (j%28 < 14) == (class == 4) {
				image[j] = byte(j*i) | 64
			}
		}
		s.Images, s.Labels = append(s.Images, image...), append(s.Labels, class)
	}
	return &data.MNIST{Train: s, Test: s}, nil
}

func newPage() *page.Page {
	return page.New(page.Content{Classes: 2, Sets: small,
		Weights: func(arch string) ([]byte, error) { return pretrained.Files()[arch], nil }})
}

// ask asks a page and returns the parts of its answer, and its result or error.
func ask(t *testing.T, p *page.Page, ctx context.Context, name, request string) (parts int,
	result map[string]any, fault string) {
	t.Helper()
	last := false
	p.Answer(ctx, name, []byte(request), func(text []byte) {
		var m struct {
			Part   json.RawMessage
			Result map[string]any
			Error  string
		}
		if err := json.Unmarshal(text, &m); err != nil || last || strings.Contains(string(text), "\n") {
			t.Fatalf("%s: %.100s: %v, or after the end, or more than a line", name, text, err)
		}
		if m.Part != nil {
			parts++
			return
		}
		last, result, fault = true, m.Result, m.Error
	})
	if !last {
		t.Fatalf("%s has no end", name)
	}
	return parts, result, fault
}

func right(t *testing.T, p *page.Page, name, request string) map[string]any {
	t.Helper()
	_, result, fault := ask(t, p, context.Background(), name, request)
	if fault != "" {
		t.Fatalf("%s %.200s: %s", name, request, fault)
	}
	return result
}

// numbers reads Floats.
func numbers(t *testing.T, v any) page.Floats {
	t.Helper()
	var f page.Floats
	if err := json.Unmarshal(fmt.Appendf(nil, "%q", v), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

const difference = "[[[0,0,0],[0,-1,0],[0,1,0]],[[0,0,0],[0,-1,1],[0,0,0]]]"

func TestFilters(t *testing.T) {
	p := newPage()
	for request, code := range map[string]string{
		`{"problem":1,"w":` + difference + `}`:                                                    "right",
		`{"problem":1,"w":[[[0,0,0],[0,-1,1],[0,0,0]],[[0,0,0],[0,-1,0],[0,1,0]]]}`:               "transposed",
		`{"problem":2,"kernel":2,"w":[[[1,1],[1,1]],[[1,1],[1,1]],[[1,1],[1,1]]]}`:                "not-divided",
		`{"problem":2,"kernel":3,"w":` + "[" + strings.Repeat(threes+",", 2) + threes + "]" + `}`: "right",
		`{"problem":3,"w":[0.114,0.587,0.299]}`:                                                   "colours-bgr",
	} {
		v := right(t, p, "judge", request)["verdict"].(map[string]any)
		if v["code"] != code || v["right"] != (code == "right") || (v["counterexample"] == nil) != (code == "right") {
			t.Errorf("%s: %v, want %s", request, v, code)
		}
	}
	// A picture of 2 x 1 pixels, black above white: the difference down is 1 and -1.
	rgb := base64.StdEncoding.EncodeToString([]byte{0, 0, 0, 255, 255, 255})
	y := right(t, p, "apply", `{"problem":1,"w":`+difference+`,"picture":{"width":1,"height":2,"rgb":"`+rgb+`"}}`)
	if got := numbers(t, y["y"]); !slices.Equal(got, page.Floats{1, -1, 0, -1}) {
		t.Errorf("the differences of black above white are %v", got)
	}
}

const threes = "[[0.1111111111111111,0.1111111111111111,0.1111111111111111],[0.1111111111111111,0.1111111111111111," +
	"0.1111111111111111],[0.1111111111111111,0.1111111111111111,0.1111111111111111]]"

func TestCommute(t *testing.T) {
	p := newPage()
	up := right(t, p, "commute", `{"window":[[-3,1],[2,0]],"activation":"","curve":[-2,-1,0,1,2,3,3]}`)
	if up["equal"] != true || up["nondecreasing"] != true || up["counterexample"] != nil || up["pooledFirst"] != 3.0 {
		t.Errorf("a curve that rises: %v", up)
	}
	down := right(t, p, "commute", `{"window":[[-1,0]],"activation":"square"}`)
	if down["equal"] != false || down["pooledFirst"] != 0.0 || down["pooledLast"] != 1.0 ||
		fmt.Sprint(down["counterexample"]) != "map[pooledFirst:0 pooledLast:1 x:[-1 0]]" {
		t.Errorf("x^2: %v", down)
	}
	dent := right(t, p, "commute", `{"window":[[0,1]],"curve":[0,0,5,4,5]}`)
	if dent["nondecreasing"] != false || fmt.Sprint(dent["counterexample"]) != "map[pooledFirst:4 pooledLast:5 x:[0 1]]" {
		t.Errorf("a curve with a dent: %v", dent)
	}
}

// Training on the page ends with the numbers of the training without it, to the bit.
func TestTrain(t *testing.T) {
	p := newPage()
	mnist, _ := small()
	for _, name := range []string{"mse", "kl"} {
		o := losses.Defaults()
		o.Loss, o.Epochs, o.Batch, o.Seed = name, 2, 16, 7
		f, err := o.Fit(mnist)
		if err != nil {
			t.Fatal(err)
		}
		curve, err := f.Run(context.Background(), progress.Progress{})
		if err != nil {
			t.Fatal(err)
		}
		parts, got, fault := ask(t, p, context.Background(), "train",
			`{"loss":"`+name+`","epochs":2,"batch":16,"lr":0.0255,"seed":7}`)
		if fault != "" || parts == 0 || got["sha256"] != training.SHA256(f.Network.Params()) {
			t.Errorf("%s: %q after %d parts, sum %v", name, fault, parts, got["sha256"])
		}
		last := got["curve"].([]any)[2].([]any)
		if e := curve[2]; !slices.Equal(last, []any{2.0, e.TrainLoss, e.TrainAcc, e.TestLoss, e.TestAcc}) {
			t.Errorf("%s: the last epoch is %v, want %v", name, last, e)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, fault := ask(t, p, ctx, "train", `{"loss":"mse","epochs":2,"batch":16,"lr":0.1,"seed":0}`); fault == "" {
		t.Error("a training that was stopped has a result")
	}
}

func TestNetwork(t *testing.T) {
	p := newPage()
	n := right(t, p, "network", `{"sizes":[2,3,1],"activation":"tanh","seed":1}`)
	closed, auto := n["closed"].(map[string]any), n["autograd"].(map[string]any)
	for name, list := range closed {
		for l, rows := range list.([]any) {
			for i, row := range rows.([]any) {
				for j, v := range row.([]any) {
					other := auto[name].([]any)[l].([]any)[i].([]any)[j].(float64)
					if math.Abs(v.(float64)-other) > 1e-12 {
						t.Errorf("%s of layer %d, %d, %d: %v by the formula, %v by autograd", name, l+1, i, j, v, other)
					}
				}
			}
		}
	}
	file, _ := json.Marshal(n["file"])
	v := right(t, p, "answer", `{"problem":6,"file":`+string(file)+`}`)["verdict"].(map[string]any)
	if v["code"] != "not-answered" || v["right"] != false {
		t.Errorf("an empty answer: %v", v)
	}
	again := right(t, p, "network", `{"given":`+string(file)+`}`)
	if fmt.Sprint(again["y"]) != fmt.Sprint(n["y"]) {
		t.Errorf("the same perceptron has other values: %v, %v", again["y"], n["y"])
	}
	if v := right(t, p, "answer", `{"problem":7,"number":900}`)["verdict"].(map[string]any); v["right"] != true {
		t.Errorf("900: %v", v)
	}
}

func TestBadRequests(t *testing.T) {
	p := newPage()
	rgb := base64.StdEncoding.EncodeToString(make([]byte, 3))
	for _, c := range []struct{ name, request, want string }{
		{"nothing", `{}`, "does not know"},
		{"judge", `[`, "not what was wanted"},
		{"judge", `{"problm":1}`, "unknown field"},
		{"judge", `{"problem":4,"w":[1]}`, "want 1, 2 or 3"},
		{"judge", `{"problem":2,"kernel":9,"w":[1]}`, "want 1 to 8"},
		{"judge", `{"problem":1,"w":[1,2]}`, "shape"},
		{"apply", `{"problem":3,"w":[1,1,1],"picture":{"width":2,"height":1,"rgb":"` + rgb + `"}}`, "three bytes a pixel"},
		{"apply", `{"problem":2,"kernel":2,"w":[[[1,1],[1,1]],[[1,1],[1,1]],[[1,1],[1,1]]],"picture":` +
			`{"width":1,"height":1,"rgb":"` + rgb + `"}}`, "smaller than the filter"},
		{"commute", `{"window":[[1]],"activation":"step"}`, "is none"},
		{"commute", `{"window":[[1],[1,2]],"activation":"tanh"}`, "not of one length"},
		{"commute", `{"window":[[1],[1,2],[]],"activation":"tanh"}`, "not of one length"},
		{"commute", `{"window":[[1,710]],"activation":"exp"}`, "exp of 710 is beyond float64"},
		{"about", `{}{}`, "something follows it"},
		{"network", `{"sizes":[1,1,1,1,1,1,1,1,1,1,1,1,1],"activation":"tanh"}`, "13 layers: want at most 12"},
		{"commute", `{"window":[],"activation":"tanh"}`, "want 1 to 8"},
		{"commute", `{"window":[[1]],"curve":[1,2]}`, "odd number"},
		{"train", `{"loss":"both","epochs":1,"batch":1,"lr":1}`, "loss"},
		{"train", `{"loss":"kl","epochs":0,"batch":1,"lr":1}`, "epochs"},
		{"train", `{"loss":"kl","epochs":1,"batch":0,"lr":1}`, "batch"},
		{"train", `{"loss":"kl","epochs":2.5,"batch":1,"lr":1}`, "epochs 2.5: want a whole number"},
		{"train", `{"loss":"kl","epochs":1,"batch":1,"lr":1,"seed":-1}`, "seed -1: want a whole number from 0"},
		{"network", `{"sizes":[2,1.5,1],"activation":"tanh"}`, "sizes 1.5: want a whole number"},
		{"train", `{"loss":"kl","epochs":1,"batch":1,"lr":-1}`, "lr"},
		{"lenet", `{"arch":"original","epochs":1,"batch":1,"lr":1}`, "hw4 serve"},
		{"network", `{"sizes":[13,1],"activation":"tanh"}`, "at most 12"},
		{"network", `{"given":{"activation":"exp","x":[1000],"A":[[[1]],[[1]]],"b":[[0],[0]],"answer":{}}}`, "beyond float64"},
		{"answer", `{"problem":5}`, "want 6 or 7"},
		{"digit", `{"networks":[{"arch":"original"}]}`, "want a drawing"},
		{"digit", `{"networks":[{"arch":"lecun1998"}],"image":"` + zeros + `"}`, "no weights"},
		{"digit", `{"networks":[{"weights":"abc"}],"image":"` + zeros + `"}`, "not kept"},
		{"digit", `{"networks":[{"arch":"modern","connections":[[0]]}],"image":"` + zeros + `"}`, "for each of the 16 maps"},
		{"unit", `{"arch":"modern","image":"` + zeros + `","layer":"C1","map":6}`, "no unit"},
		{"unit", `{"arch":"modern","image":"` + zeros + `","layer":"C9"}`, "no layer"},
		{"count", `{"connections":[[7]]}`, "0 to 5"},
		{"keep", `{"name":"w.safetensors","content":"AAAA"}`, "w.safetensors"},
	} {
		if _, _, fault := ask(t, p, context.Background(), c.name, c.request); !strings.Contains(fault, c.want) ||
			strings.Contains(fault, "\n") {
			t.Errorf("%s %.80s: %q, want one line with %q", c.name, c.request, fault, c.want)
		}
	}
}
