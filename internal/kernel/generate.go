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

//go:generate go -C _asm run . -group conv -arch arm64 -out ../conv_arm64.s -stubs ../conv_arm64.go -pkg kernel
//go:generate go -C _asm run . -group dot -arch arm64 -out ../dot_arm64.s -stubs ../dot_arm64.go -pkg kernel
//go:generate go -C _asm run . -group math -arch arm64 -out ../math_arm64.s -stubs ../math_arm64.go -pkg kernel
//go:generate go -C _asm run . -group gemm -arch arm64 -out ../gemm_arm64.s -stubs ../gemm_arm64.go -pkg kernel
//go:generate go -C _asm run . -group images -arch arm64 -out ../images_arm64.s -stubs ../images_arm64.go -pkg kernel
//go:generate go -C _asm run . -group layout -arch arm64 -out ../layout_arm64.s -stubs ../layout_arm64.go -pkg kernel
//go:generate go -C _asm run . -group peak -arch arm64 -out ../peak_arm64.s -stubs ../peak_arm64.go -pkg kernel
//go:generate go -C _asm run . -group pool -arch arm64 -out ../pool_arm64.s -stubs ../pool_arm64.go -pkg kernel
