//go:build !amd64 || purego

package kernel

func available() []string { return []string{Generic} }

func tilesOf[T Float]() *tiles[T] { return nil }
