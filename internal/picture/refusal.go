//go:build !browser

package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image/jpeg"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"hw4/internal/strict"
)

// refusal returns the error for a file of the format that its decoder did not read:
// whether it is damaged, or valid but not read.
func (f *format) refusal(name string, file []byte, err error) error {
	found, wanted := "damaged", "a whole "+f.name+" file"
	feature, jpegKind := errors.AsType[jpeg.UnsupportedError](err)
	_, tiffKind := errors.AsType[tiff.UnsupportedError](err)
	switch {
	case jpegKind:
		return unread(name, jpegIs(file, string(feature)))
	case tiffKind, errors.Is(err, bmp.ErrUnsupported):
		return unread(name, fmt.Sprintf("a %s file with a feature that is not read (%v)", f.name, err))
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF),
		f.name == "JPEG" && !bytes.Contains(file, []byte("\xff\xd9")): // the mark of its end
		err = errors.New("it is cut short")
	case f.name != "PNG" && f.name != "JPEG": // whose decoders know all kinds, or say so
		found, wanted = "damaged, or of a kind that is not read", wanted+": save it as PNG or JPEG"
	}
	return strict.Fail(name, strict.Whole, "the picture", fmt.Sprintf("%s (%v)", found, err), wanted)
}

// unread returns the error for a valid file of a kind that is not read.
func unread(name, kind string) error {
	return strict.Fail(name, strict.Whole, "the picture", kind, "a usual kind: save it anew as PNG or JPEG")
}

// jpegIs names a kind of JPEG files that is not read.
func jpegIs(file []byte, feature string) string {
	for marker, content := range segments(file) {
		switch {
		case marker == 0xc3 || marker == 0xf7:
			return "a lossless JPEG file"
		case 0xc5 <= marker && marker <= 0xc7:
			return "a hierarchical JPEG file"
		case 0xc9 <= marker && marker <= 0xcf: // 0xcc too, which says how the codes are made
			return "an arithmetic-coded JPEG file"
		case 0xc0 <= marker && marker <= 0xc2 && len(content) > 0 && content[0] != 8:
			return fmt.Sprintf("a %d-bit JPEG file", content[0])
		}
	}
	return fmt.Sprintf("a JPEG file with a feature that is not read (%s)", feature)
}
