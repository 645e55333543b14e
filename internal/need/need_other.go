//go:build !linux

package need

import (
	"errors"
	"fmt"
	"runtime"
)

var errNotLinux = fmt.Errorf("not on %s: %w", runtime.GOOS, errors.ErrUnsupported)

func bpfWorks() error { return errNotLinux }

func bpffsMounted() error { return errNotLinux }

func ptyWorks() error { return errNotLinux }

func libbpfCompiles() (cc string, err error) { return "", errNotLinux }
