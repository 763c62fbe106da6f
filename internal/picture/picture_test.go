//go:build !browser

package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"runtime"
	"slices"
	"strings"
	"testing"

	"hw4/internal/proof"
	"hw4/internal/strict"
	"hw4/internal/stricttest"
)

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// header is a PNG file that ends after a header that claims a size.
func header(w, h uint32) []byte {
	chunk := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	chunk = append(binary.BigEndian.AppendUint32(chunk, h), 8, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
}

func TestHugePicturesAreRefusedUnallocated(t *testing.T) {
	for _, size := range []uint32{20000, 65535, 1<<31 - 1} {
		content := header(size, size)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := pictureReader(content)
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
		err := pictureReader(good[:n])
		var format *strict.FormatError
		if !errors.As(err, &format) || !strings.Contains(err.Error(), want) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	good[len(good)-13] ^= 1 // the checksum of IDAT
	if err := pictureReader(good); err == nil ||
		!strings.Contains(err.Error(), "the picture is damaged (png: invalid format: invalid checksum), want a whole PNG") {
		t.Errorf("a wrong checksum: %v", err)
	}
}

// What follows a picture's end does not matter.
func TestPicturesThatGoOn(t *testing.T) {
	good := pngOf(t, image.NewRGBA(image.Rect(0, 0, 3, 2)))
	if got, err := read(append(slices.Clone(good), "more"...)); err != nil || got != "999/999" {
		t.Errorf("PNG: %v, %v", got, err)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 2)), nil); err != nil {
		t.Fatal(err)
	}
	whole := b.Len()
	b.WriteString("more")
	if got, err := read(b.Bytes()); err != nil || got != "000/000" {
		t.Errorf("JPEG: %v, %v", got, err)
	}
	for n, short := range map[int]bool{whole: false, whole - 1: false, whole - 2: false, whole / 2: true} {
		err := pictureReader(b.Bytes()[:n])
		if (err != nil) != short || short && !strings.Contains(err.Error(), "damaged (it is cut short), want a whole JPEG") {
			t.Errorf("%d bytes of a JPEG of %d: %v", n, whole, err)
		}
	}
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
	m, err := Parse("f", content, Wanted)
	if err == nil && m.Bounds().Empty() {
		return errors.New("a picture without pixels")
	}
	return err
}

// perPixel bounds the bytes that a pixel takes, in all stages of decoding.
const perPixel = 96

func TestFlippedPictures(t *testing.T) {
	refused, err := stricttest.Survive(pictureReader, pngOf(t, steps(4)), 1<<20*perPixel)
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

func FuzzParse(f *testing.F) {
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

// Whatever bytes Parse is given, it keeps what stricttest.Read asks for.
func TestInventedFiles(t *testing.T) { proof.Fuzz(t, "FuzzParse", 9e6) }
