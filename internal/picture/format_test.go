//go:build !browser

package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"hw4/internal/strict"
	"hw4/internal/stricttest"
)

// encoded returns a picture in a format, as its encoder writes it.
func encoded[O any](t testing.TB, encode func(w *bytes.Buffer, m image.Image, o *O) error, m image.Image, o *O) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b, m, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t testing.TB, m image.Image) []byte {
	return encoded(t, func(w *bytes.Buffer, m image.Image, o *jpeg.Options) error { return jpeg.Encode(w, m, o) }, m, nil)
}

func gifOf(t testing.TB, m image.Image) []byte {
	return encoded(t, func(w *bytes.Buffer, m image.Image, o *gif.Options) error { return gif.Encode(w, m, o) }, m, nil)
}

func tiffOf(t testing.TB, m image.Image, compression tiff.CompressionType) []byte {
	return encoded(t, func(w *bytes.Buffer, m image.Image, o *tiff.Options) error { return tiff.Encode(w, m, o) }, m,
		&tiff.Options{Compression: compression})
}

func bmpOf(t testing.TB, m image.Image) []byte {
	return encoded(t, func(w *bytes.Buffer, m image.Image, _ *int) error { return bmp.Encode(w, m) }, m, nil)
}

// chunk returns a chunk of a PNG file.
func chunk(kind, content string) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	out = append(out, kind+content...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE([]byte(kind+content)))
}

// withChunk puts a chunk behind the header of a PNG file.
func withChunk(file, chunk []byte) []byte {
	const header = 8 + 12 + 13
	return slices.Concat(file[:header], chunk, file[header:])
}

// entry is an entry of a TIFF directory.
type entry struct {
	tag, kind uint16
	count     uint32
	value     uint32
}

// tiffBlock returns a TIFF file of one directory.
func tiffBlock(order binary.AppendByteOrder, entries ...entry) []byte {
	out := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		out = []byte("MM\x00*")
	}
	out = order.AppendUint16(order.AppendUint32(out, 8), uint16(len(entries)))
	for _, e := range entries {
		out = order.AppendUint32(order.AppendUint16(order.AppendUint16(out, e.tag), e.kind), e.count)
		if e.kind == 3 && e.count == 1 {
			out = order.AppendUint16(order.AppendUint16(out, uint16(e.value)), 0)
		} else {
			out = order.AppendUint32(out, e.value)
		}
	}
	return order.AppendUint32(out, 0)
}

// withExif puts an Exif block into a JPEG file, behind a comment.
func withExif(file, block []byte) []byte {
	content := append([]byte("Exif\x00\x00"), block...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xfe, 0, 3, 'x', 0xff, 0xe1}, uint16(len(content)+2))
	return slices.Concat(file[:2], segment, content, file[2:])
}

// read returns a picture's rows with a character a pixel, from 0 (black) to 9 (white) by
// its green, on white.
func read(content []byte) (string, error) {
	m, err := Parse("f", content, Wanted)
	if err != nil {
		return "", err
	}
	var rows []string
	for y := range m.Bounds().Dy() {
		row := ""
		for x := range m.Bounds().Dx() {
			_, g, _, a := m.At(x, y).RGBA()
			row += fmt.Sprint(math.Round(9 * float64(g+0xffff-a) / 0xffff))
		}
		rows = append(rows, row)
	}
	return strings.Join(rows, "/"), nil
}

// steps is a grey picture of 2 rows and 3 columns, in blocks of some pixels, each of
// another shade: read makes 024/579 of it.
func steps(block int) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, 3*block, 2*block))
	for y := range 2 * block {
		for x := range 3 * block {
			m.SetGray(x, y, color.Gray{Y: uint8(51 * (x/block + 3*(y/block)))})
		}
	}
	return m
}

// The eight orientations of Exif, in both byte orders, in every format that has them.
func TestOrientations(t *testing.T) {
	for o, want := range map[uint32]string{
		0: "024/579", 1: "024/579", 2: "420/975", 3: "975/420", 4: "579/024",
		5: "05/27/49", 6: "50/72/94", 7: "94/72/50", 8: "49/27/05", 9: "024/579", 0x10006: "50/72/94",
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			for _, kind := range []uint16{3, 4} {
				if o > 0xffff && (kind == 4) {
					continue // another number
				}
				block := tiffBlock(order, entry{271, 2, 4, 0x78787800}, entry{tagOrientation, kind, 1, o}, entry{282, 3, 1, 1})
				for format, content := range map[string][]byte{
					"PNG":  withChunk(pngOf(t, steps(1)), chunk("eXIf", string(block))),
					"JPEG": withExif(jpegOf(t, steps(8)), block),
				} {
					got, err := read(content)
					if format == "JPEG" {
						got = thinned(got)
					}
					if err != nil || got != want {
						t.Errorf("%s, orientation %d as kind %d: %s, want %s; %v", format, o, kind, got, want, err)
					}
				}
			}
		}
		if o < 10 {
			content := tiffOf(t, steps(1), tiff.Uncompressed)
			if got, err := read(retagged(content, o)); err != nil || got != want {
				t.Errorf("TIFF, orientation %d: %s, want %s; %v", o, got, want, err)
			}
		}
	}
}

// thinned keeps every eighth row and column, beginning with the fifth.
func thinned(picture string) string {
	var rows []string
	for i, row := range strings.Split(picture, "/") {
		if i%8 == 4 {
			kept := ""
			for j := 4; j < len(row); j += 8 {
				kept += row[j : j+1]
			}
			rows = append(rows, kept)
		}
	}
	return strings.Join(rows, "/")
}

// retagged makes the tag of a TIFF file's horizontal resolution, which is the first one
// behind where it belongs, the orientation.
func retagged(file []byte, o uint32) []byte {
	file = slices.Clone(file)
	at := int(binary.LittleEndian.Uint32(file[4:])) + 2
	for ; binary.LittleEndian.Uint16(file[at:]) != tagSamples; at += 12 {
	}
	binary.LittleEndian.PutUint16(file[at:], tagOrientation)
	binary.LittleEndian.PutUint16(file[at+8:], uint16(o))
	return file
}

// Tags that only the tests use.
const (
	tagWidth       = 256
	tagHeight      = 257
	tagPhotometric = 262
	tagSamples     = 277
)

// What is no orientation changes nothing, and harms nothing.
func TestStrangeExif(t *testing.T) {
	turn := tiffBlock(binary.BigEndian, entry{tagOrientation, 3, 1, 6})
	far := slices.Clone(turn)
	far[4] = 0xff // the directory
	many := slices.Clone(turn)
	many[8] = 0xff // entries, of which one is there
	none := slices.Clone(turn)
	none[9] = 0 // entries, and what follows is none
	for name, c := range map[string]struct{ block, want string }{
		"none":                {"", "024/579"},
		"another magic":       {"XX" + string(turn[2:]), "024/579"},
		"directory outside":   {string(far), "024/579"},
		"more entries":        {string(many), "50/72/94"},
		"no entries":          {string(none), "024/579"},
		"two values":          {string(tiffBlock(binary.BigEndian, entry{tagOrientation, 3, 2, 6 << 16})), "024/579"},
		"as text":             {string(tiffBlock(binary.BigEndian, entry{tagOrientation, 2, 1, 6})), "024/579"},
		"cut in the entry":    {string(turn[:15]), "024/579"},
		"cut in the header":   {string(turn[:7]), "024/579"},
		"whole":               {string(turn), "50/72/94"},
		"cut behind the tag":  {string(turn[:22]), "50/72/94"},
		"in front of another": {string(turn) + string(turn), "50/72/94"},
	} {
		if got, err := read(withChunk(pngOf(t, steps(1)), chunk("eXIf", c.block))); err != nil || got != c.want {
			t.Errorf("%s: %s, want %s; %v", name, got, c.want, err)
		}
	}
}

// Of several Exif blocks in a JPEG file the first that says how to turn it counts.
func TestSecondExif(t *testing.T) {
	turn, not := tiffBlock(binary.BigEndian, entry{tagOrientation, 3, 1, 6}), tiffBlock(binary.BigEndian)
	photo := withExif(withExif(jpegOf(t, steps(8)), tiffBlock(binary.LittleEndian, entry{tagOrientation, 3, 1, 3})), turn)
	for _, block := range []string{"", string(not)} {
		if got, err := read(withExif(photo, []byte(block))); err != nil || thinned(got) != "50/72/94" {
			t.Errorf("behind %q: %s, %v", block, thinned(got), err)
		}
	}
}

// Between two blocks of a JPEG file there may be bytes and marks without a length.
func TestFillBytes(t *testing.T) {
	photo := withExif(jpegOf(t, steps(8)), tiffBlock(binary.BigEndian, entry{tagOrientation, 3, 1, 6}))
	for _, fill := range []string{"\xff", "\xff\xff\xff", "\xff\x00", "\xff\xd0", "\xff\xd7", "\x00", "\x17\xd9\x00"} {
		got, err := read(slices.Concat(photo[:2], []byte(fill), photo[2:]))
		if err != nil || thinned(got) != "50/72/94" {
			t.Errorf("behind %q: %s, %v", fill, thinned(got), err)
		}
	}
}

// A picture that need not be turned is the decoder's own, which is faster.
func TestNotTurned(t *testing.T) {
	block := tiffBlock(binary.BigEndian, entry{tagOrientation, 3, 1, 1})
	for _, content := range [][]byte{pngOf(t, steps(1)), withChunk(pngOf(t, steps(1)), chunk("eXIf", string(block)))} {
		if m, err := Parse("f", content, Wanted); err != nil {
			t.Error(err)
		} else if _, ok := m.(*image.Gray); !ok {
			t.Errorf("a grey picture is a %T", m)
		}
	}
}

// Chunks of a PNG file that carry no pixels may be damaged, others not.
func TestChunks(t *testing.T) {
	indexed := image.NewPaletted(image.Rect(0, 0, 3, 2), color.Palette{color.NRGBA{0, 0, 0, 0}, color.Black, color.White})
	copy(indexed.Pix, []byte{0, 1, 2, 1, 1, 0})
	good := pngOf(t, indexed)
	const want = "909/009"
	damaged := func(chunk []byte) []byte { chunk[len(chunk)-1] ^= 1; return chunk }
	turn := string(tiffBlock(binary.BigEndian, entry{tagOrientation, 3, 1, 6}))
	for name, content := range map[string][]byte{
		"as written":           good,
		"gamma":                withChunk(good, chunk("gAMA", "\x00\x00\xb1\x8f")),
		"damaged profile":      withChunk(good, damaged(chunk("iCCP", "x\x00\x00abc"))),
		"damaged Exif":         withChunk(good, damaged(chunk("eXIf", turn))), // as libpng, which leaves it out
		"damaged end":          damaged(slices.Clone(good)),
		"more behind the end":  append(slices.Clone(good), "\n"...),
		"a PNG behind the end": slices.Concat(good, good),
	} {
		if got, err := read(content); err != nil || got != want {
			t.Errorf("%s: %s, want %s; %v", name, got, want, err)
		}
	}
	for _, kind := range []string{"IHDR", "PLTE", "tRNS", "IDAT"} {
		content := slices.Clone(good)
		at := bytes.Index(content, []byte(kind))
		n := int(binary.BigEndian.Uint32(content[at-4:]))
		content[at+4+n] ^= 0x80 // of the checksum
		const say = "damaged (png: invalid format: invalid checksum)"
		if _, err := read(content); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%s with a wrong checksum: %v", kind, err)
		}
	}
	endless := slices.Clone(good)
	binary.BigEndian.PutUint32(endless[len(endless)-12:], 1) // an end with content is none
	if _, err := read(endless); err == nil || !strings.Contains(err.Error(), "cut short") {
		t.Errorf("an end with content: %v", err)
	}
}

// Every format that is read, with the values that other programs show.
func TestFormats(t *testing.T) {
	const want = "024/579"
	deep := image.NewGray16(image.Rect(0, 0, 3, 2))
	for i := range 6 {
		deep.SetGray16(i%3, i/3, color.Gray16{Y: uint16(i * 13107)})
	}
	for name, content := range map[string][]byte{
		"GIF": gifOf(t, steps(1)), "BMP": bmpOf(t, steps(1)),
		"TIFF": tiffOf(t, steps(1), tiff.Uncompressed), "TIFF, deflate": tiffOf(t, steps(1), tiff.Deflate),
		"TIFF, 16 bits": tiffOf(t, deep, tiff.Uncompressed),
		"PNG, 16 bits":  pngOf(t, deep),
	} {
		if got, err := read(content); err != nil || got != want {
			t.Errorf("%s: %s, want %s; %v", name, got, want, err)
		}
	}
	line := strings.Repeat
	for name, want := range map[string]string{
		"lossy.webp":  line("/"+line("9", 16), 8) + line("/"+line("0", 8)+line("5", 8), 8),
		"alpha.webp":  line("/"+line("9", 16), 8) + line("/"+line("9", 8)+line("5", 8), 8),
		"turned.webp": line("/"+line("0", 4)+line("9", 8), 8) + line("/"+line("5", 4)+line("9", 8), 8),
	} {
		content, err := os.ReadFile(filepath.Join("testdata", "pictures", name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := read(content)
		if err != nil || got != want[1:] {
			t.Errorf("%s: %s, want %s; %v", name, got, want, err)
		}
	}
}

// The first frame of a GIF stands in its place on the screen; around it nothing is.
func TestFirstFrame(t *testing.T) {
	frame := func(r image.Rectangle, index uint8) *image.Paletted {
		m := image.NewPaletted(r, color.Palette{color.Black, color.White})
		for i := range m.Pix {
			m.Pix[i] = index
		}
		return m
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{
		Image:  []*image.Paletted{frame(image.Rect(1, 1, 3, 2), 0), frame(image.Rect(0, 0, 4, 3), 1)},
		Delay:  []int{0, 0},
		Config: image.Config{Width: 4, Height: 3},
	}); err != nil {
		t.Fatal(err)
	}
	if got, err := read(b.Bytes()); err != nil || got != "9999/9009/9999" {
		t.Errorf("%s, %v", got, err)
	}
	picture, err := Parse("f", b.Bytes(), Wanted)
	if err != nil || picture.At(1, 1) != color.Color(color.RGBA64{A: 0xffff}) ||
		picture.At(0, 0) != color.Color(color.RGBA64{}) {
		t.Errorf("pixels %v and %v, %v", picture.At(1, 1), picture.At(0, 0), err)
	}
}

// edited returns a file with bytes at a place replaced.
func edited(file []byte, at int, bytes ...byte) []byte {
	file = slices.Clone(file)
	copy(file[at:], bytes)
	return file
}

// A file that is not read is named as what it is.
func TestRefusals(t *testing.T) {
	photo := jpegOf(t, steps(8))
	sof := bytes.Index(photo, []byte{0xff, 0xc0})
	stored := func(name string) []byte {
		content, err := os.ReadFile(filepath.Join("testdata", "pictures", name))
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	const anew, save = ", want a usual kind: save it anew as PNG or JPEG",
		", want PNG, JPEG, GIF, TIFF, WebP or BMP: save it as PNG or JPEG"
	entries := []entry{{254, 4, 1, 1}, {tagWidth, 3, 1, 3}, {tagHeight, 3, 1, 2}}
	for _, c := range []struct {
		say     string
		content []byte
	}{
		{"an empty file" + save, nil},
		{"of no known format" + save, []byte("no picture")},
		{"a HEIC file" + save, []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00")},
		{"a HEIC file" + save, []byte("\x00\x00\x00\x18ftyphevc\x00\x00\x00\x00")},
		{"an AVIF file" + save, []byte("\x00\x00\x00\x20ftypavif\x00\x00\x00\x00")},
		{"a HEIC or AVIF file" + save, []byte("\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00")},
		{"a video, or another file of the MP4 family" + save, []byte("\x00\x00\x00\x20ftypisom\x00\x00\x00\x00")},
		{"a PDF file" + save, []byte("%PDF-1.7\n")},
		{"an SVG drawing" + save, []byte("<?xml version=\"1.0\"?>\n<!-- x -->\n<SVG xmlns=")},
		{"a web page (HTML)" + save, []byte("\n<!DOCTYPE html><head>")},
		{"an array of NumPy's (.npy)" + save, []byte("\x93NUMPY\x01\x00v\x00{")},
		{"a ZIP archive, as .npz files are" + save, []byte("PK\x03\x04\x14\x00")},
		{"a JPEG 2000 file" + save, []byte("\x00\x00\x00\x0cjP  \r\n\x87\n")},
		{"a JPEG XL file" + save, []byte("\xff\x0a\x00\x00")},
		{"a PBM, PGM or PPM file" + save, []byte("P5\n1 1\n255\n0")},
		{"a file compressed by gzip" + save, []byte("\x1f\x8b\x08\x00")},
		{"a 12-bit JPEG file" + anew, edited(photo, sof+4, 12)},
		{"a 12-bit JPEG file" + anew, slices.Concat(photo[:sof], []byte{0xff, 0xc0, 0, 3, 12}, photo[sof:])}, // and no more
		{"a 12-bit JPEG file" + anew, edited(edited(photo, sof+4, 12), sof+1, 0xc2)},
		{"an arithmetic-coded JPEG file" + anew, edited(photo, sof+1, 0xc9)},
		{"an arithmetic-coded JPEG file" + anew, edited(photo, sof+1, 0xcc)},
		{"an arithmetic-coded JPEG file" + anew, edited(photo, sof+1, 0xcf)},
		{"a JPEG file with a feature that is not read (unknown marker)" + anew, edited(photo, sof+1, 0xc8)},
		{"a lossless JPEG file" + anew, edited(photo, sof+1, 0xc3)},
		{"a lossless JPEG file" + anew, edited(photo, sof+1, 0xc3)[:sof+2+int(binary.BigEndian.Uint16(photo[sof+2:]))]},
		{"a lossless JPEG file" + anew, edited(photo, sof+1, 0xf7)},
		{"a hierarchical JPEG file" + anew, edited(photo, sof+1, 0xc5)},
		{"a hierarchical JPEG file" + anew, edited(photo, sof+1, 0xc7)},
		{"a JPEG file with a feature that is not read (luma/chroma subsampling ratio)" + anew, stored("sampling.jpg")},
		{"an animated WebP file" + anew, stored("animated.webp")},
		{"a TIFF file of fax codes (CCITT)" + anew, stored("fax.tif")},
		{"a TIFF file of fax codes (CCITT)" + anew,
			tiffBlock(binary.LittleEndian, append(slices.Clone(entries[1:]), entry{259, 3, 1, 2})...)},
		{"a TIFF file of tiles" + anew,
			tiffBlock(binary.LittleEndian, append(slices.Clone(entries[1:]), entry{322, 3, 1, 16})...)},
		{"a raw photograph, or another TIFF file that begins with a preview" + anew,
			tiffBlock(binary.LittleEndian, entries...)},
		{"a TIFF file with a feature that is not read (tiff: unsupported feature: color model)" + anew,
			tiffBlock(binary.BigEndian, append(slices.Clone(entries[1:]), entry{258, 3, 1, 8}, entry{tagPhotometric, 3, 1, 5})...)},
		{"a BMP file with a feature that is not read (bmp: unsupported BMP image)" + anew,
			edited(bmpOf(t, steps(1)), 28, 16)},
		{"a PNG file in the form of Apple's apps (CgBI)" + anew,
			slices.Concat(pngOf(t, steps(1))[:8], chunk("CgBI", "\x50\x00\x20\x02"), pngOf(t, steps(1))[8:])},
		{"damaged, or of a kind that is not read (gif: unknown block type: 0x37), want a whole GIF file: save it as PNG or " +
			"JPEG", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x007")},
		{"damaged (it is cut short), want a whole JPEG file", photo[:sof+40]},
		{"damaged (invalid JPEG format: bad Tc value), want a whole JPEG file",
			edited(photo, bytes.Index(photo, []byte{0xff, 0xc4})+4, 0xff)},
		{"damaged (it is cut short), want a whole TIFF file", []byte("II*\x00\x08\x00\x00\x00")},
	} {
		_, err := read(c.content)
		var format *strict.FormatError
		if !errors.As(err, &format) || err.Error() != "f: the picture is "+c.say {
			t.Errorf("%v\nwant: %s", err, c.say)
		}
	}
}

// Why a decoder has not read a file counts, also if it says more about it.
func TestWrappedRefusals(t *testing.T) {
	for err, want := range map[error]string{
		io.EOF: "it is cut short", io.ErrUnexpectedEOF: "it is cut short", bmp.ErrUnsupported: "a feature that is not read",
	} {
		for _, err := range []error{err, fmt.Errorf("in row 3: %w", err)} {
			if got := formatOf([]byte("BM????\x00\x00\x00\x00")).refusal("f", nil, err); !strings.Contains(got.Error(), want) {
				t.Errorf("%v: %v, want %q", err, got, want)
			}
		}
	}
}

// What a file claims is refused unallocated if no such file can hold it.
func TestFalseClaimsOfFormats(t *testing.T) {
	wide := []entry{{tagWidth, 4, 1, 1}, {tagHeight, 4, 1, 30_000_000}}
	webp := func(size uint32, chunk string) []byte {
		return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), size), "WEBP"+chunk...)
	}
	for say, content := range map[string][]byte{
		"the size is 6000x6000 pixels, want at most 35490 pixels, which 13 bytes can hold": []byte(
			"GIF89a\x70\x17\x70\x17\x00\x00\x00"),
		"the size is 6000x6000 pixels, want at most 8688 pixels, which 1086 bytes can hold": edited(bmpOf(t,
			steps(1)), 18, 0x70, 0x17, 0, 0, 0x70, 0x17, 0, 0),
		"the size is 1x30000000 pixels, want at most 1354390 pixels, which 62 bytes can hold": tiffBlock(
			binary.LittleEndian, append(slices.Clone(wide), entry{258, 3, 1, 8}, entry{tagPhotometric, 3, 1, 1})...),
		"byte 4: the picture is damaged (it has 30 bytes), want 2147483655 bytes, as it says": webp(1<<31-1,
			"VP8 \xf0\xff\xff\x7f\x10\x00\x00\x9d\x01\x2a\x10\x00\x10\x00"),
		"the size is 16384x16384 pixels, want at least 1 and at most 40000000 pixels": webp(18,
			"VP8L\x05\x00\x00\x00\x2f\xff\xff\xff\x0f\x00"),
	} {
		if err := stricttest.Read(pictureReader, content, 0); err != nil {
			t.Errorf("%s: %v", say, err)
		}
		if err := pictureReader(content); err == nil || err.Error() != "f: "+say {
			t.Errorf("%v\nwant: %s", err, say)
		}
	}
}

// examples are small files of every format and way of decoding.
func examples(t testing.TB) [][]byte {
	turn := tiffBlock(binary.BigEndian, entry{tagOrientation, 3, 1, 6})
	all := [][]byte{
		withChunk(pngOf(t, steps(1)), chunk("eXIf", string(turn))), withExif(jpegOf(t, steps(2)), turn),
		gifOf(t, steps(1)), bmpOf(t, steps(1)), bmpOf(t, image.NewRGBA(image.Rect(0, 0, 2, 2))),
		tiffOf(t, steps(1), tiff.Uncompressed), tiffOf(t, steps(1), tiff.Deflate),
		tiffOf(t, image.NewNRGBA64(image.Rect(0, 0, 2, 2)), tiff.Deflate),
	}
	names, err := filepath.Glob(filepath.Join("testdata", "pictures", "*"))
	if err != nil || len(names) == 0 {
		t.Fatal("no stored pictures", err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content)
	}
	return all
}

// Prefixes and flipped bits of files in every format are read in bounds, or refused.
func TestFlippedFormats(t *testing.T) {
	for i, content := range examples(t) {
		if len(content) > 1000 {
			content = content[:1000]
		}
		flipped := slices.Clone(content)
		for at := range 8 * len(content) {
			flipped[at/8] ^= 1 << (at % 8)
			if pixels, extra := bound(flipped); pixels < 1<<20 {
				if err := stricttest.Read(pictureReader, flipped, extra); err != nil {
					t.Fatalf("file %d, bit %d: %v", i, at, err)
				}
			}
			flipped[at/8] ^= 1 << (at % 8)
		}
		for n := range len(content) {
			_, extra := bound(content[:n:n])
			if err := stricttest.Read(pictureReader, content[:n:n], extra); err != nil {
				t.Fatalf("file %d, cut to %d: %v", i, n, err)
			}
		}
	}
}

// The colours of lossy WebP are those that other programs show.
func TestColoursOfWebP(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("testdata", "pictures", "colour.webp"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse("f", content, Wanted)
	if err != nil {
		t.Fatal(err)
	}
	r, g, b, _ := m.At(8, 8).RGBA()
	for i, got := range []uint32{r, g, b} {
		if want := []float64{39, 11, 230}[i]; math.Abs(float64(got)/257-want) > 1.5 {
			t.Errorf("channel %d is %v, want %v", i, float64(got)/257, want)
		}
	}
}

// The range of video's brightness, 16 to 235, becomes 0 to 255, and that of its colours, 16 to 240,
// as wide around 128 (ITU-R BT.601).
func TestSpread(t *testing.T) {
	m := image.NewYCbCr(image.Rect(0, 0, 6, 1), image.YCbCrSubsampleRatio444)
	values := []byte{0, 16, 32, 128, 235, 255}
	for _, plane := range [][]byte{m.Y, m.Cb, m.Cr} {
		copy(plane, values)
	}
	spread(m)
	colours := []byte{0, 1, 19, 128, 250, 255} // 250: 128 + (235-128)*255/224
	if want := []byte{0, 0, 19, 130, 255, 255}; !slices.Equal(m.Y, want) || !slices.Equal(m.Cb, colours) ||
		!slices.Equal(m.Cr, colours) {
		t.Errorf("%v, %v, %v, want %v, %v", m.Y, m.Cb, m.Cr, want, colours)
	}
}

// What a file of a length can hold is read, and a pixel more is not.
func TestMostPixels(t *testing.T) {
	for name, most := range map[string]int{
		"PNG": 8256, "JPEG": 512, "GIF": 2730, "TIFF": 21845, "WebP": 40_000_000, "BMP": 8,
	} {
		for _, f := range formats {
			if f.name != name {
				continue
			}
			w := min(most, 20_000_000)
			if err := f.checkSize("f", image.Config{Width: w, Height: 2}, 2*w/most); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if err := f.checkSize("f", image.Config{Width: w + 1, Height: 2}, 2); err == nil {
				t.Errorf("%s: a pixel more is accepted", name)
			}
		}
	}
	f := formats[5]
	for size, ok := range map[image.Point]bool{
		{8000, 5000}: true, {8000, 5001}: false, {40_000_000, 1}: true, {1, 40_000_001}: false, {0, 1}: false, {1, 0}: false,
	} {
		if err := f.checkSize("f", image.Config{Width: size.X, Height: size.Y}, 100); (err == nil) != ok {
			t.Errorf("%v: %v", size, err)
		}
	}
}
