package pretrained

import _ "embed"

// original has the weights of the original LeNet-5, trained by
// 'hw4 lenet --train --arch original --epochs 20'.
//
//go:embed original.safetensors
var original []byte

// Files returns the weights of the original and the modern LeNet-5 as .safetensors files,
// by the names of the variants.
func Files() map[string][]byte { return map[string][]byte{"original": original, "modern": lenet} }
