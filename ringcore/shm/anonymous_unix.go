//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package shm

import (
	"errors"
	"fmt"
	"os"
)

// anonymous makes a file without a name: there is no memfd, and names of POSIX shared memory are shared by the whole system.
func anonymous(l layout) (backing, error) {
	f, err := os.CreateTemp("", "ringscope-*")
	if err != nil {
		return backing{}, err
	}
	b := backing{f}
	if err := os.Remove(f.Name()); err != nil {
		return backing{}, errors.Join(fmt.Errorf("take its name away: %w", err), b.close())
	}
	if err := reserve(f, int64(l.stored())); err != nil {
		return backing{}, errors.Join(fmt.Errorf("set its size: %w", err), b.close())
	}
	return b, nil
}
