//go:build !browser

package picture

import (
	"encoding/binary"
	"image"
	"image/color"
	"slices"

	"hw4/internal/strict"
)

// Tags of TIFF and Exif that are read.
const (
	tagSubfile     = 254
	tagCompression = 259
	tagOrientation = 274
	tagTileWidth   = 322
)

// tiffTag looks for a tag in the first directory of a TIFF file, whose form Exif blocks
// have. The value is 0 if it is not one number of 16 or 32 bits.
func tiffTag(block []byte, tag uint16) (value uint32, found bool) {
	const entrySize, short, long = 12, 3, 4
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case strict.Begins(block, "MM\x00*????"):
		order = binary.BigEndian
	case !strict.Begins(block, "II*\x00????"):
		return 0, false
	}
	at := uint64(order.Uint32(block[4:]))
	if at+2 > uint64(len(block)) {
		return 0, false
	}
	entries := block[at+2:]
	entries = entries[:min(len(entries), entrySize*int(order.Uint16(block[at:])))]
	for entry := range slices.Chunk(entries, entrySize) {
		if len(entry) < entrySize || order.Uint16(entry) != tag {
			continue
		}
		switch kind, count := order.Uint16(entry[2:]), order.Uint32(entry[4:]); {
		case kind == short && count == 1:
			return uint32(order.Uint16(entry[8:])), true
		case kind == long && count == 1:
			return order.Uint32(entry[8:]), true
		}
		return 0, true
	}
	return 0, false
}

// An orientation says how a picture is to be turned, by Exif: 1 not at all; 2 mirrored;
// 3 by half a turn; 4 top down; 5 rows become columns; 6 a quarter clockwise; 7 as 5, and
// by half a turn; 8 a quarter anticlockwise.
type orientation uint32

// orientationOf returns the orientation in an Exif block, 1 if there is none.
func orientationOf(exif []byte) orientation {
	if v, _ := tiffTag(exif, tagOrientation); 2 <= v && v <= 8 {
		return orientation(v)
	}
	return 1
}

// shown is a picture as viewers show it.
type shown struct {
	image.RGBA64Image // as stored
	size              image.Point
	orientation
}

// show turns a picture, and puts a GIF's first frame in its place on the screen.
func show(picture image.Image, config image.Config, o orientation) image.Image {
	size := image.Pt(config.Width, config.Height)
	if o == 1 && picture.Bounds() == (image.Rectangle{Max: size}) {
		return picture
	}
	return shown{picture.(image.RGBA64Image), size, o} // as all of package image are
}

// Bounds begins at the origin.
func (p shown) Bounds() image.Rectangle {
	if p.orientation >= 5 {
		return image.Rect(0, 0, p.size.Y, p.size.X)
	}
	return image.Rectangle{Max: p.size}
}

// At returns the colour that RGBA64At returns.
func (p shown) At(x, y int) color.Color { return p.RGBA64At(x, y) }

// RGBA64At returns the colour of a pixel, which is clear beside a GIF's frame.
func (p shown) RGBA64At(x, y int) color.RGBA64 {
	if p.orientation >= 5 {
		x, y = y, x
	}
	switch p.orientation {
	case 2, 3, 7, 8:
		x = p.size.X - 1 - x
	}
	switch p.orientation {
	case 3, 4, 6, 7:
		y = p.size.Y - 1 - y
	}
	if !image.Pt(x, y).In(p.RGBA64Image.Bounds()) {
		return color.RGBA64{} // beside the frame
	}
	return p.RGBA64Image.RGBA64At(x, y)
}
