// Package picture reads the pictures that people have, as viewers show them, and names
// the format of those that are written. The browser has readers of its own: with the tag
// browser the package refuses all files.
package picture

// Limits of the pictures that are read: they keep memory below 2 GiB.
const (
	MaxPixels = 40_000_000
	MaxFile   = 256 << 20 // bytes
)

// Wanted is what is wanted in place of a file that is no picture, or none that is read.
const Wanted = "PNG, JPEG, GIF, TIFF, WebP or BMP: save it as PNG or JPEG"
