package ringcore_test

import (
	"bytes"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"ringscope/ringcore"
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

// TestCiliumRawReaderLease asserts what is promised of a lease of its raw reader (cilium/ebpf, ringbuf/raw_reader.go and
// raw_reader_test.go): samples lie in the ring itself and stay as they are until they are committed, however much the producer would like
// their room; a lease that ends without a commit takes nothing back, and the next one goes on behind it.
func TestCiliumRawReaderLease(t *testing.T) {
	for _, v := range variants() {
		if v.overwrite {
			continue // a reader keeps nobody from writing there
		}
		t.Run(v.String(), func(t *testing.T) {
			p := newPeer(t, v, 0)
			n := int(p.ring.Size() / v.span(40))
			for i := range n {
				p.output(bytes.Repeat([]byte{byte(i)}, 40))
			}
			var samples [][]byte
			for _, most := range []int{n / 2, n} { // two leases
				for rec := range p.consumer.Records() {
					if at := rec.Pos&(p.ring.Size()-1) + v.span(0); &rec.Payload[0] != &p.ring.Memory().Data[at] {
						t.Fatalf("sample %d is a copy", len(samples))
					}
					samples = append(samples, rec.Payload)
					if len(samples) == most {
						break
					}
				}
				p.refuses(40, ringcore.ErrFull)
				p.available(uint64(n) * v.span(40))
			}
			for i, sample := range samples {
				if !bytes.Equal(sample, bytes.Repeat([]byte{byte(i)}, 40)) {
					t.Fatalf("sample %d is %x before it is committed", i, sample)
				}
			}
			if len(samples) != n {
				t.Fatalf("%d samples of %d were read", len(samples), n)
			}
			p.release()
			p.available(0)
			p.output(pattern(40))
			p.takes(pattern(40))
			p.saw(uint64(n)+1, 0)
		})
	}
}

// TestCiliumRawReaderConcurrent asserts what its raw reader promises of concurrent use: two can't have a lease at once, and the second one
// hears of it. Here anybody may read, and committing is what only one can: of two consumers that have read the same one wins, and the other
// one is told.
func TestCiliumRawReaderConcurrent(t *testing.T) {
	const rounds = 40
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			p := newPeer(t, v, 0)
			for round := range rounds {
				written := 3 + round%5
				for range written {
					p.output(pattern(9))
				}
				var readers [2]*ringcore.Consumer
				var errs [2]error
				var committing sync.WaitGroup
				ready := make(chan struct{})
				for i := range readers {
					readers[i] = consumerOf(t, p.ring)
					if n := passed(readers[i]); n != written {
						t.Fatalf("round %d: reader %d reads %d, want %d", round, i, n, written)
					}
					committing.Go(func() {
						<-ready
						errs[i] = readers[i].Release()
					})
				}
				close(ready)
				committing.Wait()
				won := 0
				for i, err := range errs {
					switch {
					case err == nil:
						won++
					case !errors.Is(err, ringcore.ErrSecondConsumer):
						t.Fatalf("round %d: reader %d: %v", round, i, err)
					}
				}
				if q := p.ring.ReadPositions(); won != 1 || q.Consumer != q.Producer {
					t.Fatalf("round %d: %d readers committed, the consumer position is %d of %d", round, won, q.Consumer, q.Producer)
				}
				observe(p.observer, p.books)
			}
			p.books.check(p.ring.ReadPositions().Producer)
			if p.books.missed != 0 || p.books.corrupt != 0 {
				t.Errorf("the observer missed %d bytes and found %d corrupt headers", p.books.missed, p.books.corrupt)
			}
		})
	}
}

// TestCiliumRawReaderConcurrentCommits has two goroutines begin anew for each record and commit it side by side, as fast as they can,
// while a producer writes: each record is given back once.
func TestCiliumRawReaderConcurrentCommits(t *testing.T) {
	records := uint64(100_000)
	if testing.Short() {
		records = 10_000
	}
	for _, v := range variants() {
		if v.overwrite {
			continue // what is not read in time is overwritten
		}
		t.Run(v.String(), func(t *testing.T) {
			p := newPeer(t, v, 1<<20)
			end := records * v.span(8)
			var committed atomic.Uint64
			var all sync.WaitGroup
			for range 2 {
				all.Go(func() {
					for p.ring.ReadPositions().Consumer != end && !t.Failed() {
						c, err := ringcore.NewConsumer(p.ring)
						if err != nil { // the other one moved on between the looks at the two positions
							runtime.Gosched()
							continue
						}
						took := false
						for range c.Records() {
							took = true
							break
						}
						switch err := c.Release(); {
						case took && err == nil:
							committed.Add(1)
						case !took:
							runtime.Gosched() // nothing there, or it was given back and written anew meanwhile
						case !errors.Is(err, ringcore.ErrSecondConsumer):
							t.Errorf("commit: %v", err)
							return
						}
					}
				})
			}
			all.Go(func() {
				for i := uint64(0); i < records && !t.Failed(); {
					r, err := p.writer.Reserve(8)
					switch {
					case err == nil:
						p.writer.Submit(r)
						i++
					case errors.Is(err, ringcore.ErrFull):
						runtime.Gosched()
					default:
						t.Errorf("reserve: %v", err)
					}
				}
			})
			all.Wait()
			if got := committed.Load(); got != records {
				t.Errorf("%d records were given back, %d were written", got, records)
			}
		})
	}
}
