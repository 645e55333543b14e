//go:build !unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"sync"
)

// There is no terminal to emulate on this system.

func connect(*exec.Cmd, int, int) (near, far *os.File, err error) {
	return nil, nil, errors.ErrUnsupported
}

func receive(*os.File, sync.Locker, []byte, func([]byte)) error { return errors.ErrUnsupported }

func waiting(*os.File) (bool, error) { return false, errors.ErrUnsupported }
