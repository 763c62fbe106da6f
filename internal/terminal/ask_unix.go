//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package terminal

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// ask writes a question to the terminal of a descriptor and returns its answer, up
// to and with the character that ends it, or what came of it in time. It asks
// nothing, since it could not read the answer, unless the process is in the
// foreground of its terminal.
func ask(fd int, question string, end byte, within time.Duration) string {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return ""
	}
	defer tty.Close()
	in := int(tty.Fd())
	if group, err := unix.IoctlGetInt(in, unix.TIOCGPGRP); err != nil || group != unix.Getpgrp() {
		return ""
	}
	state, err := term.MakeRaw(in) // or the answer would be shown, and wait for Enter
	if err != nil {
		return ""
	}
	defer func() { _ = term.Restore(in, state) }()
	if _, err := unix.Write(fd, []byte(question)); err != nil {
		return ""
	}
	return readUntil(in, end, time.Now().Add(within))
}

// readUntil reads from a terminal up to a character or a time.
func readUntil(fd int, end byte, deadline time.Time) string {
	const longest = 64
	var answer []byte
	for len(answer) < longest {
		left := time.Until(deadline)
		ready := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		if n, err := unix.Poll(ready, int(left.Milliseconds())); left <= 0 || err != nil || n == 0 {
			break
		}
		b := make([]byte, 1)
		if n, err := unix.Read(fd, b); err != nil || n == 0 {
			break
		}
		answer = append(answer, b[0])
		if b[0] == end {
			break
		}
	}
	return string(answer)
}

// cell returns the width and height of a character in pixels, zero if the
// terminal does not say.
func cell(fd int) (width, height int) {
	ws, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ)
	if err != nil || ws.Col == 0 || ws.Row == 0 {
		return 0, 0
	}
	return int(ws.Xpixel / ws.Col), int(ws.Ypixel / ws.Row)
}
