package bpf

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/model"
	"ringscope/sampler"
)

// verdict says whether a ring goes on.
type verdict uint8

const (
	alive     verdict = iota
	suspected         // nobody but us seems to keep it: letting go tells
	contested         // nobody but us and others that merely look seems to keep it, and each of them may wait for the others to let go
	left              // only others that merely look, as we do, keep it
	replaced          // its pin names another ring now
)

// watcher watches who keeps a ring alive. Everything that takes time happens in a goroutine beside the looks.
type watcher struct {
	results chan news // what the goroutine found; nil: none is under way
	cancel  context.CancelFunc

	it     *iterators
	sites  siteIndex // a census has it while it is under way
	rivals rivals    // as sites
	kin    kin       // as sites
	owners []int     // pidfds
	peers  []int     // processes that merely look at the ring
	orphan bool      // the last census found nobody but peers; without the iterators that is a reason to let go and look again
	tries  int       // so often it was let go of for awayFor in vain since a census found somebody who keeps it

	asked, kept, ended time.Time // when last
	urgent             time.Time // until then look often: an owner's process has ended
}

// news is what a census brought.
type news struct {
	ring   *model.Ring
	it     *iterators
	owners []int
	peers  []int
	orphan bool
	sure   bool // who reads is told for good
	err    error
}

const maxOwners = 64 // whose end is waited for

// hurry makes it look often for d.
func (w *watcher) hurry(now time.Time, d time.Duration) {
	if until := now.Add(d); until.After(w.urgent) {
		w.urgent = until
	}
}

// ask takes a census in the background when one is due.
func (w *watcher) ask(now time.Time, s *source) {
	every := censusEvery
	if now.Before(w.urgent) {
		every = urgentEvery
	}
	if w.results != nil || !w.asked.IsZero() && now.Sub(w.asked) < every {
		return
	}
	w.asked = now
	ctx, cancel := context.WithCancel(context.Background())
	results := make(chan news, 1)
	w.results, w.cancel = results, cancel
	ring, ours := s.ring, 0
	if s.consumer != nil {
		ours = 1
	}
	if w.sites == nil {
		w.sites, w.rivals, w.kin = make(siteIndex), make(rivals), make(kin)
	}
	sites, rivals, kin := w.sites, w.rivals, w.kin
	go func() {
		var n news
		defer func() {
			if v := recover(); v != nil {
				n.err = sampler.Panicked("looking who has the ring", v)
			}
			results <- n
		}()
		n.collect(ctx, ring, ours, sites, kin)
		n.ring, n.sure = rivals.judge(n.ring)
	}()
}

func (n *news) collect(ctx context.Context, ring *model.Ring, ours int, sites siteIndex, kin kin) {
	c := takeCensus(ctx, map[uint32]uint64{ring.ID: ring.Size()})
	n.ring, n.peers = c.tell(ring, ours), c.peers(ring.ID, kin)
	n.ring.Programs = sites.fill(ctx, ring.ID, n.ring.Programs)
	n.it, _ = loadIterators() // without them the census says so
	others := 0
	for _, p := range n.ring.Owners {
		if slices.Contains(n.peers, p.PID) {
			continue
		}
		if others++; others > maxOwners {
			break
		}
		if fd, err := unix.PidfdOpen(p.PID, 0); err == nil { // it may have ended; then the next census tells
			n.owners = append(n.owners, fd)
		}
	}
	n.orphan = others+len(n.ring.Pins)+len(n.ring.OuterIDs)+len(n.ring.Programs) == 0
}

// news returns what the last census found, once; nil: nothing new.
func (w *watcher) news(s *source) (*model.Ring, error) {
	select {
	case n := <-w.results:
		w.results = nil
		w.cancel()
		if n.err != nil {
			return nil, n.err
		}
		err := closeAll(w.owners)
		w.it, w.owners, w.peers, w.orphan = n.it, n.owners, n.peers, n.orphan
		if w.orphan {
			w.kept = time.Time{}
		} else {
			w.tries = 0
		}
		if !n.sure {
			w.hurry(w.asked, 2*urgentEvery)
		}
		return n.ring, err
	default:
		return nil, nil //nolint:nilnil // nothing new is no error
	}
}

// over says whether the ring seems to go on.
func (w *watcher) over(now time.Time, s *source) (verdict, error) {
	if now.Sub(w.ended) >= endedEvery {
		w.ended = now
		if w.ownerEnded() {
			w.hurry(now, urgentFor)
			w.asked, w.kept = time.Time{}, time.Time{}
		}
	}
	if now.Sub(w.kept) < keptEvery {
		return alive, nil
	}
	w.kept = now
	if s.selector.Pin != "" && s.options.Wait {
		if id, ok := pinnedMap(s.selector.Pin); ok && id != s.ring.ID {
			return replaced, nil
		}
	}
	switch {
	case !s.byID: // letting go could not be undone
		return alive, nil
	case w.it == nil:
		if w.orphan {
			w.orphan = false // until the next census
			switch {
			case len(w.peers) == 0 || s.consumer != nil: // a consumer is no peer of theirs
				return suspected, nil
			case w.tries < mostTries:
				w.tries++
				return contested, nil
			}
		}
		return alive, nil
	}
	all, err := w.it.kept()
	if err != nil {
		return alive, fmt.Errorf("ask who keeps ring %d alive: %w", s.ring.ID, err)
	}
	k, ok := all[s.ring.ID]
	switch {
	case !ok || k.refs <= 1: // our own
		return suspected, nil
	case k.refs-1 <= w.livingPeers():
		if w.orphan {
			return left, nil
		}
		w.asked = time.Time{} // a peer that lives may have let go of it, and somebody else keep it: ask who does
		return alive, nil
	default:
		return alive, nil
	}
}

// ownerEnded reports whether an owner's process ended since the last census, once for each.
func (w *watcher) ownerEnded() bool {
	if len(w.owners) == 0 {
		return false
	}
	fds := make([]unix.PollFd, len(w.owners))
	for i, fd := range w.owners {
		fds[i] = unix.PollFd{Fd: int32(fd), Events: unix.POLLIN}
	}
	if n, err := unix.Poll(fds, 0); err != nil || n == 0 {
		return false
	}
	still := w.owners[:0]
	for i, fd := range w.owners {
		if fds[i].Revents == 0 {
			still = append(still, fd)
		} else {
			_ = unix.Close(fd)
		}
	}
	w.owners = still
	return true
}

func (w *watcher) livingPeers() (n uint64) {
	for _, pid := range w.peers {
		if unix.Kill(pid, 0) == nil {
			n++
		}
	}
	return n
}

// close ends the goroutine and lets go of everything.
func (w *watcher) close() error {
	if w.results != nil {
		w.cancel()
		n := <-w.results
		w.results = nil
		w.owners = append(w.owners, n.owners...)
	}
	err := closeAll(w.owners)
	w.owners = nil
	return err
}

func closeAll(fds []int) (err error) {
	for _, fd := range fds {
		if e := unix.Close(fd); e != nil {
			err = errors.Join(err, fmt.Errorf("close a descriptor: %w", e))
		}
	}
	return err
}
