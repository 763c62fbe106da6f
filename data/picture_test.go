package data

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hw4/internal/picture"
	"hw4/internal/proof"
	"hw4/internal/stricttest"
	"hw4/tensor"
	"hw4/tensor/npy"
)

func file(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A tensor of multiples of 1/255 survives PNG exactly.
func TestPNGRoundTrip(t *testing.T) {
	for _, channels := range []int{1, 3} {
		x := tensor.Zeros[float64](channels, 5, 7)
		for i := range x.Data() {
			x.Data()[i] = float64(i*37%256) / 255
		}
		path := filepath.Join(t.TempDir(), "x.PNG")
		if err := WriteImage(path, x); err != nil {
			t.Fatal(err)
		}
		y, err := ReadImage[float64](path)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(x.Shape(), y.Shape()) {
			t.Fatalf("shape %v became %v", x.Shape(), y.Shape())
		}
		for i, v := range y.Data() {
			if math.Abs(v-x.Data()[i]) > 1e-15 {
				t.Fatalf("%d channels: element %d was %v, is %v", channels, i, x.Data()[i], v)
			}
		}
		entries, _ := os.ReadDir(filepath.Dir(path))
		if len(entries) != 1 {
			t.Errorf("left behind %v", entries)
		}
	}
}

func TestJPEG(t *testing.T) {
	x := tensor.Full(0.5, 3, 16, 16)
	path := filepath.Join(t.TempDir(), "x.jpg")
	if err := WriteImage(path, x); err != nil {
		t.Fatal(err)
	}
	content, _ := os.ReadFile(path)
	if _, err := jpeg.Decode(bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	y, err := ReadImage[float32](path)
	if err != nil || math.Abs(float64(y.At(1, 8, 8))-0.5) > 0.01 {
		t.Errorf("grey became %v, %v", y, err)
	}
}

func TestKindsOfPictures(t *testing.T) {
	r := image.Rect(2, 3, 4, 5) // a picture need not begin at 0, 0
	deep := image.NewGray16(r)
	deep.SetGray16(3, 4, color.Gray16{Y: 0x8000})
	indexed := image.NewPaletted(r, color.Palette{color.Black, color.RGBA{255, 0, 0, 255}})
	indexed.SetColorIndex(3, 4, 1)
	clear := image.NewNRGBA(r)
	clear.SetNRGBA(3, 4, color.NRGBA{255, 255, 255, 51})
	ink := image.NewNRGBA(r)
	ink.SetNRGBA(3, 4, color.NRGBA{0, 0, 0, 204})
	nothing := image.NewNRGBA(r)
	for name, c := range map[string]struct {
		m    image.Image
		want []float64 // the channels of the last pixel
		rest float64   // of the first
	}{
		"16 bits":              {deep, []float64{float64(0x8000) / 65535}, 0},
		"palette":              {indexed, []float64{1, 0, 0}, 0},
		"white on transparent": {clear, []float64{0.2, 0.2, 0.2}, 0}, // nothing could be seen on white
		"black on transparent": {ink, []float64{0.2, 0.2, 0.2}, 1},
		"nothing at all":       {nothing, []float64{1, 1, 1}, 1},
	} {
		x, err := ReadImage[float64](file(t, pngOf(t, c.m)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(x.Shape(), []int{len(c.want), 2, 2}) {
			t.Errorf("%s: shape %v", name, x.Shape())
			continue
		}
		for ch, want := range c.want {
			if math.Abs(x.At(ch, 1, 1)-want) > 1e-4 || x.At(ch, 0, 0) != c.rest {
				t.Errorf("%s: channel %d is %v, want %v", name, ch, x.At(ch, 1, 1), want)
			}
		}
	}
}

// A file that is too long is not read.
func TestLongPictureFiles(t *testing.T) {
	path := file(t, pngOf(t, image.NewGray(image.Rect(0, 0, 2, 2))))
	if err := os.Truncate(path, 256<<20+1); err != nil { // a hole, on most disks
		t.Fatal(err)
	}
	if _, err := ReadImage[float32](path); err == nil ||
		!strings.Contains(err.Error(), "the length is 268435457 bytes, want at most 268435456 bytes") {
		t.Error(err)
	}
}

// The pixels are those of image.Image's At, on white, in every format that PNG and JPEG
// files decode to.
func TestPixelsOfPictures(t *testing.T) {
	r := image.Rect(2, 3, 7, 7)
	for _, empty := range []draw.Image{
		image.NewGray(r), image.NewGray16(r), image.NewNRGBA(r),
		image.NewNRGBA64(r), image.NewRGBA(r), image.NewRGBA64(r),
		image.NewPaletted(r, palette.WebSafe), image.NewCMYK(r),
	} {
		for i := range 20 {
			empty.Set(2+i%5, 3+i/5, color.NRGBA64{uint16(i * 3001), uint16(i * 2003), uint16(65535 - i*1009),
				uint16(65535 - i*307)})
		}
		x := FromImage[float64](empty)
		for i := range 20 {
			r, g, b, a := empty.At(2+i%5, 3+i/5).RGBA()
			for c, want := range [...]uint32{r, g, b} {
				want += 65535 - a // of white
				if c < x.Dim(0) && x.At(c, i/5, i%5) != float64(want)/65535 {
					t.Fatalf("%T: channel %d of pixel %d is %v, want %d/65535", empty, c, i, x.At(c, i/5, i%5), want)
				}
			}
		}
	}
}

// A picture of a type of one's own need not have the methods of package image's.
func TestPictureOfAnotherType(t *testing.T) {
	m := image.NewNRGBA(image.Rect(2, 3, 5, 7))
	for i := range m.Pix {
		m.Pix[i] = byte(i * 37)
	}
	if got, want := FromImage[float32](struct{ image.Image }{m}), FromImage[float32](m); got.String() != want.String() {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A matrix is a grey picture, and a tensor without pixels is none.
func TestWriteImageShapes(t *testing.T) {
	x := tensor.FromSlice([]float32{0, 1, 0, 1, 0, 1}, 2, 3)
	path := filepath.Join(t.TempDir(), "x.png")
	if err := WriteImage(path, x); err != nil {
		t.Fatal(err)
	}
	y, err := ReadImage[float32](path)
	if err != nil || !slices.Equal(y.Shape(), []int{1, 2, 3}) || !slices.Equal(y.Data(), x.Data()) {
		t.Errorf("%v, %v", y, err)
	}
	for _, shape := range [][]int{{}, {3}, {0, 3}, {1, 0, 3}, {3, 3, 0}, {2, 2, 2}, {1, 1, 2, 2}} {
		func() {
			defer func() {
				if _, ok := recover().(*tensor.ShapeError); !ok {
					t.Errorf("shape %v: no *tensor.ShapeError", shape)
				}
			}()
			WriteImage(path, tensor.Zeros[float32](shape...))
		}()
	}
}

func BenchmarkReadImage(b *testing.B) {
	path := filepath.Join(b.TempDir(), "x.png")
	if err := os.WriteFile(path, pngOf(b, image.NewRGBA(image.Rect(0, 0, 1000, 1000))), 0o644); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadImage[float32](path); err != nil {
			b.Fatal(err)
		}
	}
}

func TestWriteImageRounds(t *testing.T) {
	x := tensor.FromSlice([]float64{-1, 2, math.NaN(), 0.5, 0.1, math.Inf(1)}, 1, 2, 3)
	path := filepath.Join(t.TempDir(), "x.png")
	if err := WriteImage(path, x); err != nil {
		t.Fatal(err)
	}
	content, _ := os.ReadFile(path)
	m, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if got := m.(*image.Gray).Pix; !slices.Equal(got, []byte{0, 255, 0, 128, 26, 255}) {
		t.Errorf("pixels %v", got)
	}
}

// An error leaves what was there.
func TestWriteImageFails(t *testing.T) {
	x := tensor.Zeros[float32](1, 2, 2)
	dir := t.TempDir()
	taken := filepath.Join(dir, "folder.png")
	if err := os.Mkdir(taken, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := WriteImage(taken, x); err == nil {
		t.Error("a folder was overwritten")
	}
	if err := WriteImage(filepath.Join(dir, "x.gif"), x); err == nil ||
		!strings.Contains(err.Error(), `ends in ".gif", want .png, .jpg or .jpeg`) {
		t.Errorf("a name that ends in .gif: %v", err)
	}
	if err := WriteImage(filepath.Join(dir, "no", "x.png"), x); err == nil {
		t.Error("a file was written into a folder that is not there")
	}
	if entries, _ := os.ReadDir(dir); slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		return strings.HasPrefix(e.Name(), ".")
	}) {
		t.Errorf("left behind %v", entries)
	}
	defer func() {
		if e, ok := recover().(*tensor.ShapeError); !ok ||
			e.Error() != "image: want shape (H, W), (1, H, W) or (3, H, W) with pixels, got (2,2,2)" {
			t.Errorf("panic %v", e)
		}
	}()
	WriteImage(filepath.Join(dir, "x.png"), tensor.Zeros[float32](2, 2, 2))
}

// perPixel bounds the bytes that a pixel takes until its digit is read.
const perPixel = 96

func FuzzReadDigit(f *testing.F) {
	f.Add(pngOf(f, page(color.Transparent, color.Black)), false)
	f.Add(pngOf(f, page(color.White, color.White)), false)
	var array bytes.Buffer
	if err := npy.Write(&array, tensor.Ones[float64](2, 3)); err != nil {
		f.Fatal(err)
	}
	f.Add(array.Bytes(), true)
	f.Fuzz(func(t *testing.T, content []byte, isArray bool) {
		toRead, pixels := digitArray[float32], len(content)
		if !isArray {
			m, err := picture.Parse("f", content, picture.Wanted)
			if err != nil {
				return
			}
			toRead = func(string, []byte) (*tensor.Tensor[float32], error) { return FromImage[float32](m), nil }
			pixels = m.Bounds().Dx() * m.Bounds().Dy()
		}
		if pixels > 1<<20 {
			return // slow
		}
		read := func(content []byte) error {
			x, err := toRead("f", content)
			if err != nil {
				return err
			}
			for _, r := range Digit(plane(Luminance(x), 0)) {
				if !(tensor.Max(r.Image).Item() <= 1 && tensor.Sum(r.Image).Item() > 0) {
					return errors.New("a digit with more than full ink, or none")
				}
			}
			return nil
		}
		if err := stricttest.Read(read, content, perPixel*pixels); err != nil {
			t.Error(err)
		}
	})
}

// Whatever bytes a reader is given, it keeps what stricttest.Read asks for.
func TestInventedFiles(t *testing.T) {
	proof.Fuzz(t, "FuzzIDX", 9e6)
	proof.Fuzz(t, "FuzzReadDigit", 8e6)
}
