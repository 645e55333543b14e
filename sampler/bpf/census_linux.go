package bpf

import (
	"context"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/model"
)

// census is what one pass over the host tells about some of its rings.
type census struct {
	pins     map[uint32][]string
	outers   map[uint32][]uint32
	programs map[uint32][]model.Program
	kept     map[uint32]kept // nil: the iterators can't be loaded
	holders  map[uint32]map[int]held
	doubt    map[uint32]bool // who reads the ring could not be told for sure
	exact    bool            // holders are told by the iterators
	hidden   bool            // holders may be missing
	notes    []string        // what could not be looked at, a sentence each
	at       time.Time
}

// takeCensus looks for everything that has to do with the rings of sizes (bytes, by map id). It takes milliseconds, on a crowded host
// tens of them: never call it from a look.
func takeCensus(ctx context.Context, sizes map[uint32]uint64) *census {
	c := &census{programs: make(map[uint32][]model.Program), at: time.Now()}
	var cut string
	if c.pins, cut = pins(ctx); cut != "" {
		c.notes = append(c.notes, cut)
	}
	var err error
	c.outers, cut, err = outersInTime(ctx, sizes)
	if cut != "" {
		c.notes = append(c.notes, cut)
	}
	if err != nil {
		c.notes = append(c.notes, "Arrays and hashes of maps were not looked into: "+err.Error()+".")
	}
	err = eachProgram(func(id uint32, name string, maps []uint32) {
		for i, m := range maps {
			if _, wanted := sizes[m]; wanted && !slices.Contains(maps[:i], m) {
				c.programs[m] = append(c.programs[m], model.Program{ID: id, Name: name})
			}
		}
	})
	if err != nil {
		c.notes = append(c.notes, "Programs were not looked at: "+err.Error()+".")
	}
	c.findHolders(ctx, sizes)
	return c
}

// findHolders asks the iterators, and /proc where they can't tell.
func (c *census) findHolders(ctx context.Context, sizes map[uint32]uint64) {
	if it, err := loadIterators(); err != nil {
		c.notes = append(c.notes, "Who reads is inferred from /proc: "+err.Error()+".")
	} else if all, err := it.kept(); err != nil {
		c.notes = append(c.notes, "Who reads is inferred from /proc: "+err.Error()+".")
	} else {
		c.kept = make(map[uint32]kept, len(sizes))
		for id, k := range all {
			if _, wanted := sizes[id]; wanted {
				c.kept[id] = k
			}
		}
		if initialPIDNamespace() {
			if c.holders, err = it.holders(c.kept); err == nil {
				c.exact = true
				return
			}
			c.notes = append(c.notes, "Who holds the rings is taken from /proc: "+err.Error()+".")
		}
	}
	var cut string
	if c.holders, c.doubt, cut = holdersByProc(ctx, sizes); cut != "" {
		c.hidden = true
		c.notes = append(c.notes, cut)
	}
}

// tell returns r with what the census found of it. ours is the number of writable mappings that this process has of it itself.
func (c *census) tell(r *model.Ring, ours int) *model.Ring {
	told := *r
	told.Pins, told.OuterIDs, told.Programs = c.pins[r.ID], c.outers[r.ID], c.programs[r.ID]
	told.Owners, told.ReaderAt = nil, nil
	for pid, h := range c.holders[r.ID] {
		if pid == os.Getpid() {
			continue
		}
		p := process(pid)
		if p.Comm == "" {
			continue // it has ended
		}
		told.Owners = append(told.Owners, p)
		if h.writable && r.Type != model.TypeUserRingbuf { // who maps that writable writes it
			told.ReaderAt = append(told.ReaderAt, p)
		}
	}
	byPID := func(a, b model.Process) int { return a.PID - b.PID }
	slices.SortFunc(told.Owners, byPID)
	slices.SortFunc(told.ReaderAt, byPID)
	told.Readers = c.readers(r, len(told.ReaderAt), ours)
	told.Looked = c.at
	return &told
}

// readers is the number of readers, with how it is known. The kernel reads a user ring itself.
func (c *census) readers(r *model.Ring, found, ours int) model.Figure[int] {
	if r.Type == model.TypeUserRingbuf {
		return model.Figure[int]{How: model.NotApplicable}
	}
	k, counted := c.kept[r.ID]
	others := 0
	if counted {
		others = max(0, int(k.writers)-ours)
	}
	switch {
	case counted && others == 0:
		return model.Of(0)
	case counted && c.exact && found > 0:
		return model.Of(found)
	case counted: // somebody reads whom we can't see, for instance in another PID namespace
		return model.Known(max(found, 1), model.AtLeast)
	case c.doubt[r.ID] || c.hidden:
		return model.Figure[int]{}
	default:
		return model.Known(found, model.Sampled)
	}
}

// mapKey finds the key after key, of all keys if key is nil (BPF_MAP_GET_NEXT_KEY).
func mapKey(fd int, key, next []byte) error { return mapElem(unix.BPF_MAP_GET_NEXT_KEY, fd, key, next) }

// mapLookup looks key up (BPF_MAP_LOOKUP_ELEM); in a map of maps the value is an id.
func mapLookup(fd int, key, value []byte) error {
	return mapElem(unix.BPF_MAP_LOOKUP_ELEM, fd, key, value)
}

func mapElem(cmd, fd int, key, out []byte) error {
	pin, free := pinned()
	defer free()
	attr := struct {
		fd              uint32
		_               uint32
		key, out, flags uint64
	}{fd: uint32(fd), out: pin(out)}
	if key != nil {
		attr.key = pin(key)
	}
	_, err := bpf(cmd, &attr)
	return err
}

// peers tells which processes look at the ring as we do: ringscopes with a mapping that only reads. They keep the ring alive, but only as we
// do.
func (c *census) peers(id uint32, k kin) (pids []int) {
	for pid, h := range c.holders[id] {
		if pid != os.Getpid() && h.mapped && !h.writable && k.runs(pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}
