package bpf

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"ringscope/ringcore"
	"ringscope/sampler"
)

// lazyAbove is the size in bytes from which mapping the data waits for the second look: mapping 2 GiB takes 200 ms, and the first frame
// must not wait for it.
const lazyAbove = 64 << 20

// Open opens the ring that sel means, without becoming its consumer unless o says so. With o.Wait and a name or a pin, it waits for the
// ring where there is none yet, and goes on at its successor after its end.
//
// Errors wrap sampler.ErrNotPermitted, ErrNoSuchRing, ErrAmbiguous ([AmbiguousError]), ErrUnsupported and ErrBusyReader, and say what to
// do.
func Open(ctx context.Context, sel Selector, o Options) (sampler.Source, error) {
	find := func(ctx context.Context) (sampler.Source, error) {
		s, err := open(ctx, sel, o)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	if !o.Wait || sel.Name == "" && sel.Pin == "" {
		return find(ctx)
	}
	if err := probe(ctx, sel, o); err != nil && !errors.Is(err, sampler.ErrNoSuchRing) {
		return nil, err
	}
	return sampler.Follow(ctx, sel.what(), find), nil
}

// probe says what is wrong with opening a ring, and holds nothing.
func probe(ctx context.Context, sel Selector, o Options) error {
	if o.Consume {
		s, err := open(ctx, sel, o)
		if err != nil {
			return err
		}
		return s.Close()
	}
	fd, _, err := find(ctx, sel)
	if err != nil {
		return err
	}
	return unix.Close(fd)
}

func open(ctx context.Context, sel Selector, o Options) (_ *source, err error) {
	fd, i, err := find(ctx, sel)
	if err != nil {
		return nil, err
	}
	s := &source{selector: sel, options: o, fd: fd, ring: ring(&i), waiter: waiter{bell: -1}}
	s.ring.PayloadUnread = !o.Payload
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.mem, err = reserve(s.ring.Size()); err != nil {
		return nil, err
	}
	if o.Consume {
		if s.consumer, err = newConsumer(ctx, s); err != nil {
			return nil, err
		}
	}
	if o.Consume || s.ring.Size() <= lazyAbove {
		err = s.mapAll()
	} else {
		err = s.mem.attachPositions(fd)
	}
	if err != nil {
		return nil, err
	}
	r, err := ringcore.NewRing(s.ring.Format, s.ring.Geometry, s.mem.memory())
	if err != nil {
		return nil, fmt.Errorf("look at ring %d: %w", i.ID, err)
	}
	s.observed = sampler.NewObserved(r, sampler.ObservedOptions{Payload: o.Payload})
	if s.consumer != nil {
		if err := s.consumer.start(s); err != nil {
			return nil, err
		}
	}
	if s.waiter, err = newWaiter(s.ring); err != nil {
		return nil, err
	}
	s.byID, s.idle = canLookUp(i.ID), s.wait
	return s, nil
}
