//go:build browser

package picture

import (
	"fmt"
	"image"
	"io"

	"hw4/internal/strict"
)

// Parse refuses pictures: the browser has readers of its own for them.
func Parse(name string, _ []byte, _ string) (image.Image, error) {
	return nil, strict.Fail(name, strict.Whole, "the picture", "the content of a file",
		"its pixels, as the browser reads them")
}

// Encoder refuses all formats: the browser saves pictures.
func Encoder(path string) (func(w io.Writer, m image.Image) error, error) {
	return nil, fmt.Errorf("%s: no pictures are written here", path)
}
