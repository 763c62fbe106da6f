package photo

// Photograph returns the built-in photograph as a JPEG file.
func Photograph() []byte { return []byte(photograph) }
