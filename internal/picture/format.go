//go:build !browser

package picture

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"

	"hw4/internal/strict"
)

// A format is a kind of pictures that is read.
type format struct {
	name, magic string // how its files begin; ? is any byte
	config      func(io.Reader) (image.Config, error)
	decode      func(io.Reader) (image.Image, error)
	// split returns the part of a file that is to be decoded, and its Exif block or
	// nil. Its errors are *FormatErrors.
	split func(name string, file []byte) (picture, exif []byte, err error)
	most  int // pixels that a byte of a file can hold
}

// The formats that are read. A byte of deflate, in PNG and TIFF, makes at most 1032
// bytes, each of at most 8 pixels; in LZW, in GIF and TIFF, 12 bits make at most 4096
// bytes. JPEG has at least a bit for every 64 pixels. WebP may take none for a picture.
var formats = []format{
	{"PNG", "\x89PNG", png.DecodeConfig, png.Decode, splitPNG, 8 * 1032},
	{"JPEG", "\xff\xd8", jpeg.DecodeConfig, decodeJPEG, splitJPEG, 8 * 64},
	{"GIF", "GIF8?a", gif.DecodeConfig, gif.Decode, splitNone, 8 * 4096 / 12},
	{"TIFF", "II*\x00", tiff.DecodeConfig, tiff.Decode, splitTIFF, 8 * 8 * 4096 / 12},
	{"TIFF", "MM\x00*", tiff.DecodeConfig, tiff.Decode, splitTIFF, 8 * 8 * 4096 / 12},
	{"WebP", "RIFF????WEBP", webp.DecodeConfig, decodeWebP, splitWebP, MaxPixels},
	{"BMP", "BM????\x00\x00\x00\x00", bmp.DecodeConfig, bmp.Decode, splitNone, 8},
}

func splitNone(_ string, file []byte) (picture, exif []byte, err error) { return file, nil, nil }

// Parse returns the picture in the content of a file, as viewers show it: a picture of
// package image's, or one that has the method RGBA64At of theirs. Its errors are
// *FormatErrors; for a file of another kind they say what is wanted.
func Parse(name string, file []byte, wanted string) (image.Image, error) {
	f := formatOf(file)
	if f == nil {
		return nil, strict.Fail(name, strict.Whole, "the picture", cmp.Or(strict.Format(file), "of no known format"), wanted)
	}
	content, exif, err := f.split(name, file)
	if err != nil {
		return nil, err
	}
	config, err := f.config(bytes.NewReader(content))
	if err != nil {
		return nil, f.refusal(name, file, err)
	}
	if err := f.checkSize(name, config, len(file)); err != nil {
		return nil, err
	}
	picture, err := f.decode(bytes.NewReader(content))
	if err != nil {
		return nil, f.refusal(name, file, err)
	}
	return show(picture, config, orientationOf(exif)), nil
}

func formatOf(file []byte) *format {
	for i := range formats {
		if strict.Begins(file, formats[i].magic) {
			return &formats[i]
		}
	}
	return nil
}

// checkSize refuses what a header claims if it is more than is read, or than a file
// of that length can hold, before anything is allocated for it.
func (f *format) checkSize(name string, config image.Config, length int) error {
	w, h := config.Width, config.Height
	found := fmt.Sprintf("%dx%d pixels", w, h)
	if w <= 0 || h <= 0 || w > MaxPixels/h {
		return strict.Failf(name, strict.Whole, "the size", found, "at least 1 and at most %d pixels", MaxPixels)
	}
	if most := int64(length) * int64(f.most); int64(w)*int64(h) > most {
		return strict.Failf(name, strict.Whole, "the size", found,
			"at most %d pixels, which %s can hold", most, strict.Bytes(length))
	}
	return nil
}

// decodeJPEG decodes JPEG, also without the mark of its end, which viewers do not need.
func decodeJPEG(r io.Reader) (image.Image, error) {
	return jpeg.Decode(io.MultiReader(r, strings.NewReader("\xff\xd9")))
}

// decodeWebP decodes WebP, whose colours are those of video: black is 16 and white 235.
// The decoder leaves them so in a type of JPEG's colours, from 0 to 255.
func decodeWebP(r io.Reader) (image.Image, error) {
	m, err := webp.Decode(r)
	switch m := m.(type) {
	case *image.YCbCr:
		spread(m)
	case *image.NYCbCrA:
		spread(&m.YCbCr)
	}
	return m, err
}

// spread changes the colours of video to those of JPEG.
func spread(m *image.YCbCr) {
	scale := func(plane []byte, width, from, to float64) {
		for i, v := range plane {
			plane[i] = byte(math.Round(max(0, min(255, to+(float64(v)-from)*255/width))))
		}
	}
	scale(m.Y, 235-16, 16, 0)
	scale(m.Cb, 240-16, 128, 128)
	scale(m.Cr, 240-16, 128, 128)
}
