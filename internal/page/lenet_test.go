package page_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"hw4/internal/page"
	"hw4/internal/pretrained"
	"hw4/internal/problems/lenet5"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/tensor"
)

var zeros = base64.StdEncoding.EncodeToString(make([]byte, 4*28*28))

// seven is the drawing of a 7, black on white.
func seven() string {
	const side = 40
	rgb := make([]byte, 3*side*side)
	for i := range rgb {
		y, x := i/3/side, i/3%side
		stroke := y >= 8 && y < 11 && x >= 10 && x < 28 || y >= 8 && y < 32 && abs(x-(28-(y-8)/2)) < 2
		if !stroke {
			rgb[i] = 255
		}
	}
	text, _ := json.Marshal(map[string]any{"width": side, "height": side, "rgb": rgb})
	return string(text)
}

func abs(n int) int { return max(n, -n) }

// A drawing is read, every map is that of the network, and every unit's sum comes to its
// value.
func TestDigit(t *testing.T) {
	p := newPage()
	for _, arch := range []lenet.Arch{lenet.Original, lenet.Modern} {
		d := right(t, p, "digit", fmt.Sprintf(`{"arch":%q,"picture":%s}`, arch, seven()))
		probabilities := d["probabilities"].([]any)
		if p7 := probabilities[7].(float64); p7 < 0.9 {
			t.Errorf("%s: P(7) = %v", arch, p7)
		}
		image := numbers(t, d["image"])
		w, err := training.ParseWeights("w.safetensors", pretrained.Files()[arch.String()])
		if err != nil {
			t.Fatal(err)
		}
		_, network, err := lenet5.Network(w)
		if err != nil {
			t.Fatal(err)
		}
		stages := d["stages"].([]any)
		logits := numbers(t, stages[len(stages)-1].(map[string]any)["out"])
		if want := network.Forward(tensor.FromSlice(image, 1, 1, 28, 28)).Data(); !slices.Equal([]float32(logits), want) {
			t.Errorf("%s: logits %v, want %v", arch, logits, want)
		}
		checkUnits(t, p, arch, d)
	}
	white, _ := json.Marshal(map[string]any{"width": 1, "height": 1, "rgb": []byte{255, 255, 255}})
	if d := right(t, p, "digit", `{"arch":"modern","picture":`+string(white)+`}`); d["blank"] != true {
		t.Errorf("a blank paper: %v", d)
	}
}

// checkUnits checks the sums of a few units of every layer.
func checkUnits(t *testing.T, p *page.Page, arch lenet.Arch, d map[string]any) {
	t.Helper()
	for _, s := range d["stages"].([]any) {
		s := s.(map[string]any)
		maps, side := int(s["maps"].(float64)), int(s["side"].(float64))
		out := numbers(t, s["out"])
		for _, at := range [][3]int{{0, 0, 0}, {maps - 1, side - 1, side / 2}, {maps / 2, side / 2, 0}} {
			u := right(t, p, "unit", fmt.Sprintf(`{"arch":%q,"image":%q,"layer":%q,"map":%d,"row":%d,"column":%d}`,
				arch, d["image"], s["layer"], at[0], at[1], at[2]))
			sum, value := u["sum"].(float64), float64(out[(at[0]*side+at[1])*side+at[2]])
			if s["layer"] != "F7" {
				sum = math.Tanh(sum)
			}
			if math.Abs(sum-value) > 1e-5 || float32(u["value"].(float64)) != float32(value) {
				t.Errorf("%s, %s, %v: the sum makes %v, the map has %v", arch, s["layer"], at, sum, value)
			}
		}
	}
}

// Connections that are switched off add nothing, and the count follows.
func TestConnections(t *testing.T) {
	p := newPage()
	table := lenet.Connections()
	text := func(list [][]int) string { content, _ := json.Marshal(list); return string(content) }
	image := right(t, p, "digit", `{"arch":"original","picture":`+seven()+`}`)["image"].(string)
	digit := func(list [][]int) page.Floats {
		d := right(t, p, "digit", fmt.Sprintf(`{"arch":"original","image":%q,"connections":%s}`, image, text(list)))
		return numbers(t, d["stages"].([]any)[2].(map[string]any)["out"])
	}
	whole := digit(table)
	table[3] = nil
	cut := digit(table)
	for i := range whole {
		if inside := i/100 == 3; !inside && cut[i] != whole[i] || inside && cut[i] != cut[300] {
			t.Fatalf("element %d of C3 without the connections of map 3 is %v, with them %v", i, cut[i], whole[i])
		}
	}
	for list, want := range map[string][2]float64{text(lenet.Connections()): {60806, 60}, text(table): {60731, 57}} {
		if c := right(t, p, "count", `{"connections":`+list+`}`); c["total"] != want[0] || c["edges"] != want[1] ||
			c["modern"] != 61706.0 {
			t.Errorf("%s: %v, want %v", list, c, want)
		}
	}
}

// Weights that are brought are kept by their sum, and saved as they were; only some.
func TestKeep(t *testing.T) {
	p := newPage()
	content := pretrained.Files()["original"]
	text, _ := json.Marshal(map[string]any{"name": "w.safetensors", "content": content})
	k := right(t, p, "keep", string(text))
	if k["arch"] != "original" || k["count"] != 60806.0 {
		t.Errorf("kept as %v", k)
	}
	saved := right(t, p, "save", fmt.Sprintf(`{"weights":%q}`, k["hash"]))
	back, err := base64.StdEncoding.DecodeString(saved["content"].(string))
	if err != nil {
		t.Fatal(err)
	}
	w, err := training.ParseWeights("back.safetensors", back)
	if err != nil {
		t.Fatal(err)
	}
	_, network, err := lenet5.Network(w)
	if err != nil || training.SHA256(network.Params()) != k["hash"] {
		t.Errorf("the weights come back as others: %v", err)
	}
}

// A LeNet-5 that has been trained on the page is kept, and reads digits as its own.
func TestTrainLeNet(t *testing.T) {
	p := page.New(page.Content{Classes: 10, Sets: small})
	parts, got, fault := ask(t, p, context.Background(), "lenet",
		`{"arch":"original","epochs":1,"batch":50,"lr":0.1,"seed":3}`)
	if fault != "" || parts < 2 || got["hash"] != got["sha256"] {
		t.Fatalf("%q after %d parts: %v", fault, parts, got)
	}
	d := right(t, p, "digit", fmt.Sprintf(`{"weights":%q,"picture":%s}`, got["hash"], seven()))
	if d["arch"] != "original" || len(d["probabilities"].([]any)) != 10 {
		t.Errorf("the trained network sees %v", d["probabilities"])
	}
}
