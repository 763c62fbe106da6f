//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package terminal

import "time"

func ask(int, string, byte, time.Duration) string { return "" }

func cell(int) (width, height int) { return 0, 0 }
