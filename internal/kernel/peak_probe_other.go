//go:build !amd64 || purego

package kernel

// PeakFLOPS returns 0: there is no loop to measure it with.
func PeakFLOPS(cores int) float64 { return 0 }
