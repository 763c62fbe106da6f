//go:build !browser

package picture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"iter"

	"hw4/internal/strict"
)

// splitPNG leaves out of a PNG file the chunks that carry no pixels, whose checksums so
// do not matter, and what follows its end.
func splitPNG(name string, file []byte) (picture, exif []byte, err error) {
	const header, frame = 8, 12 // a chunk has its length, name and checksum around its content
	picture = append(make([]byte, 0, len(file)), file[:min(header, len(file))]...)
	for at := header; at+frame <= len(file); {
		n := int64(binary.BigEndian.Uint32(file[at:]))
		if n > int64(len(file)-at-frame) {
			break
		}
		chunk := file[at : at+frame+int(n)]
		end := len(chunk) - 4
		switch kind := string(chunk[4:8]); {
		case kind == "CgBI":
			return nil, nil, unread(name, "a PNG file in the form of Apple's apps (CgBI)")
		case kind == "IEND" && n == 0:
			return append(picture, "\x00\x00\x00\x00IEND\xae\x42\x60\x82"...), exif, nil
		case kind == "eXIf" && exif == nil && binary.BigEndian.Uint32(chunk[end:]) == crc32.ChecksumIEEE(chunk[4:end]):
			exif = chunk[8:end]
		case kind == "tRNS" || kind[0]&0x20 == 0: // a capital: not to be left out
			picture = append(picture, chunk...)
		}
		at += len(chunk)
	}
	return picture, exif, nil // which the decoder will find cut short
}

// splitJPEG finds the first Exif block with an orientation.
func splitJPEG(_ string, file []byte) (picture, exif []byte, err error) {
	for marker, content := range segments(file) {
		if block, ok := bytes.CutPrefix(content, []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			if _, found := tiffTag(block, tagOrientation); found {
				return file, block, nil
			}
		}
	}
	return file, nil, nil
}

// segments yields the markers in a JPEG file up to the first pixels, each with what
// belongs to it.
func segments(file []byte) iter.Seq2[byte, []byte] {
	const restart0, restart7, pixels = 0xd0, 0xd7, 0xda
	return func(yield func(byte, []byte) bool) {
		for at := 2; at+4 <= len(file); {
			marker := file[at+1]
			switch {
			case file[at] != 0xff || marker == 0xff: // fill bytes
				at++
				continue
			case marker == 0 || restart0 <= marker && marker <= restart7: // without a length
				at += 2
				continue
			}
			next := at + 2 + int(binary.BigEndian.Uint16(file[at+2:]))
			if next < at+4 || next > len(file) || !yield(marker, file[at+4:next]) || marker == pixels {
				return
			}
			at = next
		}
	}
}

// splitWebP checks that the file is as long as it says, since its decoder believes it,
// and finds the Exif block.
func splitWebP(name string, file []byte) (picture, exif []byte, err error) {
	const header, frame, animated = 12, 8, 2
	size := frame + int64(binary.LittleEndian.Uint32(file[4:]))
	if size < header || size > int64(len(file)) {
		found := "damaged (it has " + strict.Bytes(len(file)) + ")"
		return nil, nil, strict.Failf(name, 4, "the picture", found, "%s, as it says", strict.Bytes(size))
	}
	picture = file[:size]
	for rest := picture[header:]; len(rest) > frame; {
		n := int64(binary.LittleEndian.Uint32(rest[4:]))
		if n += n & 1; n > int64(len(rest)-frame) {
			break
		}
		content := rest[frame : frame+n]
		switch string(rest[:4]) {
		case "VP8X":
			if n > 0 && content[0]&animated != 0 {
				return nil, nil, unread(name, "an animated WebP file")
			}
		case "EXIF":
			exif = bytes.TrimPrefix(content, []byte("Exif\x00\x00"))
		}
		rest = rest[frame+n:]
	}
	return picture, exif, nil
}

// splitTIFF refuses what the decoder does not know how to show, and tiles, for which it
// allocates more than for the picture. A TIFF file is its own Exif block.
func splitTIFF(name string, file []byte) (picture, exif []byte, err error) {
	kind, _ := tiffTag(file, tagSubfile)
	code, _ := tiffTag(file, tagCompression)
	_, tiled := tiffTag(file, tagTileWidth)
	switch {
	case kind&1 != 0:
		err = unread(name, "a raw photograph, or another TIFF file that begins with a preview")
	case 2 <= code && code <= 4:
		err = unread(name, "a TIFF file of fax codes (CCITT)") // whose black and white it may exchange
	case tiled:
		err = unread(name, "a TIFF file of tiles")
	}
	return file, file, err
}
