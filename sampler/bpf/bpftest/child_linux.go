package bpftest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync/atomic"
	"time"
	"unsafe"

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
		m, err := unix.Mmap(ringFD, 0, 2*os.Getpagesize(), unix.PROT_READ, unix.MAP_SHARED)
		if err != nil {
			return fmt.Errorf("map the ring: %w", err)
		}
		say("ready")
		err = untilAsked()
		_ = m[0] // mapped until here
		return err
	case "idle":
		return read(0, func(*reader) {})
	case "read":
		every, err := time.ParseDuration(args[0])
		if err != nil {
			return err
		}
		return read(every, (*reader).take)
	default:
		return fmt.Errorf("no such role")
	}
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

// reader consumes as libbpf's ringbuf_process_ring does, but releases once for all that it found.
type reader struct {
	consumer, producer *atomic.Uint64
	data               []byte
	size               uint64
	tally              Tally
}

func (r *reader) take() {
	for {
		pos, end := r.consumer.Load(), r.producer.Load()
		from := pos
		for pos != end {
			length := (*atomic.Uint32)(unsafe.Pointer(&r.data[pos&(r.size-1)])).Load()
			if length&(1<<31) != 0 {
				break
			}
			span := Span(int(length &^ (1 << 30)))
			r.tally.Records++
			if length&(1<<30) != 0 {
				r.tally.Discarded++
			}
			r.tally.Bytes += span
			pos += span
		}
		if pos == from {
			return
		}
		r.consumer.Store(pos)
	}
}

// read maps the ring as a consumer does and takes from it whenever it is woken, or that often.
func read(every time.Duration, take func(*reader)) error {
	var stat unix.Stat_t
	if err := unix.Fstat(ringFD, &stat); err != nil {
		return fmt.Errorf("no ring was handed over: %w", err)
	}
	m, err := ebpf.NewMapFromFD(ringFD)
	if err != nil {
		return err
	}
	page, size := os.Getpagesize(), int(m.MaxEntries())
	own, err := unix.Mmap(ringFD, 0, page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("map the consumer page: %w", err)
	}
	rest, err := unix.Mmap(ringFD, int64(page), page+2*size, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("map the data: %w", err)
	}
	r := &reader{consumer: word(own, 0), producer: word(rest, 0), data: rest[page:], size: uint64(size)}

	asked := make(chan error, 1)
	bell, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		return err
	}
	go func() {
		err := untilAsked()
		_, _ = unix.Write(bell, []byte{1, 0, 0, 0, 0, 0, 0, 0})
		asked <- err
	}()
	poll, err := watchBoth(ringFD, bell)
	if err != nil {
		return err
	}
	say("ready")
	for {
		take(r)
		select {
		case err := <-asked:
			take(r)
			line, jerr := json.Marshal(r.tally)
			say(string(line))
			return errors.Join(err, jerr)
		default:
		}
		if every > 0 {
			time.Sleep(every)
			continue
		}
		var events [2]unix.EpollEvent
		if _, err := unix.EpollWait(poll, events[:], -1); err != nil && err != unix.EINTR {
			return fmt.Errorf("wait: %w", err)
		}
	}
}

// watchBoth makes an epoll set of the ring (edge-triggered: it would spin on a busy head else) and the bell.
func watchBoth(ring, bell int) (int, error) {
	poll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return -1, err
	}
	if err := unix.EpollCtl(poll, unix.EPOLL_CTL_ADD, ring, &unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLET}); err != nil {
		return -1, err
	}
	return poll, unix.EpollCtl(poll, unix.EPOLL_CTL_ADD, bell, &unix.EpollEvent{Events: unix.EPOLLIN})
}
