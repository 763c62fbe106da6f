package preview

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"io"
)

// kittyChunk is the most that one of kitty's sequences may carry.
const kittyChunk = 4096

// writeKitty sends the picture as a PNG file in base 64, in pieces, all but the
// last of which say that more follows. q=2 asks the terminal not to answer.
// Source: https://sw.kovidgoyal.net/kitty/graphics-protocol/.
func writeKitty(w io.Writer, m image.Image) error {
	var file, out bytes.Buffer
	if err := png.Encode(&file, m); err != nil {
		return err
	}
	rest := base64.StdEncoding.EncodeToString(file.Bytes())
	for keys := "f=100,a=T,q=2,"; rest != ""; keys = "" {
		chunk := rest[:min(kittyChunk, len(rest))]
		rest = rest[len(chunk):]
		more := 0
		if rest != "" {
			more = 1
		}
		fmt.Fprintf(&out, "\x1b_G%sm=%d;%s\x1b\\", keys, more, chunk)
	}
	out.WriteString("\n")
	_, err := w.Write(out.Bytes())
	return err
}
