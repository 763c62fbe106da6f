//go:build !linux

package data

// room returns n zero bytes for images.
func room(n int) []byte { return make([]byte, n) }
