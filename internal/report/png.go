//go:build !browser

package report

import (
	"bytes"
	"fmt"
	"image/png"
)

// PNG returns the picture as a PNG file. It fails for a picture without pixels.
func (p Picture) PNG() ([]byte, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, p.Image); err != nil {
		return nil, fmt.Errorf("picture %q: %w", p.Title, err)
	}
	return b.Bytes(), nil
}
