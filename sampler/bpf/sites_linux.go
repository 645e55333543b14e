package bpf

import (
	"context"
	"errors"
	"fmt"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/btf"
	"golang.org/x/sys/unix"

	"ringscope/model"
)

// maxSited is how many programs of one ring are searched for call sites.
const maxSited = 64

// siteIndex keeps the call sites of a ring's programs. A census owns it while it is under way.
type siteIndex map[uint32][]model.Site

// fill returns programs with their sites. Each program is read once; what could not be read, or not before ctx ended, stays unknown.
func (x siteIndex) fill(ctx context.Context, ring uint32, programs []model.Program) []model.Program {
	out := make([]model.Program, len(programs))
	there := make(map[uint32]bool, len(programs))
	for i, p := range programs {
		there[p.ID] = true
		sites, known := x[p.ID]
		if !known && i < maxSited {
			sites, _ = sitesOf(ctx, ring, p.ID) // not permitted, or ended meanwhile: nobody knows
			if ctx.Err() == nil {
				x[p.ID] = sites
			}
		}
		p.Sites = sites
		out[i] = p
	}
	for id := range x {
		if !there[id] {
			delete(x, id)
		}
	}
	return out
}

var errNotUnderstood = errors.New("its instructions are not understood")

// sitesOf finds where a program calls the helpers of a ring. The kernel shows the instructions as the verifier left them
// (bpf_insn_prepare_dump, kernel/bpf/syscall.c), with a map's id where a program loads its address.
func sitesOf(ctx context.Context, ring, program uint32) (_ []model.Site, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	calls, err := kernelCalls()
	if err != nil {
		return nil, err
	}
	p, err := ebpf.NewProgramFromID(ebpf.ProgramID(program))
	if err != nil {
		return nil, fmt.Errorf("open program %d: %w", program, err)
	}
	defer func() { _ = p.Close() }()
	i, err := p.Info()
	if err != nil {
		return nil, fmt.Errorf("ask for the info of program %d: %w", program, err)
	}
	insns, err := i.Instructions()
	if err != nil {
		return nil, fmt.Errorf("read program %d: %w", program, err)
	}
	found, ok := walk(ctx, insns, calls)
	if !ok {
		return nil, fmt.Errorf("read program %d: %w", program, errNotUnderstood)
	}
	ids, _ := i.MapIDs() // none: nobody can tell that the ring is the only one
	only := onlyRingOf(ring, ids)
	sites := make([]model.Site, 0, len(found))
	var line *btf.Line
	for at := range insns {
		if l, ok := insns[at].Source().(*btf.Line); ok {
			line = l
		}
		s := found[at]
		if s == nil {
			continue
		}
		if told := s.ring.is == ringMap && s.ring.of != noRing; told && s.ring.of != int64(ring) || !told && !only {
			continue
		}
		sites = append(sites, s.tell(line))
	}
	return sites, nil
}

// tell is the site as the model has it.
func (s *site) tell(line *btf.Line) model.Site {
	out := model.Site{Call: s.call.name, WakeUp: s.wakeUp()}
	if n := s.bytes; s.call.size > 0 && n.is == constant && n.of == int64(uint32(n.of)) {
		out.Bytes = model.Of(uint32(n.of))
	}
	if line != nil {
		out.File, out.Line = line.FileName(), int(line.LineNumber())
	}
	return out
}

// wakeUp is what constant flags say; FORCE wins over NO (bpf_ringbuf_commit, kernel/bpf/ringbuf.c).
func (s *site) wakeUp() model.WakeUp {
	const noWakeup, forceWakeup = 1, 2
	switch {
	case s.call.flags == 0 || s.flags.is != constant:
		return model.WakeUnknown
	case s.flags.of&forceWakeup != 0:
		return model.WakeForced
	case s.flags.of&noWakeup != 0:
		return model.WakeNone
	default:
		return model.WakeAdaptive
	}
}

// onlyRingOf reports whether a program that uses the maps of ids can write no ring but this one: it has no other, and no map of maps to
// take one from.
func onlyRingOf(ring uint32, ids []ebpf.MapID) bool {
	has := false
	for _, id := range ids {
		if uint32(id) == ring {
			has = true
			continue
		}
		fd, i, err := mapByID(uint32(id))
		if err != nil {
			return false
		}
		_ = unix.Close(fd)
		if i.Type == typeRingbuf || i.Type == typeArrayOfMaps || i.Type == typeHashOfMaps {
			return false
		}
	}
	return has
}
