package ringcore_test

import (
	"bytes"
	"testing"
)

// pattern is a payload as the programs of cilium's tests write it.
func pattern(n int) []byte {
	return bytes.Repeat([]byte{1, 2, 3, 4, 4, 3, 2, 1}, n/8+1)[:n]
}

// TestCiliumRingbufReader asserts what TestRingbufReader does (cilium/ebpf, ringbuf/reader_test.go): contents and order, what is available,
// the size, and what remains behind each record.
func TestCiliumRingbufReader(t *testing.T) {
	type message struct {
		size    int
		discard bool
	}
	for name, messages := range map[string][]message{
		"one short sample":       {{size: 5}},
		"the second discarded":   {{size: 5}, {10, true}, {size: 15}},
		"every second discarded": {{size: 5}, {10, true}, {size: 15}, {20, true}, {size: 25}},
	} {
		for _, v := range variants() {
			t.Run(name+", "+v.String(), func(t *testing.T) {
				p := newPeer(t, v, 0)
				p.available(0)
				var want [][]byte
				all, discarded := uint64(0), uint64(0)
				for _, m := range messages {
					r := p.reserve(pattern(m.size))
					all += v.span(m.size)
					if m.discard {
						p.writer.Discard(r)
						discarded++
						continue
					}
					p.writer.Submit(r)
					want = append(want, pattern(m.size))
				}
				p.available(all)
				for i, payload := range want {
					p.takes(payload)
					if left := p.remaining(); left == 0 != (i == len(want)-1) {
						t.Errorf("%d bytes remain behind record %d of %d", left, i, len(want))
					}
				}
				p.ends()
				p.available(0)
				p.saw(uint64(len(want)), discarded)
			})
		}
	}
}

// TestCiliumReaderNoWakeup asserts what TestReaderNoWakeup does of a ring: two records of 16 bytes are available, then one, then none, and
// a third read finds nothing.
func TestCiliumReaderNoWakeup(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			p := newPeer(t, v, 0)
			p.output(pattern(5))
			p.output(pattern(7))
			p.available(v.span(5) + v.span(7))
			p.takes(pattern(5))
			p.available(v.span(7))
			p.takes(pattern(7))
			p.available(0)
			p.ends()
			p.saw(2, 0)
		})
	}
}

// TestCiliumUnsafeReader asserts what the tests of its zero-copy reader do of reading and committing (cilium/ebpf,
// ringbuf/unsafe_reader_test.go, the reader that later took leases): what was read is not given back before it is committed, and then all
// of it at once.
func TestCiliumUnsafeReader(t *testing.T) {
	for _, v := range variants() {
		all := func(sizes ...int) (sum uint64) {
			for _, n := range sizes {
				sum += v.span(n)
			}
			return sum
		}
		t.Run("Single, "+v.String(), func(t *testing.T) {
			p := newPeer(t, v, 0)
			p.output(pattern(5))
			p.takes(pattern(5))
			p.available(0)
		})
		t.Run("MultiWithDiscards, "+v.String(), func(t *testing.T) {
			p := newPeer(t, v, 0)
			p.output(pattern(5))
			p.writer.Discard(p.reserve(pattern(10)))
			p.output(pattern(15))
			for _, n := range []int{5, 15} {
				if got := p.take(); len(got) != n {
					t.Fatalf("read %d bytes, want %d", len(got), n)
				}
				p.available(all(5, 10, 15)) // nothing is committed
			}
			p.release()
			p.available(0)
			p.saw(2, 1)
		})
		t.Run("CommitOrdering, "+v.String(), func(t *testing.T) {
			p := newPeer(t, v, 0)
			for _, n := range []int{5, 7, 9} {
				p.output(pattern(n))
			}
			for _, n := range []int{5, 7, 9} {
				if got := p.take(); !bytes.Equal(got, pattern(n)) {
					t.Fatalf("read %x, want %d bytes", got, n)
				}
			}
			p.available(all(5, 7, 9))
			p.release()
			p.available(0)
		})
		t.Run("CommitAllNoOp, "+v.String(), func(t *testing.T) {
			p := newPeer(t, v, 0)
			p.release()
			if q := p.ring.ReadPositions(); q.Consumer != 0 {
				t.Errorf("committing nothing moved the consumer position to %d", q.Consumer)
			}
		})
	}
}
