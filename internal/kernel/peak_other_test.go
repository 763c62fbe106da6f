//go:build !amd64 || purego

package kernel

func peakFLOPS() float64 { return 0 }
