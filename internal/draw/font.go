//go:build !browser

package draw

import (
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
)

// regular is the Go font, which is part of golang.org/x/image.
var regular = sync.OnceValue(func() *opentype.Font {
	f, err := opentype.Parse(goregular.TTF)
	if err != nil {
		panic(err) // the font is compiled in
	}
	return f
})

// newFace returns the font at the size of captions.
func newFace() font.Face {
	face, err := opentype.NewFace(regular(), &opentype.FaceOptions{Size: textSize, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		panic(err) // the font is compiled in
	}
	return face
}
