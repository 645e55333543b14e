//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package shm

import (
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
		b.close()
		return backing{}, fmt.Errorf("take its name away: %w", err)
	}
	if err := reserve(f, int64(l.stored())); err != nil {
		b.close()
		return backing{}, fmt.Errorf("set its size: %w", err)
	}
	return b, nil
}
