package bpf

import (
	"context"
	"fmt"

	"ringscope/ringcore"
	"ringscope/sampler"
)

// Look finds every ring of this host, by id, with positions, holders, readers and programs as one look told them, and what surrounds them.
// It fails with sampler.ErrNotPermitted or sampler.ErrUnsupported; a ring that can't be opened is listed with the reason.
func Look(ctx context.Context) (Host, error) {
	var h Host
	sizes := make(map[uint32]uint64)
	unknown := 0
	maps, err := eachMap(func(fd int, i *mapInfo, err error) {
		switch {
		case ctx.Err() != nil:
		case err != nil:
			unknown++
			h.Notes = append(h.Notes, fmt.Sprintf("Map %d could not be looked at: %v.", i.ID, sentence(err)))
		case i.isRing():
			l := Listed{Ring: ring(i)}
			l.Positions, l.Err = readPositions(fd, l.Ring.Geometry)
			h.Rings = append(h.Rings, l)
			sizes[i.ID] = uint64(i.MaxEntries)
		}
	})
	h.Maps = maps
	switch {
	case isRefused(err):
		return h, sentence(err) // it says what was refused
	case err != nil:
		return h, fmt.Errorf("look for rings: %w", sentence(err))
	case ctx.Err() != nil:
		return h, fmt.Errorf("look for rings: %w", ctx.Err())
	case maps > 0 && unknown == maps:
		return h, &failure{"not permitted to look at this host's rings: " + asRoot, sampler.ErrNotPermitted, nil}
	case len(h.Rings) == 0:
		if l, lerr := kernelLayout(); !hasRings(release(), l, lerr == nil) {
			return h, &failure{noRings(release()), sampler.ErrUnsupported, nil}
		}
		return h, nil
	}
	c := takeCensus(ctx, sizes)
	h.Notes = append(h.Notes, c.notes...)
	for i := range h.Rings {
		h.Rings[i].Ring = c.tell(h.Rings[i].Ring, 0)
	}
	return h, nil
}

// readPositions reads the positions of the ring fd once. Only its two position pages are mapped.
func readPositions(fd int, g ringcore.Geometry) (p ringcore.Positions, err error) {
	m, err := reserve(g.Size)
	if err != nil {
		return p, err
	}
	defer func() {
		if e := m.release(); err == nil {
			err = e
		}
	}()
	if err := m.attachPositions(fd); err != nil {
		return p, err
	}
	r, err := ringcore.NewRing(ringcore.Linux, g, m.memory())
	if err != nil {
		return p, err
	}
	return r.ReadPositions(), nil
}
