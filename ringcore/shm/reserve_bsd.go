//go:build dragonfly || freebsd || netbsd || openbsd

package shm

import "os"

// reserve gives a file its size. Its blocks are found when they are first written.
func reserve(f *os.File, bytes int64) error { return f.Truncate(bytes) }
