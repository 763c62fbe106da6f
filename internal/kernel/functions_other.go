//go:build !amd64 || purego

package kernel

func mapVector[T Float](Function, []T, []T) bool { return false }

func gradVector[T Float](Function, []T, []T, []T) bool { return false }

func addVector[T Float]([]T, []T, []T) bool { return false }
