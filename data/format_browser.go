//go:build browser

package data

import (
	"fmt"
	"image"
	"io"

	"hw4/internal/strict"
)

// parsePicture refuses pictures: the browser has readers of its own for them.
func parsePicture(name string, _ []byte, _ string) (image.Image, error) {
	return nil, strict.Fail(name, strict.Whole, "the picture", "the content of a file",
		"its pixels, as the browser reads them")
}

// encoder refuses all formats: the browser saves pictures.
func encoder(path string) (func(w io.Writer, m image.Image) error, error) {
	return nil, fmt.Errorf("%s: no pictures are written here", path)
}

// What is wanted of a file.
const (
	wantPicture = "pixels"
	wantDigit   = "pixels"
)
