package html

import _ "embed"

//go:embed math.woff2
var mathFont []byte

// MathFont returns the font of the formulas, in the format WOFF2.
func MathFont() []byte { return mathFont }
