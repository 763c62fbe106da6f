package cli_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hw4/data"
	"hw4/internal/pretrained"
	"hw4/internal/problems/lenet5"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/npy"
	"hw4/tensor/safetensors"
)

const digits = "../problems/lenet5/testdata/"

// drop drops a file on the room of Problem 7.
func drop(name string, content []byte) string {
	return fmt.Sprintf(`{const dt = new DataTransfer();
		dt.items.add(new File([Uint8Array.from(atob(%q), c => c.charCodeAt(0))], %q, {type: %q}));
		$(".panels").dispatchEvent(new DragEvent("drop", {dataTransfer: dt, bubbles: true, cancelable: true}))};`,
		base64.StdEncoding.EncodeToString(content), name,
		map[string]string{".png": "image/png", ".jpg": "image/jpeg"}[filepath.Ext(name)])
}

const clearPad = `$$("button").find(b => b.textContent == "Clear").click();`

// drivePictures drops pictures of digits, and compares what both networks see with the
// command, down to the image.
func drivePictures(t *testing.T, tab context.Context) {
	networks := own(t)
	for _, name := range []string{"ruled-paper.png", "uneven-light.png", "batch-of-one.npy"} {
		content, err := os.ReadFile(digits + name)
		if err != nil {
			t.Fatal(err)
		}
		readings, err := data.ReadDigit[float32](digits + name)
		if err != nil {
			t.Fatal(err)
		}
		seen := play[[][]any](t, tab, "await go(7);"+clearPad+drop(name, content)+`
			await until(() => $(".error") || $$("[data-digit]").length == 2 && $$("canvas[aria-label^=image]").length == 2);
			return $$("canvas[aria-label^=image]").map((c, i) => [$$("[data-digit]")[i].textContent,
				[...c.getContext("2d").getImageData(0, 0, 28, 28).data].filter((_, k) => k % 4 == 0)])`)
		for i, arch := range []lenet.Arch{lenet.Original, lenet.Modern} {
			p, err := lenet5.Predict(readings, networks[arch])
			if err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf("sees a 7, with probability %.2f %%.", 100*p.Probabilities[7])
			if !strings.Contains(seen[i][0].(string), want) {
				t.Errorf("%s: the page says %q, want %q", name, seen[i][0], want)
			}
			for k, got := range seen[i][1].([]any) {
				if want := float64(int(255 * (1 - float64(p.Reading.Image.Data()[k])))); got != want {
					t.Fatalf("%s: pixel %d of the image is %v, want %v", name, k, got, want)
				}
			}
		}
	}
	got := play[string](t, tab, clearPad+drop("photo.jpg", photographed(t))+`
		await until(() => $$("[data-digit]").length == 2); return $$("[data-digit]").map(e => e.dataset.digit).join()`)
	if got != "7,7" {
		t.Errorf("a photograph is read as %s", got)
	}
}

// own returns the networks that the program brings along.
func own(t *testing.T) map[lenet.Arch]nn.Sequential[float32] {
	networks := make(map[lenet.Arch]nn.Sequential[float32])
	for _, arch := range []lenet.Arch{lenet.Original, lenet.Modern} {
		file, err := safetensors.Read("own", pretrained.Files()[arch.String()])
		if err != nil {
			t.Fatal(err)
		}
		dict, err := safetensors.StateDict[float32](file)
		if err != nil {
			t.Fatal(err)
		}
		networks[arch] = lenet.New[float32](rand.New(rand.NewPCG(0, 0)), arch)
		if err := nn.LoadStateDict(networks[arch], dict); err != nil {
			t.Fatal(err)
		}
	}
	return networks
}

// photographed returns a large JPEG file of a 7 on grey paper, which gets darker to the
// right and has noise.
func photographed(t *testing.T) []byte {
	t.Helper()
	file, err := os.Open(digits + "clean.png")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	clean, _, err := image.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	const side = 1600
	rng, photo, from := rand.New(rand.NewPCG(1, 2)), image.NewGray(image.Rect(0, 0, side, side)), clean.Bounds()
	for y := range side {
		for x := range side {
			v := int(color.GrayModel.Convert(clean.At(x*from.Dx()/side, y*from.Dy()/side)).(color.Gray).Y)
			photo.SetGray(x, y, color.Gray{Y: uint8(30 + (v*2/3)*(2*side-x)/(2*side) + rng.IntN(12))})
		}
	}
	var content bytes.Buffer
	if err := jpeg.Encode(&content, photo, nil); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

// driveWeights drops the weights of untrained networks in files of every kind, and one
// that holds none.
func driveWeights(t *testing.T, tab context.Context) {
	network := lenet.New[float32](rand.New(rand.NewPCG(5, 5)), lenet.Original)
	dict := nn.StateDict(network)
	var st, npz bytes.Buffer
	if err := safetensors.Write(&st, safetensors.FromStateDict(dict, nil)); err != nil {
		t.Fatal(err)
	}
	if err := npy.WriteZip(&npz, dict); err != nil {
		t.Fatal(err)
	}
	readings, err := data.ReadDigit[float32](digits + "clean.png")
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(digits + "clean.png")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := lenet5.Predict(readings, network)
	want := fmt.Sprintf("The original network with your weights sees a %d, with probability %.2f %%", p.Digit,
		100*p.Probabilities[p.Digit])
	files := map[string][]byte{"w.safetensors": st.Bytes(), "w.npz": npz.Bytes(), "w.pt": torchSaved(t, dict)}
	for name, file := range files {
		said := play[string](t, tab, `await go(1); await go(7); `+drop("clean.png", content)+`
			await until(() => $$("[data-digit]").length == 2);`+drop(name, file)+`
			const said = () => $$("[data-digit]")[0].textContent;
			return await until(() => said().includes("your weights") && said())`)
		if !strings.HasPrefix(said, want) {
			t.Errorf("%s: the page says %q, want %q", name, said, want)
		}
	}
	said := play[string](t, tab, drop("w.npz", []byte("PK no weights"))+
		`return await until(() => $(".error")?.textContent)`)
	if !strings.HasPrefix(said, "w.npz: ") {
		t.Errorf("what are no weights: %s", said)
	}
}

// torchSaved returns tensors as torch.save writes a state dict: a zip archive of a pickle
// and the elements of each tensor.
func torchSaved(t *testing.T, dict map[string]*tensor.Tensor[float32]) []byte {
	t.Helper()
	text := func(s string) string { return "X" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(s)))) + s }
	number := func(n int) string { return "J" + string(binary.LittleEndian.AppendUint32(nil, uint32(n))) }
	const ordered = "ccollections\nOrderedDict\n)R"
	pickle := "\x80\x02" + ordered + "("
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	put := func(name string, content []byte) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: "w/" + name, Method: zip.Store})
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	files := make(map[string][]byte)
	for name, x := range dict {
		key, shape, strides, step := fmt.Sprint(len(files)), "", "", x.Len()
		for _, n := range x.Shape() {
			step /= n
			shape, strides = shape+number(n), strides+number(step)
		}
		pickle += text(name) + "ctorch._utils\n_rebuild_tensor_v2\n((" + text("storage") + "ctorch\nFloatStorage\n" +
			text(key) + text("cpu") + number(x.Len()) + "tQ" + number(0) + "(" + shape + "t(" + strides + "t\x89" + ordered + "tR"
		elements := new(bytes.Buffer)
		if err := binary.Write(elements, binary.LittleEndian, x.Data()); err != nil {
			t.Fatal(err)
		}
		files["data/"+key] = elements.Bytes()
	}
	put("data.pkl", []byte(pickle+"u."))
	for name, content := range files {
		put(name, content)
	}
	put("version", []byte("3\n"))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// driveLeNet trains LeNet-5 for an epoch, and compares its weights with the command's, to
// the bit.
func driveLeNet(t *testing.T, tab context.Context) {
	said := play[string](t, tab, `await go(1); await go(7);
		const button = await until(() => $$("button").find(b => b.textContent == "Train LeNet-5"));
		type(button.parentElement.querySelector("input"), "1");
		button.click();
		return await until(() => document.body.innerText.match(/The original network is trained.*/)?.[0], 60)`)
	stdout, stderr, code := hw4(t, "lenet", "--train", "--arch", "original", "--epochs", "1", "--json", "-q")
	sum := regexp.MustCompile(`[0-9a-f]{64}`).FindString(said)
	if code != 0 || sum == "" || !strings.Contains(stdout, sum) {
		t.Errorf("the page says %q, the command %s (%d)", said, stderr, code)
	}
	var document any
	if err := json.Unmarshal([]byte(stdout), &document); err != nil {
		t.Error(err)
	}
}
