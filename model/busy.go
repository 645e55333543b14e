package model

import (
	"sort"
	"time"

	"ringscope/ringcore"
)

// busyTable mirrors the busy records that the observer remembers, in order of position.
type busyTable struct {
	at   [ringcore.MaxRemembered]busyRecord
	head int // at[head:tail] are in use, some of them gone
	tail int
	live int
}

// busyRecord is reserved and neither submitted nor discarded.
type busyRecord struct {
	pos     ringcore.Pos
	span    uint64    // bytes
	seen    time.Time // when a look first met it
	before  bool      // it stood there when watching began
	counted bool      // it is in the totals
	gone    bool
}

// add remembers a record. It returns false if it is known already or there is no room, which an observer never lets happen.
func (t *busyTable) add(r busyRecord) bool {
	if t.tail == len(t.at) {
		t.compact()
	}
	if t.tail == len(t.at) || t.find(r.pos) != nil {
		return false
	}
	i := t.tail
	for i > t.head && int64(t.at[i-1].pos-r.pos) > 0 { // in order from one observer; a second one may begin further back
		t.at[i] = t.at[i-1]
		i--
	}
	t.at[i] = r
	t.tail++
	t.live++
	return true
}

// find returns the live record at pos, or nil.
func (t *busyTable) find(pos ringcore.Pos) *busyRecord {
	if t.live == 0 {
		return nil
	}
	used := t.at[t.head:t.tail]
	i := sort.Search(len(used), func(i int) bool { return int64(used[i].pos-pos) >= 0 })
	for ; i < len(used) && used[i].pos == pos; i++ {
		if !used[i].gone {
			return &used[i]
		}
	}
	return nil
}

// remove forgets a record that find returned.
func (t *busyTable) remove(r *busyRecord) {
	r.gone = true
	t.live--
	for t.head < t.tail && t.at[t.head].gone {
		t.head++
	}
	if t.head == t.tail {
		t.head, t.tail = 0, 0
	}
}

// oldest returns the live record at the lowest position, or nil.
func (t *busyTable) oldest() *busyRecord {
	if t.live == 0 {
		return nil
	}
	return &t.at[t.head] // remove keeps it live
}

// compact drops the gone ones.
func (t *busyTable) compact() {
	n := 0
	for i := t.head; i < t.tail; i++ {
		if !t.at[i].gone {
			t.at[n] = t.at[i]
			n++
		}
	}
	t.head, t.tail = 0, n
}

// positions returns the oldest up to limit positions.
func (t *busyTable) positions(limit int) []ringcore.Pos {
	n := min(t.live, limit)
	if n == 0 {
		return nil
	}
	out := make([]ringcore.Pos, 0, n)
	for i := t.head; len(out) < n; i++ {
		if !t.at[i].gone {
			out = append(out, t.at[i].pos)
		}
	}
	return out
}
