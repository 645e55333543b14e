//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// connect starts a program in a terminal of w x h cells. near is the emulator's end of the line, far the program's: it stays open here
// to ask what the program has not read yet.
func connect(cmd *exec.Cmd, w, h int) (near, far *os.File, err error) {
	near, far, err = pty.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("open a terminal: %w", err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = far, far, far
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err = pty.Setsize(near, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)}); err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, nil, errors.Join(err, near.Close(), far.Close())
	}
	return near, far, nil
}

// receive waits until something comes from the program and calls use with it. It reads and uses it under mu: who holds that, knows
// that nothing is between the line and the emulator.
func receive(near *os.File, mu sync.Locker, buf []byte, use func([]byte)) error {
	if _, err := poll(near, forever); err != nil {
		return err
	}
	mu.Lock()
	defer mu.Unlock()
	n, err := near.Read(buf) // at once: nobody else reads
	if n > 0 {
		use(buf[:n])
	}
	return err
}

// waiting reports whether something can be read at an end of the line. Linux first brings there what is still under way
// (drivers/tty/n_tty.c, n_tty_poll); FIONREAD would not.
func waiting(end *os.File) (bool, error) {
	events, err := poll(end, 0)
	return events&unix.POLLIN != 0, err
}

// forever is how long poll waits, in milliseconds, where there is no end to it.
const forever = -1

// poll waits until something can be read or the other end is closed, for as many milliseconds.
func poll(end *os.File, ms int) (events int16, err error) {
	line, err := end.SyscallConn()
	if err != nil {
		return 0, err
	}
	ask := []unix.PollFd{{Events: unix.POLLIN}}
	var failed error
	err = line.Control(func(fd uintptr) {
		ask[0].Fd = int32(fd)
		for {
			if _, failed = unix.Poll(ask, ms); !errors.Is(failed, unix.EINTR) {
				return
			}
		}
	})
	return ask[0].Revents, errors.Join(err, failed)
}
