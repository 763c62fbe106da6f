//go:build !browser

package picture

import (
	"bytes"
	"image"
	"testing"
)

// A file has the format of its ending. JPEG has the quality 95: the first step of its tables, 16 at
// the quality 50, is 2.
func TestEncoder(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 32, 24))
	for i := range m.Pix {
		m.Pix[i] = uint8(i * 5 % 251)
	}
	const png, jpeg = "\x89PNG", "\xff\xd8"
	for name, magic := range map[string]string{"a.png": png, "b.c.PNG": png, "a.jpg": jpeg, "a.JPEG": jpeg} {
		encode, err := Encoder(name)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := encode(&b, m); err != nil || !bytes.HasPrefix(b.Bytes(), []byte(magic)) {
			t.Errorf("%s begins with %q, %v", name, b.Bytes()[:4], err)
		}
		const tables = "\xff\xdb\x00\x84\x00" // two of 64 bytes
		if _, steps, ok := bytes.Cut(b.Bytes(), []byte(tables)); ok != (magic == jpeg) || ok && steps[0] != 2 {
			t.Errorf("%s: tables %v, which begin with %v", name, ok, steps[:min(1, len(steps))])
		}
	}
	for _, name := range []string{"a.gif", "png", ""} {
		if _, err := Encoder(name); err == nil {
			t.Errorf("%q has a format", name)
		}
	}
}
