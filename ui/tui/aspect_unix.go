//go:build unix

package tui

import "golang.org/x/sys/unix"

// pixels asks a terminal how many pixels wide and high its screen is; false: it does not tell.
func pixels(fd uintptr) (columns, rows, width, height int, ok bool) {
	ws, err := unix.IoctlGetWinsize(int(fd), unix.TIOCGWINSZ)
	if err != nil {
		return 0, 0, 0, 0, false
	}
	return int(ws.Col), int(ws.Row), int(ws.Xpixel), int(ws.Ypixel), true
}
