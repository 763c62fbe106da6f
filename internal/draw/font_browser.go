//go:build browser

package draw

import "golang.org/x/image/font"

// newFace panics: the page in the browser draws its own pictures, and a font would make
// its library larger by a tenth.
func newFace() font.Face { panic("draw: no font in the browser") }
