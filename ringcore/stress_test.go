//go:build linux && (amd64 || arm64)

package ringcore_test

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/ringcore"
)

// stress is several producers, a consumer and an observer on one ring. Every payload carries its producer, its number and a checksum.
type stress struct {
	producers, consumer, observer *ringcore.Ring
	writers                       int          // producers that write side by side; 0: 4
	begin                         ringcore.Pos // where the positions stood
	paced                         bool         // producers wait for the observer
	stalls                        bool         // the consumer stops now and then until the producers have run into it
	broken                        func(ringcore.Writer)
	lap                           bool          // the observer is held up until it is lapped, now and then
	headOnly                      bool          // the observer asks after the head as often as it can, and copies nothing
	records                       uint64        // end after so many; 0: after duration
	provenFirst                   bool          // the consumer begins, and the observer is held up, when a payload was verified; not in overwrite mode
	duration                      time.Duration // end after so long; 0: after records

	proven    atomic.Bool   // the observer has verified a payload
	observing atomic.Bool   // the observer goes on
	observed  atomic.Uint64 // position up to which the observer has verified payloads
	produced  atomic.Uint64 // records that were reserved
	committed atomic.Uint64
	discarded atomic.Uint64
	refused   atomic.Uint64 // reservations for which there was no room
	stop      atomic.Bool
	failure   atomic.Pointer[string]

	verified  uint64 // payloads that the observer copied, proved and checked
	busy      uint64 // records that the observer passed while they were busy
	unproven  uint64 // copies that the observer did not accept, those of busy records among them
	torn      uint64 // of these, payloads that were overwritten while they were copied
	asked     uint64 // times that the head was found right
	received  uint64 // payloads that the consumer checked
	skipped   uint64 // records that the consumer found discarded
	lost      uint64 // bytes that were overwritten before the consumer had read them
	books     *tally
	pausedFor int
	stalled   int
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const smallestPayload = 20 // producer, number, checksum

func seal(payload []byte, who int, number uint64) {
	binary.LittleEndian.PutUint64(payload, uint64(who))
	binary.LittleEndian.PutUint64(payload[8:], number)
	for i := 16; i < len(payload)-4; i++ {
		payload[i] = byte(number) + byte(i)
	}
	binary.LittleEndian.PutUint32(payload[len(payload)-4:], crc32.Checksum(payload[:len(payload)-4], castagnoli))
}

func sealed(payload []byte) bool {
	if len(payload) < smallestPayload {
		return false
	}
	body, sum := payload[:len(payload)-4], payload[len(payload)-4:]
	return crc32.Checksum(body, castagnoli) == binary.LittleEndian.Uint32(sum)
}

func (s *stress) fail(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	s.failure.CompareAndSwap(nil, &text)
	s.stop.Store(true)
}

// run plays it to the end and returns what went wrong.
func (s *stress) run(t failer) error {
	producer, err := ringcore.NewWriter(s.producers)
	if err != nil {
		return fmt.Errorf("make the producer: %w", err)
	}
	if s.broken != nil {
		s.broken(producer)
	}
	consumer, err := ringcore.NewConsumer(s.consumer)
	if err != nil {
		return fmt.Errorf("make the consumer: %w", err)
	}
	s.begin = s.producers.ReadPositions().Producer
	if s.writers == 0 {
		s.writers = 4
	}
	s.books = newTally(t, s.observer.Size())
	s.books.format = s.observer.Format()
	observer := ringcore.NewObserver(s.observer)
	observer.Observe(s.books)

	if s.duration > 0 {
		timer := time.AfterFunc(s.duration, func() { s.stop.Store(true) })
		defer timer.Stop()
	}
	var writing, reading sync.WaitGroup
	for who := range s.writers {
		writing.Go(func() { s.produce(producer, who) })
	}
	var silent atomic.Bool
	s.observing.Store(true)
	reading.Go(func() { s.consume(consumer, &silent) })
	reading.Go(func() { s.observe(observer, &silent) })
	writing.Wait()
	silent.Store(true)
	reading.Wait()
	if f := s.failure.Load(); f != nil {
		return fmt.Errorf("%s", *f)
	}
	return nil
}

func (s *stress) produce(p ringcore.Writer, who int) {
	random := rand.New(rand.NewPCG(uint64(who), 1))
	size := s.producers.Size()
	for number := uint64(0); !s.stop.Load(); {
		if s.paced && s.producers.ReadPositions().Producer-s.observed.Load() > size/4 {
			runtime.Gosched()
			continue
		}
		v, err := p.Reserve(uint32(smallestPayload + random.IntN(100)))
		if err != nil {
			s.refused.Add(1)
			runtime.Gosched()
			continue
		}
		number++
		seal(v.Payload, who, number)
		if random.IntN(3) == 0 {
			p.Discard(v)
			s.discarded.Add(1)
		} else {
			p.Submit(v)
			s.committed.Add(1)
		}
		if n := s.produced.Add(1); s.records > 0 && n >= s.records {
			s.stop.Store(true)
		}
	}
}

// consume checks every payload, and that each producer's numbers only grow.
func (s *stress) consume(c *ringcore.Consumer, silent *atomic.Bool) {
	for s.provenFirst && !s.proven.Load() && s.observing.Load() { // a consumer that is always ahead of the observer leaves it nothing to prove
		runtime.Gosched()
	}
	last := make([]uint64, s.writers)
	stallAt := s.begin + stallEvery
	for {
		ended := silent.Load() // before looking: what was written before it is seen
		batch := 0
		for rec := range c.Records() {
			if !sealed(rec.Payload) {
				s.fail("the consumer got a broken payload at %d", rec.Pos)
				return
			}
			who, number := binary.LittleEndian.Uint64(rec.Payload), binary.LittleEndian.Uint64(rec.Payload[8:])
			if number <= last[who] {
				s.fail("the consumer got number %d of producer %d after %d", number, who, last[who])
				return
			}
			last[who] = number
			s.received++
			if batch++; batch == 64 {
				break
			}
		}
		tally := c.Tally()
		s.skipped, s.lost = tally.Discarded, tally.Lost
		if tally.Bytes+tally.Lost != c.Position()-s.begin {
			s.fail("the consumer passed %d bytes and lost %d up to %d", tally.Bytes, tally.Lost, c.Position())
			return
		}
		if err := c.Release(); err != nil {
			s.fail("release: %v", err)
			return
		}
		if err := c.Err(); err != nil {
			s.fail("consume: %v", err)
			return
		}
		if s.stalls && c.Position() >= stallAt {
			s.stall(silent)
			stallAt = c.Position() + stallEvery
		}
		if batch == 0 {
			if ended && !c.Waiting() {
				return
			}
			runtime.Gosched()
		}
	}
}

// stallEvery is how many bytes a consumer that stalls passes before it does.
const stallEvery = 512 << 10

// stall waits until the producers have been refused because of it for some time, or in overwrite mode have come round.
func (s *stress) stall(silent *atomic.Bool) {
	s.stalled++
	refused, from := s.refused.Load(), s.producers.ReadPositions().Producer
	for !silent.Load() {
		if s.producers.Geometry().OverwriteMode && s.producers.ReadPositions().Producer-from > s.producers.Size() {
			return
		}
		if s.refused.Load()-refused > 1000 {
			return
		}
		runtime.Gosched()
	}
}

// observe looks, copies every record that it passed, and checks the copies that it can prove.
func (s *stress) observe(o *ringcore.Observer, silent *atomic.Bool) {
	defer s.observing.Store(false)
	from := o.Last().Producer
	buf, format := make([]byte, 256), s.observer.Format()
	for look := 0; ; look++ {
		ended := silent.Load()
		p, more := o.Observe(s.books)
		for range s.asks(look) {
			if w, found := o.CheckHead(); found {
				s.fail("the header at %d is called wrong: %016x, %v; positions %+v", w.Pos, w.Raw, w.Why, p)
				return
			}
			s.asked++
		}
		for !s.headOnly && from != p.Producer {
			next := from
			held := o.Walk(from, 0, ringcore.MaxWalk, func(seen ringcore.Seen) bool {
				h := format.Decode(seen.Raw)
				next = seen.Pos + format.Span(h.Length)
				if h.Busy {
					s.busy++
				}
				n, exact := o.Copy(buf, seen.Pos)
				if !exact {
					s.unproven++
					if n > 0 && !sealed(buf[:n]) {
						s.torn++
					}
					return true
				}
				s.verified++
				s.proven.Store(true)
				if !sealed(buf[:n]) {
					s.fail("the observer accepted a broken payload of %d bytes at %d, header %+v", n, seen.Pos, h)
					return false
				}
				return true
			})
			if !held || next == from {
				break
			}
			from = next
		}
		from = p.Producer
		s.observed.Store(from)
		if s.failure.Load() != nil || (ended && !more) {
			return
		}
		if s.lap && look%50 == 0 && (!s.provenFirst || s.proven.Load()) {
			s.holdUp(p.Producer, silent)
		}
		if more {
			continue
		}
		runtime.Gosched()
	}
}

// asks is how often the observer asks after the head in one look, by which that grows old.
func (s *stress) asks(look int) int {
	if !s.headOnly {
		return 1
	}
	return 1 << (look % 8)
}

// holdUp waits until the producers have come round.
func (s *stress) holdUp(from ringcore.Pos, silent *atomic.Bool) {
	for s.observer.ReadPositions().Producer-from <= s.observer.Size() && !silent.Load() {
		runtime.Gosched()
	}
	s.pausedFor++
}

// check compares the observer's books with what the producers did.
func (s *stress) check(t *testing.T) {
	t.Helper()
	end := s.producers.ReadPositions().Producer
	s.books.check(end - s.begin)
	t.Logf("produced %d records, %d bytes; the consumer checked %d payloads and lost %d bytes, the observer checked %d (%d not provable, %d of them torn); missed %d bytes in %d torn batches",
		s.produced.Load(), end-s.begin, s.received, s.lost, s.verified, s.unproven, s.torn, s.books.missed, s.books.torn)
	if s.lost > 0 && !s.producers.Geometry().OverwriteMode {
		t.Errorf("the consumer lost %d bytes", s.lost)
	}
	if s.lost == 0 && (s.received != s.committed.Load() || s.skipped != s.discarded.Load()) {
		t.Errorf("the consumer got %d records and skipped %d, %d were submitted and %d discarded", s.received, s.skipped, s.committed.Load(), s.discarded.Load())
	}
	if s.books.corrupt > 0 {
		t.Errorf("corrupt header at %d: %v", s.books.lastCorrupt, s.books.lastWhy)
	}
	if s.books.missed > 0 {
		return
	}
	// A producer can be pre-empted between reserve and submit until the others have filled the ring behind its record. That record may
	// be finished, consumed and overwritten between two looks, and how it ended is then unknown: the only figure that may be.
	unresolved := s.books.unresolved
	within := func(seen, truth uint64) bool { return seen <= truth && truth <= seen+unresolved }
	if s.books.records != s.produced.Load() || s.books.committed+s.books.discarded+unresolved != s.books.records ||
		!within(s.books.committed, s.committed.Load()) || !within(s.books.discarded, s.discarded.Load()) {
		t.Errorf("the observer saw %d records, %d committed, %d discarded, %d unresolved, %d still busy; the truth is %d, %d, %d",
			s.books.records, s.books.committed, s.books.discarded, unresolved, len(s.books.busy),
			s.produced.Load(), s.committed.Load(), s.discarded.Load())
	}
	if unresolved > s.produced.Load()/10_000+100 { // how many depends on the scheduler; that they are few tells that the figures above are not void
		t.Errorf("%d of %d records unresolved", unresolved, s.produced.Load())
	}
}

// manyRecords is how many payloads the long run verifies.
const manyRecords = 11_000_000

func TestStressPaced(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			s := &stress{paced: true, records: 200_000, provenFirst: !v.overwrite}
			if need.Required() && !testing.Short() && !raceEnabled && v.format == ringcore.Linux {
				s.records = manyRecords
			}
			s.producers, s.observer = shared(t, v, 1<<20)
			s.consumer = s.producers
			if err := s.run(t); err != nil {
				t.Fatal(err)
			}
			s.check(t)
			if s.books.missed != 0 {
				t.Errorf("missed %d bytes, though the producers waited for the observer", s.books.missed)
			}
			// A record that is busy when it is passed is not copied; all others are.
			if s.verified+s.unproven != s.produced.Load() {
				t.Errorf("copied %d + %d payloads of %d", s.verified, s.unproven, s.produced.Load())
			}
			least := uint64(1) // what the consumer had not passed yet is proven everywhere
			switch {
			case v.format.ProvenHistory && ringcore.StrongOrder:
				least = (s.produced.Load() - s.busy) * 9 / 10
			case v.overwrite: // nothing is, see Observer.prove
				least = 0
			}
			if s.verified < least || s.torn > 0 {
				t.Errorf("verified %d payloads of %d, %d were torn", s.verified, s.produced.Load(), s.torn)
			}
		})
	}
}

func TestStressLapped(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			s := &stress{lap: true, records: 300_000, provenFirst: !v.overwrite} // there the producers wait for nobody
			s.producers, s.observer = shared(t, v, 1<<16)
			s.consumer = s.producers
			if err := s.run(t); err != nil {
				t.Fatal(err)
			}
			s.check(t)
			if s.pausedFor == 0 || s.books.missed == 0 {
				t.Errorf("missed %d bytes, though the observer was lapped on purpose %d times", s.books.missed, s.pausedFor)
			}
			if s.verified == 0 && s.provenFirst {
				t.Error("no payload was verified")
			}
		})
	}
}
