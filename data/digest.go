package data

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// SHA256 returns the SHA-256 sum, in hexadecimal digits, of the size of the
// images as text, such as "28x28 ", the labels and the pixels. Sets with the same
// sum are equal, however they are stored.
func (s *Set) SHA256() string {
	h := sha256.New()
	fmt.Fprintf(h, "%dx%d ", s.Rows, s.Cols)
	h.Write(s.Labels)
	h.Write(s.Images)
	return hex.EncodeToString(h.Sum(nil))
}
