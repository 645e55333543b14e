package bpftest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// Wait is how a reader waits for its ring.
type Wait string

// Waits of a [Reading].
const (
	Epoll  Wait = ""       // edge-triggered: it would spin on a busy head else
	Nested Wait = "nested" // in an epoll set that holds the one with the ring
	Poll   Wait = "poll"
	Select Wait = "select"
)

// Reading is how a reader reads.
type Reading struct {
	Every     time.Duration // it waits for nothing and looks that often; 0: it waits
	Wait      Wait
	Timeout   time.Duration // of a wait; 0: none. After a timeout of epoll nothing is taken, as libbpf's ring_buffer__poll does
	Flushes   bool          // after a timeout it takes what is there
	PerSecond int           // it takes at most so many records a second; 0: all
	Work      time.Duration // of CPU time over each record
	Never     bool          // it waits, but takes nothing
	Overwrite bool          // the ring is in overwrite mode: it goes on where the ring's oldest record stands if that is further
	Threads   int           // so many threads sleep beside
	Forks     bool          // a child by fork inherits its mappings, and sleeps
	Spawns    bool          // it starts other programs all the time
}

// reader consumes as libbpf's ringbuf_process_ring does, but releases once for all that it found.
type reader struct {
	how                Reading
	ring               *ebpf.Map // its descriptor would be closed when nothing refers to it
	consumer, producer *atomic.Uint64
	overwrite          *atomic.Uint64 // nil: not in overwrite mode
	data               []byte
	size               uint64
	tally              Tally
	began              time.Time
	spins              uint64 // of the work
}

// take takes what is there, or as much of it as the reader's rate allows.
func (r *reader) take(all bool) {
	if r.how.Never {
		return
	}
	for {
		most := uint64(math.MaxUint64)
		if n := r.how.PerSecond; n > 0 && !all {
			if most = uint64(time.Since(r.began).Seconds() * float64(n)); most <= r.tally.Records {
				return
			}
			most -= r.tally.Records
		}
		if r.how.Work > 0 {
			most = min(most, 1)
		}
		if !r.some(most) {
			return
		}
		for began := threadTime(); !all && threadTime()-began < r.how.Work; {
			r.spins++
		}
	}
}

// threadTime is the CPU time of the calling thread.
func threadTime() time.Duration {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t) // fails for no reason that there could be here
	return time.Duration(t.Nano())
}

// gone reports how far the ring was overwritten; a record before it may be another one by now.
func (r *reader) gone() uint64 {
	if r.overwrite == nil {
		return 0
	}
	return r.overwrite.Load()
}

// some takes up to most records and reports whether there were any. In overwrite mode a record counts as taken if it was still there
// after it was read, and the reader goes on at the ring's oldest one if it was not.
func (r *reader) some(most uint64) bool {
	pos, end := r.consumer.Load(), r.producer.Load()
	from := pos
	for ; most > 0; most-- {
		if pos = max(pos, r.gone()); pos >= end {
			break
		}
		length := (*atomic.Uint32)(unsafe.Pointer(&r.data[pos&(r.size-1)])).Load()
		if length&(1<<31) != 0 {
			break
		}
		span := Span(int(length &^ (1 << 30)))
		if r.gone() > pos {
			continue
		}
		r.tally.Records++
		if length&(1<<30) != 0 {
			r.tally.Discarded++
		}
		r.tally.Bytes += span
		pos += span
	}
	if pos == from {
		return false
	}
	r.consumer.Store(pos)
	return true
}

// read maps the ring as a consumer does and takes from it as how says, until it is asked to end.
func read(how Reading) error {
	r, err := mapRing(how)
	if err != nil {
		return err
	}
	var asleep sync.WaitGroup
	for range how.Threads {
		asleep.Add(1)
		go func() {
			runtime.LockOSThread()
			asleep.Done()
			for {
				forever := unix.NsecToTimespec(int64(time.Hour))
				_ = unix.Nanosleep(&forever, nil)
			}
		}()
	}
	bell, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		return err
	}
	asked := make(chan error, 1)
	go func() {
		err := untilAsked()
		_, _ = unix.Write(bell, []byte{1, 0, 0, 0, 0, 0, 0, 0})
		asked <- err
	}()
	wait, err := r.waiting(bell)
	if err != nil {
		return err
	}
	asleep.Wait()
	runtime.LockOSThread() // its CPU time is asked for
	if how.Forks {
		if err := fork(); err != nil {
			return err
		}
	}
	if how.Spawns {
		for range 4 { // side by side, so that one is amid it whenever somebody looks, also where there is one processor
			go spawn()
		}
	}
	say("ready")
	defer runtime.KeepAlive(r.ring)
	for there := true; ; {
		if there {
			r.take(false)
		}
		select {
		case err := <-asked:
			r.take(true)
			line, jerr := json.Marshal(r.tally)
			say(string(line))
			return errors.Join(err, jerr)
		default:
		}
		if there, err = wait(); err != nil {
			return fmt.Errorf("wait: %w", err)
		}
	}
}

func mapRing(how Reading) (*reader, error) {
	var stat unix.Stat_t
	if err := unix.Fstat(ringFD, &stat); err != nil {
		return nil, fmt.Errorf("no ring was handed over: %w", err)
	}
	m, err := ebpf.NewMapFromFD(ringFD)
	if err != nil {
		return nil, err
	}
	page, size := os.Getpagesize(), int(m.MaxEntries())
	own, err := unix.Mmap(ringFD, 0, page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map the consumer page: %w", err)
	}
	rest, err := unix.Mmap(ringFD, int64(page), page+2*size, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map the data: %w", err)
	}
	r := &reader{
		how: how, ring: m, consumer: word(own, 0), producer: word(rest, 0), data: rest[page:], size: uint64(size), began: time.Now(),
	}
	if how.Overwrite {
		r.overwrite = word(rest, 16) // on a kernel of 64 bits
	}
	return r, nil
}

// waiting makes the function that waits for the ring or the bell, and reports whether the ring is to be looked at.
func (r *reader) waiting(bell int) (func() (bool, error), error) {
	pause, most := r.how.Every, -1
	if r.how.PerSecond > 0 && pause == 0 {
		pause = 10 * time.Millisecond
	}
	if r.how.Timeout > 0 {
		most = int(r.how.Timeout.Milliseconds())
	}
	if pause > 0 {
		return func() (bool, error) {
			time.Sleep(pause)
			return true, nil
		}, nil
	}
	switch r.how.Wait {
	case Poll:
		return func() (bool, error) {
			fds := []unix.PollFd{{Fd: int32(bell), Events: unix.POLLIN}, {Fd: -1}, {Fd: ringFD, Events: unix.POLLIN}}
			n, err := unix.Poll(fds, most)
			return n > 0, again(err)
		}, nil
	case Select:
		return func() (bool, error) {
			var set unix.FdSet
			set.Set(bell)
			set.Set(ringFD)
			var left *unix.Timeval
			if most >= 0 {
				t := unix.NsecToTimeval(r.how.Timeout.Nanoseconds())
				left = &t
			}
			n, err := unix.Select(max(bell, ringFD)+1, &set, nil, nil, left)
			return n > 0, again(err)
		}, nil
	default:
		set, err := watchAll(r.how.Wait == Nested, ringFD, bell)
		return func() (bool, error) {
			var events [2]unix.EpollEvent
			n, err := unix.EpollWait(set, events[:], most)
			return n > 0 || r.how.Flushes && err == nil, again(err)
		}, err
	}
}

// again lets a wait that a signal ended begin again.
func again(err error) error {
	if errors.Is(err, unix.EINTR) {
		return nil
	}
	return err
}

// watchAll makes an epoll set of the ring and the bell.
func watchAll(nested bool, ring, bell int) (int, error) {
	outer, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return -1, err
	}
	inner := outer
	if nested {
		if inner, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
			return -1, err
		}
	}
	if err := unix.EpollCtl(inner, unix.EPOLL_CTL_ADD, ring, &unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLET}); err != nil {
		return -1, err
	}
	if nested {
		if err := unix.EpollCtl(outer, unix.EPOLL_CTL_ADD, inner, &unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLET}); err != nil {
			return -1, err
		}
	}
	return outer, unix.EpollCtl(outer, unix.EPOLL_CTL_ADD, bell, &unix.EpollEvent{Events: unix.EPOLLIN})
}
