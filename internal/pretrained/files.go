//go:build !browser

package pretrained

import _ "embed"

//go:embed lenet.safetensors
var modern []byte

//go:embed original.safetensors
var original []byte
