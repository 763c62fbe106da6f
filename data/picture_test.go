package data

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

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

// header is a PNG file that ends after a header that claims a size.
func header(w, h uint32) []byte {
	chunk := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	chunk = append(binary.BigEndian.AppendUint32(chunk, h), 8, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
}

// A file that is too long is not read.
func TestLongPictureFiles(t *testing.T) {
	path := file(t, header(2, 2))
	if err := os.Truncate(path, 256<<20+1); err != nil { // a hole, on most disks
		t.Fatal(err)
	}
	if _, err := ReadImage[float32](path); err == nil ||
		!strings.Contains(err.Error(), "the length is 268435457 bytes, want at most 268435456 bytes") {
		t.Error(err)
	}
}

func TestHugePicturesAreRefusedUnallocated(t *testing.T) {
	for _, size := range []uint32{20000, 65535, 1<<31 - 1} {
		path := file(t, header(size, size))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := ReadImage[float32](path)
		runtime.ReadMemStats(&after)
		if err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%d: error %v", size, err)
		}
		if size < 1<<16 && !strings.Contains(err.Error(), "want at least 1 and at most 40000000 pixels") {
			t.Errorf("%d: error %v", size, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
			t.Errorf("%d: allocated %d bytes", size, used)
		}
	}
}

func TestDamagedPictures(t *testing.T) {
	good := pngOf(t, image.NewRGBA(image.Rect(0, 0, 3, 2)))
	for n := range len(good) {
		want := "the picture is damaged (it is cut short), want a whole PNG file"
		if n < 4 {
			want = "want PNG, JPEG, GIF, TIFF, WebP or BMP: save it as PNG or JPEG"
		}
		_, err := ReadImage[float32](file(t, good[:n]))
		var format *FormatError
		if !errors.As(err, &format) || !strings.Contains(err.Error(), want) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	good[len(good)-13] ^= 1 // the checksum of IDAT
	if _, err := ReadImage[float32](file(t, good)); err == nil ||
		!strings.Contains(err.Error(), "the picture is damaged (png: invalid format: invalid checksum), want a whole PNG") {
		t.Errorf("a wrong checksum: %v", err)
	}
}

// What follows a picture's end does not matter.
func TestPicturesThatGoOn(t *testing.T) {
	good := pngOf(t, image.NewRGBA(image.Rect(0, 0, 3, 2)))
	x, err := ReadImage[float32](file(t, append(slices.Clone(good), "more"...)))
	if err != nil || !slices.Equal(x.Shape(), []int{3, 2, 3}) {
		t.Errorf("PNG: %v, %v", x, err)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 2)), nil); err != nil {
		t.Fatal(err)
	}
	whole := b.Len()
	b.WriteString("more")
	x, err = ReadImage[float32](file(t, b.Bytes()))
	if err != nil || !slices.Equal(x.Shape(), []int{1, 2, 3}) {
		t.Errorf("JPEG: %v, %v", x, err)
	}
	for n, short := range map[int]bool{whole: false, whole - 1: false, whole - 2: false, whole / 2: true} {
		_, err := ReadImage[float32](file(t, b.Bytes()[:n]))
		if (err != nil) != short || short && !strings.Contains(err.Error(), "damaged (it is cut short), want a whole JPEG") {
			t.Errorf("%d bytes of a JPEG of %d: %v", n, whole, err)
		}
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

// A claim that is within the limit, but not what the file can hold, is refused
// unallocated too.
func TestFalseClaimsOfPictures(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 2)), nil); err != nil {
		t.Fatal(err)
	}
	claim := b.Bytes()
	at := bytes.Index(claim, []byte{0xff, 0xc0}) + 5 // the height in the frame's header
	copy(claim[at:], []byte{6000 >> 8, 6000 & 255, 6000 >> 8, 6000 & 255})
	for name, content := range map[string][]byte{"PNG": header(6000, 6000), "JPEG": claim} {
		if err := stricttest.Read(pictureReader, content, 0); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := pictureReader(content); err == nil ||
			!strings.Contains(err.Error(), "the size is 6000x6000 pixels, want at most") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// pictureReader reads the content of a picture's file.
func pictureReader(content []byte) error {
	picture, err := parsePicture("f", content, wantPicture)
	if err == nil && FromImage[float32](picture).Len() == 0 {
		return errors.New("a picture without pixels")
	}
	return err
}

// perPixel bounds the bytes that a pixel takes, in all stages of decoding.
const perPixel = 96

func TestFlippedPictures(t *testing.T) {
	picture := page(color.White, color.Black).SubImage(image.Rect(17, 3, 28, 12))
	refused, err := stricttest.Survive(pictureReader, pngOf(t, picture), 1<<20*perPixel)
	if err != nil || refused < 8*60 {
		t.Errorf("PNG: %d flips refused, %v", refused, err)
	}
}

// bound returns how much a picture's decoder may allocate: by its pixels, in a TIFF file
// for every strip, in a WebP file for every group of codes.
func bound(content []byte) (pixels, extra int) {
	f := formatOf(content)
	if f == nil {
		return 0, 0
	}
	part, _, err := f.split("f", content)
	if err != nil {
		return 0, 0
	}
	c, err := f.config(bytes.NewReader(part))
	if err != nil || f.checkSize("f", c, len(content)) != nil {
		return 0, 0
	}
	pixels = c.Width * c.Height
	switch f.name {
	case "TIFF":
		const decoder = 1 << 17
		extra = decoder * c.Height
	case "WebP":
		const groups, group = 2600, 6 << 10
		extra = groups * group
	}
	return pixels, extra + perPixel*pixels
}

func FuzzReadImage(f *testing.F) {
	for _, content := range examples(f) {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		pixels, extra := bound(content)
		if pixels > 1<<20 {
			return // slow, and covered by tests
		}
		if err := stricttest.Read(pictureReader, content, extra); err != nil {
			t.Error(err)
		}
	})
}

func FuzzReadDigit(f *testing.F) {
	f.Add(pngOf(f, page(color.Transparent, color.Black)), false)
	f.Add(pngOf(f, page(color.White, color.White)), false)
	var array bytes.Buffer
	if err := npy.Write(&array, tensor.Ones[float64](2, 3)); err != nil {
		f.Fatal(err)
	}
	f.Add(array.Bytes(), true)
	f.Fuzz(func(t *testing.T, content []byte, isArray bool) {
		picture := digitPicture[float32]
		pixels, extra := bound(content)
		if isArray {
			picture, pixels, extra = digitArray[float32], len(content), perPixel*len(content)
		}
		if pixels > 1<<20 {
			return // slow
		}
		read := func(content []byte) error {
			x, err := picture("f", content)
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
		if err := stricttest.Read(read, content, extra); err != nil {
			t.Error(err)
		}
	})
}

// Whatever bytes a reader is given, it keeps what stricttest.Read asks for.
func TestInventedFiles(t *testing.T) {
	proof.Fuzz(t, "FuzzIDX", 9e6)
	proof.Fuzz(t, "FuzzReadImage", 9e6)
	proof.Fuzz(t, "FuzzReadDigit", 8e6)
}
