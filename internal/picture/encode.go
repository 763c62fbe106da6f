//go:build !browser

package picture

import (
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"path/filepath"
	"strings"
)

// Encoder returns the function that writes the format of a file's ending.
func Encoder(path string) (func(w io.Writer, m image.Image) error, error) {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".png":
		return png.Encode, nil
	case ".jpg", ".jpeg":
		return func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, &jpeg.Options{Quality: 95}) }, nil
	default:
		return nil, fmt.Errorf("%s: the name ends in %q, want .png, .jpg or .jpeg", path, ext)
	}
}
