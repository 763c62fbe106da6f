//go:build browser

package data

import (
	"image"

	"hw4/internal/strict"
)

// parsePicture refuses pictures: the browser has readers of its own for them.
func parsePicture(name string, _ []byte, _ string) (image.Image, error) {
	return nil, strict.Fail(name, strict.Whole, "the picture", "the content of a file",
		"its pixels, as the browser reads them")
}

// What is wanted of a file.
const (
	wantPicture = "pixels"
	wantDigit   = "pixels"
)
