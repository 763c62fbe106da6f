//go:build (!amd64 && !arm64) || purego

package kernel

func available() []*set { return []*set{{name: Generic}} }
