package bpf

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Bounds of what is looked into. Before Linux 6.8 each look into a slot waits for a grace period of RCU, some hundredths of a second
// (bpf_map_copy_value called maybe_wait_bpf_programs).
const maxInner = 65536 // slots of one array or hash of maps

var maxInnerTime = time.Second / 2 // for all of them; tests shorten it

// outersInTime is outers for as long as a census may take.
func outersInTime(ctx context.Context, sizes map[uint32]uint64) (found map[uint32][]uint32, cut string, err error) {
	ctx, cancel := context.WithTimeout(ctx, maxInnerTime)
	defer cancel()
	return outers(ctx, sizes)
}

// outers finds the arrays and hashes of maps that hold the rings of sizes, by the ring's id; cut says which were not looked through, and why. When
// ctx is done it ends with what it has found.
func outers(ctx context.Context, sizes map[uint32]uint64) (found map[uint32][]uint32, cut string, err error) {
	found = make(map[uint32][]uint32)
	var long, late, broken []string
	_, err = eachMap(func(fd int, i *mapInfo, err error) {
		if err != nil || i.Type != typeArrayOfMaps && i.Type != typeHashOfMaps {
			return
		}
		ids, all, err := innerIDs(ctx, fd, i, sizes)
		switch name := strconv.FormatUint(uint64(i.ID), 10); {
		case errors.Is(err, errBound):
			late = append(late, name)
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
	if len(late) > 0 {
		why = append(why, fmt.Sprintf("The time for it ended before all slots were looked into of these arrays and hashes of maps: %s.", strings.Join(late, ", ")))
	}
	if len(broken) > 0 {
		why = append(why, fmt.Sprintf("Some arrays and hashes of maps could not be looked through: %s.", strings.Join(broken, ", ")))
	}
	return found, strings.Join(why, " "), err
}

// innerIDs lists the rings in an array or hash of maps, those that were found before an error too; all is false where it has more than
// maxInner slots, and the error is errBound when ctx was done before. All maps in it are of one type: if the first is no ring, none is.
func innerIDs(ctx context.Context, fd int, i *mapInfo, sizes map[uint32]uint64) (ids []uint32, all bool, err error) {
	key, next := make([]byte, max(i.KeySize, 4)), make([]byte, max(i.KeySize, 4))
	for n := range min(maxInner, i.MaxEntries) {
		if ctx.Err() != nil {
			return ids, false, errBound
		}
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
