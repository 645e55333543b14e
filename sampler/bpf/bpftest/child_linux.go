package bpftest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/rlimit"
	"golang.org/x/sys/unix"
)

const (
	roleEnv = "RINGSCOPE_BPFTEST_ROLE"
	ringFD  = 3
)

// A test binary that is started with a role plays it instead of running tests. An init function, so that no test package has to
// call it from its TestMain.
func init() {
	role := os.Getenv(roleEnv)
	if role == "" {
		return
	}
	if err := play(role, os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "process that should %s: %v\n", role, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func play(role string, args []string) error {
	switch role {
	case "hold":
		say("ready")
		return untilAsked()
	case "own":
		return own(args)
	case "view":
		return view()
	case "read":
		var how Reading
		if err := json.Unmarshal([]byte(args[0]), &how); err != nil {
			return err
		}
		return read(how)
	default:
		return fmt.Errorf("no such role")
	}
}

// view maps a ring as ringscope does.
func view() error {
	ring, err := ebpf.NewMapFromFD(ringFD)
	if err != nil {
		return err
	}
	m, err := unix.Mmap(ringFD, 0, 2*os.Getpagesize()+2*int(ring.MaxEntries()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("map the ring: %w", err)
	}
	say("ready")
	err = untilAsked()
	return errors.Join(err, unix.Munmap(m), ring.Close())
}

// untilAsked returns when the test closes our standard input, or is no more.
func untilAsked() error {
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// own makes a ring, says its id and holds it.
func own(args []string) error {
	size, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	if err := rlimit.RemoveMemlock(); err != nil {
		return err
	}
	m, err := ebpf.NewMap(&ebpf.MapSpec{Name: args[0], Type: ebpf.RingBuf, MaxEntries: uint32(size)})
	if err != nil {
		return err
	}
	info, err := m.Info()
	if err != nil {
		return err
	}
	id, ok := info.ID()
	if !ok {
		return fmt.Errorf("the kernel tells no map id")
	}
	say("ready")
	say(id)
	err = untilAsked()
	return errors.Join(err, m.Close())
}
