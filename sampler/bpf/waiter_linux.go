package bpf

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/model"
)

const (
	strikes    = 2           // periods that ended without a wake-up though data came: the ring is never woken
	unwokenFor = time.Minute // how long such a ring keeps its tick
)

// waiter waits for a ring's wake-up while nothing moves. It is one more waiter in the kernel's queue and takes nothing from the reader.
type waiter struct {
	bell    int // eventfd that ends a wait
	never   bool
	waited  bool // since the last look
	woken   bool // the ring ended that wait
	strikes int
	ticks   time.Time // until then the ring keeps its tick
}

// newWaiter makes the waiter of r. In overwrite mode wake-ups come only by chance, and a user ring wakes its producer.
func newWaiter(r *model.Ring) (waiter, error) {
	w := waiter{bell: -1, never: r.Geometry.OverwriteMode || r.Type != model.TypeRingbuf}
	if w.never {
		return w, nil
	}
	var err error
	if w.bell, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return w, fmt.Errorf("make an event: %w", err)
	}
	return w, nil
}

// judge learns from the last wait: data that came without a wake-up were written with BPF_RB_NO_WAKEUP.
func (w *waiter) judge(now time.Time, moved bool) {
	if !w.waited {
		return
	}
	w.waited = false
	switch {
	case w.woken:
		w.strikes = 0
	case moved:
		if w.strikes++; w.strikes >= strikes {
			w.strikes, w.ticks = 0, now.Add(unwokenFor)
		}
	}
}

// works reports whether a wait can end by itself. Unread data do not let one sleep, and while the reader is behind nobody is woken.
func (w *waiter) works(now time.Time, s *source) bool {
	if w.never || s.fd < 0 || now.Before(w.ticks) {
		return false
	}
	p := &s.tap.last
	if s.consumer != nil {
		return !s.consumer.stuck(p.Producer) // a busy head would make it spin
	}
	return p.Producer == p.Consumer
}

// wait returns when the ring fd has data, ctx is done, or most has passed. It asks anew each time, because an epoll set that has been
// drained does not report records without wake-up.
func (w *waiter) wait(ctx context.Context, fd int, most time.Duration) {
	rung := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(rung)
		_, _ = unix.Write(w.bell, []byte{1, 0, 0, 0, 0, 0, 0, 0}) // full: it is rung already
	})
	defer func() {
		if !stop() {
			<-rung // the descriptor must not be closed before
		}
	}()
	fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}, {Fd: int32(w.bell), Events: unix.POLLIN}}
	left := unix.NsecToTimespec(int64(most))
	_, err := unix.Ppoll(fds, &left, nil)
	for err == unix.EINTR { // a signal of the Go runtime; the kernel counts left down
		_, err = unix.Ppoll(fds, &left, nil)
	}
	// When the time is up poll looks a last time, and finds what came without wake-up.
	w.waited, w.woken = true, left.Nano() > 0 && (fds[0].Revents != 0 || fds[1].Revents != 0)
}

func (w *waiter) close() error {
	if w.bell < 0 {
		return nil
	}
	fd := w.bell
	w.bell = -1
	if err := unix.Close(fd); err != nil {
		return fmt.Errorf("close the event: %w", err)
	}
	return nil
}
