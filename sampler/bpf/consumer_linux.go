package bpf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

// releaseEvery is how many records are taken before their space is given back: a consumer that is killed leaves the position on a
// record boundary, and the next one gets at most so many again.
const releaseEvery = 512

// consumer takes the records of a ring. It sees the producer position that it is told, which is how far the observer has come.
type consumer struct {
	page  []byte   // the ring's consumer page, writable
	limit []uint64 // one: what it takes for the producer position
	width uint8
	ring  *ringcore.Consumer
}

// newConsumer maps the consumer page writable, and only then looks who else does: of two that come at the same time at least one sees
// the other. It fails with sampler.ErrBusyReader beside a reader, unless the options say to steal.
func newConsumer(ctx context.Context, s *source) (*consumer, error) {
	r := s.ring
	switch {
	case r.Type == model.TypeUserRingbuf:
		return nil, &failure{fmt.Sprintf("ring %d is a user ring buffer: the kernel consumes it, nobody else can", r.ID), sampler.ErrUnsupported, nil}
	case r.Geometry.OverwriteMode:
		return nil, &failure{fmt.Sprintf("ring %d is in overwrite mode: it can be watched but not consumed", r.ID), sampler.ErrUnsupported, nil}
	}
	c, err := mapConsumer(s)
	if err != nil || s.options.Steal {
		return c, err
	}
	if err := alone(ctx, r); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

// mapConsumer maps the consumer page writable.
func mapConsumer(s *source) (*consumer, error) {
	r := s.ring
	page, err := unix.Mmap(s.fd, 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	switch {
	case isRefused(err):
		return nil, &failure{
			fmt.Sprintf("ring %d can't be consumed: the kernel refuses to map its consumer page writable, because the map is frozen "+
				"or because of a security policy. It can be watched without --consume", r.ID), sampler.ErrNotPermitted, err,
		}
	case err != nil:
		return nil, fmt.Errorf("map the consumer page of ring %d: %w", r.ID, err)
	}
	return &consumer{page: page, limit: make([]uint64, 1), width: r.Geometry.PosWidth}, nil
}

// alone fails if somebody else maps the consumer page of r writable, as we do, or if nobody can tell.
func alone(ctx context.Context, r *model.Ring) error {
	var c census
	c.findHolders(ctx, map[uint32]uint64{r.ID: r.Size()})
	told := c.tell(r, 1)
	refuse := func(who string) error {
		return &failure{
			fmt.Sprintf("ring %d (%s) has a reader: %s. Both would take records from each other; watch it without --consume, "+
				"or take its place with --steal", r.ID, plain(r.Name), who), sampler.ErrBusyReader, nil,
		}
	}
	switch {
	case !told.Readers.Known():
		return &failure{
			fmt.Sprintf("nobody can tell whether ring %d (%s) has a reader: %s Watch it without --consume, or consume it with --steal",
				r.ID, plain(r.Name), strings.Join(c.notes, " ")), sampler.ErrBusyReader, nil,
		}
	case told.Readers.V == 0:
		return nil
	case len(told.ReaderAt) == 0:
		return refuse("a process that can't be seen from here")
	}
	var names []string
	for _, p := range told.ReaderAt {
		names = append(names, fmt.Sprintf("%s[%d]", plain(p.Comm), p.PID))
	}
	slices.Sort(names)
	return refuse(strings.Join(names, ", "))
}

// start begins at the consumer position.
func (c *consumer) start(s *source) error {
	m := s.mem.memory()
	g := s.ring.Geometry
	g.Pending, g.Overwrite = -1, -1
	c.limitTo(s.observed.Ring().ReadPositions().Producer)
	m.Consumer = c.page
	m.Producer = unsafe.Slice((*byte)(unsafe.Pointer(&c.limit[0])), 8)
	r, err := ringcore.NewRing(s.ring.Format, g, m)
	if err != nil {
		return fmt.Errorf("consume ring %d: %w", s.ring.ID, err)
	}
	if c.ring, err = ringcore.NewConsumer(r); err != nil {
		return fmt.Errorf("consume ring %d: %w", s.ring.ID, err)
	}
	return nil
}

// limitTo sets how far it may take. Only this goroutine reads it.
func (c *consumer) limitTo(producer ringcore.Pos) {
	if c.width == 4 {
		atomic.StoreUint32((*uint32)(unsafe.Pointer(&c.limit[0])), uint32(producer))
		return
	}
	atomic.StoreUint64(&c.limit[0], producer)
}

// take takes what stands before limit and is not busy. It fails with [ringcore.ErrSecondConsumer] when somebody else moved the consumer
// position.
func (c *consumer) take(limit ringcore.Pos) (took bool, err error) {
	c.limitTo(limit)
	if !c.ring.Alone() {
		return false, ringcore.ErrSecondConsumer
	}
	for {
		n := 0
		for range c.ring.Records() {
			if n++; n == releaseEvery {
				break
			}
		}
		took = took || c.ring.Position() != c.ring.Released()
		if err := c.ring.Release(); err != nil {
			return took, err
		}
		if n < releaseEvery {
			return took, nil
		}
	}
}

// stuck reports that something stands before producer which can't be taken: a busy record, or a header that can't be one.
func (c *consumer) stuck(producer ringcore.Pos) bool {
	c.limitTo(producer)
	return c.ring.Position() != producer && !c.ring.Waiting()
}

func (c *consumer) position() ringcore.Pos { return c.ring.Released() }

// stop gives up being the consumer.
func (c *consumer) stop() error {
	if c.page == nil {
		return nil
	}
	page := c.page
	c.page = nil
	if err := unix.Munmap(page); err != nil {
		return fmt.Errorf("unmap the consumer page: %w", err)
	}
	return nil
}
