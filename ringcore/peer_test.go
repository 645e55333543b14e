package ringcore_test

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"ringscope/ringcore"
)

// What the tests of the Linux kernel (selftests/bpf: ringbuf.c, ringbuf_multi.c, user_ringbuf.c), of cilium/ebpf and of eBPF for Windows assert
// is asserted by tests of their names, here of rings in shared memory and ring files, in sampler/bpf of rings of this kernel. What is left out
// is about what only the other project has:
//
//	user_ringbuf_fail.c: eleven programs that must not load         the kernel's verifier; no program of a user is loaded here
//	ringbuf.c: what ring_buffer__poll and ring__consume return      libbpf's calls; here a test asks what was taken
//	ring_buffer_notify: the event is set                            no Windows host; on a kernel ring, whether a wait ends
//	ring_buffer_async_query: a request is completed                 requests to the driver; here the value that is then read
//	MAP_QUERY_BUFFER, MAP_ASYNC_QUERY: no such handle, a hash       requests to the driver; here a map that there is not, and a hash, are refused
//	ring_buffer_map_write on an array fails                         user space writes no ring of Linux
//	ring_buffer_sync_multiple_maps, manager APIs: index 2, -1       a set of rings with numbers; here each ring is opened by itself
//	Linux-compatible APIs: no callback, descriptor -1               libbpf's calls; rings are opened by id, name or path
//	Windows-specific APIs: -ENOTSUP of poll and consume             libbpf's calls, of a set whose events come by themselves
//	memory mapping APIs: wait handle                                no Windows host
//	bindmonitor-ringbuf: the program is called when a socket binds  here a program is run for each event

// peer is a ring in shared memory as the tests of other projects have one: who writes it, who reads it, and an observer that looks on
// through a mapping of its own, which can't be written. Names of tests tell where what they assert comes from.
type peer struct {
	*testing.T
	variant
	ring     *ringcore.Ring
	view     *ringcore.Ring // read-only
	writer   ringcore.Writer
	consumer *ringcore.Consumer
	observer *ringcore.Observer
	books    *tally
}

// newPeer makes a ring of size bytes; 0 stands for one page.
func newPeer(t *testing.T, v variant, size uint64) *peer {
	t.Helper()
	if size == 0 {
		size = uint64(os.Getpagesize())
	}
	p := &peer{T: t, variant: v, books: newTally(t, size)}
	p.books.format = v.format
	p.ring, p.view = shared(t, v, size)
	var err error
	if p.writer, err = ringcore.NewWriter(p.ring); err != nil {
		t.Fatal(err)
	}
	p.reopen()
	p.observer = ringcore.NewObserver(p.view)
	p.observer.Observe(p.books)
	return p
}

// reopen makes a new consumer, as a process that is started again does.
func (p *peer) reopen() {
	p.Helper()
	var err error
	if p.consumer, err = ringcore.NewConsumer(p.ring); err != nil {
		p.Fatal(err)
	}
}

// span is what a record takes, by that system's rule.
func (v variant) span(payload int) uint64 {
	m := modelRing{format: v.format}
	return m.span(payload)
}

// reserve reserves a record with that payload.
func (p *peer) reserve(payload []byte) ringcore.Reservation {
	p.Helper()
	v, err := p.writer.Reserve(uint32(len(payload)))
	if err != nil {
		p.Fatalf("reserve %d bytes: %v", len(payload), err)
	}
	if copy(v.Payload, payload) != len(payload) {
		p.Fatalf("%d bytes were reserved, not %d", len(v.Payload), len(payload))
	}
	return v
}

// output writes a record.
func (p *peer) output(payload []byte) { p.Helper(); p.writer.Submit(p.reserve(payload)) }

// take takes one record and does not give its space back; nil: there is none.
func (p *peer) take() []byte {
	p.Helper()
	for rec := range p.consumer.Records() {
		return append([]byte{}, rec.Payload...)
	}
	if err := p.consumer.Err(); err != nil {
		p.Fatal(err)
	}
	return nil
}

// takes takes one record and gives its space back; it must be that one.
func (p *peer) takes(want []byte) {
	p.Helper()
	if got := p.take(); got == nil || !bytes.Equal(got, want) {
		p.Fatalf("read %x, want %x", got, want)
	}
	p.release()
}

// ends asks that nothing is left to take.
func (p *peer) ends() {
	p.Helper()
	if got := p.take(); got != nil {
		p.Fatalf("read %x, want nothing", got)
	}
	p.release() // discarded records
}

func (p *peer) release() {
	p.Helper()
	if err := p.consumer.Release(); err != nil {
		p.Fatal(err)
	}
}

// available asks how many bytes are unread, by the positions and by the observer, which must agree.
func (p *peer) available(want uint64) {
	p.Helper()
	q := observe(p.observer, p.books)
	if least, most := q.Unread(p.ring.Size()); least != want || most != want {
		p.Fatalf("%d to %d bytes available, want %d", least, most, want)
	}
}

// remaining is what stood behind the last record taken.
func (p *peer) remaining() uint64 { return p.ring.ReadPositions().Producer - p.consumer.Position() }

// saw asks what the observer has seen in all, and that it missed nothing.
func (p *peer) saw(committed, discarded uint64) {
	p.Helper()
	observe(p.observer, p.books)
	b := p.books
	if b.committed != committed || b.discarded != discarded || b.missed != 0 || b.corrupt != 0 || len(b.busy) != 0 || b.unresolved != 0 {
		p.Fatalf("the observer saw %d committed, %d discarded, %d busy, %d unresolved; missed %d bytes, %d corrupt headers; want %d and %d",
			b.committed, b.discarded, len(b.busy), b.unresolved, b.missed, b.corrupt, committed, discarded)
	}
}

// refuses asks that a reservation fails.
func (p *peer) refuses(n uint32, want error) {
	p.Helper()
	before := p.ring.ReadPositions()
	if _, err := p.writer.Reserve(n); !errors.Is(err, want) {
		p.Fatalf("reserve %d: %v, want %v", n, err, want)
	}
	if after := p.ring.ReadPositions(); after.Producer != before.Producer {
		p.Fatalf("a refused reservation moved the producer position from %d to %d", before.Producer, after.Producer)
	}
}
