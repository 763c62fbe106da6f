//go:build amd64 && !purego

package kernel

//go:generate go -C _asm run . -group conv -out ../conv_amd64.s -stubs ../conv_amd64.go -pkg kernel
//go:generate go -C _asm run . -group dot -out ../dot_amd64.s -stubs ../dot_amd64.go -pkg kernel
//go:generate go -C _asm run . -group math -out ../math_amd64.s -stubs ../math_amd64.go -pkg kernel
//go:generate go -C _asm run . -group gemm -out ../gemm_amd64.s -stubs ../gemm_amd64.go -pkg kernel
//go:generate go -C _asm run . -group images -out ../images_amd64.s -stubs ../images_amd64.go -pkg kernel
//go:generate go -C _asm run . -group layout -out ../layout_amd64.s -stubs ../layout_amd64.go -pkg kernel
//go:generate go -C _asm run . -group norm -out ../norm_amd64.s -stubs ../norm_amd64.go -pkg kernel
//go:generate go -C _asm run . -group peak -out ../peak_amd64.s -stubs ../peak_amd64.go -pkg kernel
//go:generate go -C _asm run . -group pool -out ../pool_amd64.s -stubs ../pool_amd64.go -pkg kernel
