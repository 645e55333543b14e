package bpf

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
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
	c.outers, cut, err = outers(sizes)
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

// maxInner bounds how many slots of one array or hash of maps are looked into.
const maxInner = 65536

// outers finds the arrays and hashes of maps that hold the rings of sizes, by the ring's id; cut says which were not looked through, and why.
func outers(sizes map[uint32]uint64) (found map[uint32][]uint32, cut string, err error) {
	found = make(map[uint32][]uint32)
	var long, broken []string
	_, err = eachMap(func(fd int, i *mapInfo, err error) {
		if err != nil || i.Type != typeArrayOfMaps && i.Type != typeHashOfMaps {
			return
		}
		ids, all, err := innerIDs(fd, i, sizes)
		switch name := strconv.FormatUint(uint64(i.ID), 10); {
		case err != nil:
			broken = append(broken, fmt.Sprintf("%s (%v)", name, err))
		case !all:
			long = append(long, name)
		}
		for _, id := range ids {
			if !slices.Contains(found[id], i.ID) {
				found[id] = append(found[id], i.ID)
			}
		}
	})
	var why []string
	if len(long) > 0 {
		why = append(why, fmt.Sprintf("Only the first %d slots were looked into of the arrays and hashes of maps with more: %s.", maxInner, strings.Join(long, ", ")))
	}
	if len(broken) > 0 {
		why = append(why, fmt.Sprintf("Some arrays and hashes of maps could not be looked through: %s.", strings.Join(broken, ", ")))
	}
	return found, strings.Join(why, " "), err
}

// innerIDs lists the rings in an array or hash of maps, those that were found before an error too; all is false where it has more than
// maxInner slots. All maps in it are of one type: if the first is no ring, none is.
func innerIDs(fd int, i *mapInfo, sizes map[uint32]uint64) (ids []uint32, all bool, err error) {
	key, next := make([]byte, max(i.KeySize, 4)), make([]byte, max(i.KeySize, 4))
	for n := range min(maxInner, i.MaxEntries) {
		after := key
		if n == 0 {
			after = nil
		}
		switch err := mapKey(fd, after, next); {
		case isGone(err): // that was the last
			return ids, true, nil
		case err != nil:
			return ids, false, err
		}
		key, next = next, key
		var value [4]byte
		switch err := mapLookup(fd, key, value[:]); {
		case isGone(err): // an empty slot
			continue
		case err != nil:
			return ids, false, err
		}
		id := binary.NativeEndian.Uint32(value[:])
		if _, ring := sizes[id]; ring {
			ids = append(ids, id)
			continue
		}
		if len(ids) > 0 {
			continue
		}
		switch ring, err := isRingID(id); {
		case isGone(err): // taken out meanwhile
		case err != nil:
			return ids, false, err
		case !ring:
			return nil, true, nil
		}
	}
	return ids, i.MaxEntries <= maxInner, nil
}

// isRingID reports whether a map is a ring.
func isRingID(id uint32) (bool, error) {
	fd, i, err := mapByID(id)
	if err != nil {
		return false, err
	}
	return i.isRing(), unix.Close(fd)
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
