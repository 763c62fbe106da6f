package page_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	_ "image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hw4/data"
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

// see returns what a network sees in a digit.
func see(t *testing.T, p *page.Page, network, digit string) map[string]any {
	t.Helper()
	d := right(t, p, "digit", fmt.Sprintf(`{"networks":[%s],%s}`, network, digit))
	return d["sights"].([]any)[0].(map[string]any)
}

// A drawing is read, every map is that of the network, and every unit's sum comes to its
// value.
func TestDigit(t *testing.T) {
	p := newPage()
	for _, arch := range []lenet.Arch{lenet.Original, lenet.Modern} {
		d := see(t, p, fmt.Sprintf(`{"arch":%q}`, arch), `"picture":`+seven())
		probabilities := d["probabilities"].([]any)
		if p7 := probabilities[7].(float64); p7 < 0.9 {
			t.Errorf("%s: P(7) = %v", arch, p7)
		}
		image := numbers(t, d["image"])
		w, err := training.ParseWeights("w.safetensors", pretrained.Files()[arch.String()])
		if err != nil {
			t.Fatal(err)
		}
		_, network, err := lenet5.NetworkOf(w, "")
		if err != nil {
			t.Fatal(err)
		}
		stages := d["stages"].([]any)
		logits := numbers(t, stages[len(stages)-1].(map[string]any)["out"])
		if want := network.Forward(tensor.FromSlice(image, 1, 1, 28, 28)).Data(); !slices.Equal([]float32(logits), want) {
			t.Errorf("%s: logits %v, want %v", arch, logits, want)
		}
		checkUnits(t, p, arch, d)
		drawn := see(t, p, fmt.Sprintf(`{"arch":%q}`, arch), `"drawn":true,"picture":`+seven())
		if p7 := drawn["probabilities"].([]any)[7].(float64); p7 < 0.9 || drawn["doubt"] != nil {
			t.Errorf("%s: P(7) = %v while it is drawn, %v", arch, p7, drawn["doubt"])
		}
	}
	white, _ := json.Marshal(map[string]any{"width": 1, "height": 1, "rgb": []byte{255, 255, 255}})
	if d := right(t, p, "digit", `{"networks":[{"arch":"modern"}],"picture":`+string(white)+`}`); d["blank"] != true {
		t.Errorf("a blank paper: %v", d)
	}
}

// A picture is read as the command reads it: the same image and probabilities, and what
// keeps it from being one digit.
func TestDigitAsPredicted(t *testing.T) {
	p := newPage()
	w, err := pretrained.LeNet()
	if err != nil {
		t.Fatal(err)
	}
	_, network, err := lenet5.NetworkOf(w, "")
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join("..", "problems", "lenet5", "testdata")
	for name, doubtful := range map[string]bool{"clean.png": false, "noise.png": false, "ruled-paper.png": false,
		"uneven-light.png": false, "speck.png": false, "batch-of-one.npy": false, "two.png": true} {
		digit, readings := asked(t, filepath.Join(folder, name))
		got := see(t, p, `{"arch":"modern"}`, digit)
		want, doubt := lenet5.Predict(readings, network)
		for i, v := range got["probabilities"].([]any) {
			if v != want.Probabilities[i] {
				t.Errorf("%s: P(%d) = %v, the command has %v", name, i, v, want.Probabilities[i])
			}
		}
		if !slices.Equal([]float32(numbers(t, got["image"])), want.Reading.Image.Data()) {
			t.Errorf("%s: another image", name)
		}
		if doubtful != (doubt != nil) || doubtful && got["doubt"] != doubt.Error() {
			t.Errorf("%s: the page doubts it: %v; the command: %v", name, got["doubt"], doubt)
		}
	}
}

// asked returns how the page asks for the digit in a file, and the command's readings of
// it. Of "two.png" there is no file: it has two digits.
func asked(t *testing.T, path string) (digit string, readings []data.Reading[float32]) {
	t.Helper()
	var picture image.Image
	if filepath.Base(path) == "two.png" {
		m := image.NewGray(image.Rect(0, 0, 60, 40))
		draw.Draw(m, m.Bounds(), image.White, image.Point{}, draw.Src)
		draw.Draw(m, image.Rect(15, 8, 19, 32), image.Black, image.Point{}, draw.Src)
		draw.Draw(m, image.Rect(42, 8, 46, 32), image.Black, image.Point{}, draw.Src)
		picture, readings = m, data.Digit(data.FromImage[float32](m))
	} else {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if readings, err = data.ReadDigit[float32](path); err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(path) == ".npy" {
			text, _ := json.Marshal(map[string]any{"name": path, "content": content})
			return `"file":` + string(text), readings
		}
		if picture, _, err = image.Decode(bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
	}
	size := picture.Bounds().Size()
	var rgb []byte
	for i := range size.X * size.Y {
		r, g, b, _ := picture.At(i%size.X, i/size.X).RGBA()
		rgb = append(rgb, byte(r>>8), byte(g>>8), byte(b>>8))
	}
	text, _ := json.Marshal(map[string]any{"width": size.X, "height": size.Y, "rgb": rgb})
	return `"picture":` + string(text), readings
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
	image := see(t, p, `{"arch":"original"}`, `"picture":`+seven())["image"].(string)
	digit := func(list [][]int) page.Floats {
		d := see(t, p, `{"arch":"original","connections":`+text(list)+`}`, fmt.Sprintf(`"image":%q`, image))
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
	other, _ := json.Marshal(map[string]any{"name": "w.safetensors", "content": pretrained.Files()["modern"]})
	for range 20 { // the same again takes no other's place
		right(t, p, "keep", string(other))
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
	_, network, err := lenet5.NetworkOf(w, "")
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
	d := see(t, p, fmt.Sprintf(`{"weights":%q}`, got["hash"]), `"picture":`+seven())
	if d["arch"] != "original" || len(d["probabilities"].([]any)) != 10 {
		t.Errorf("the trained network sees %v", d["probabilities"])
	}
}
