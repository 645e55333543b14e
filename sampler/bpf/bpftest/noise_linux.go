package bpftest

import (
	"math/rand/v2"
	"testing"
)

// Noise writes whatever comes into every byte of a user ring that a process can write: its data, its positions.
type Noise struct {
	ring   *UserRing
	random *rand.Rand
	Steps  uint64 // taken so far
	Drains uint64 // that the kernel was asked for
	Taken  uint64 // samples that it took
}

// NewNoise makes noise that is the same for each seed.
func (u *UserRing) NewNoise(seed uint64) *Noise {
	return &Noise{ring: u, random: rand.New(rand.NewPCG(seed, 0))}
}

// Step does something to the ring. So that not all of it is rejected at the first header, some steps write records as libbpf does, finish
// some of them, and have the kernel drain the ring; and a producer position that nothing comes back from is mended now and then.
func (n *Noise) Step(tb testing.TB) error {
	n.Steps++
	u, r := n.ring, n.random
	switch k := r.IntN(100); {
	case k < 10: // anywhere in the data, of any length
		n.scribble(r.Uint64N(u.Size), 1+r.Uint64N(64))
	case k < 12:
		n.scribble(0, u.Size)
	case k < 22: // a header that could be one, somewhere
		length, offset := u.Header(r.Uint64N(u.Size) &^ 7)
		length.Store(uint32(r.Uint64N(u.Size)) | r.Uint32()&(3<<30))
		offset.Store(r.Uint32() >> r.IntN(32))
	case k < 30: // a header within what is in use
		length, offset := u.Header((u.Consumed() + r.Uint64N(256)) &^ 7)
		length.Store(r.Uint32())
		offset.Store(r.Uint32())
	case k < 60: // records
		n.records(1 + r.IntN(50))
	case k < 66: // the producer position
		u.Publish(n.position())
	case k < 68: // the rest of its page
		u.Producer[r.IntN(len(u.Producer))] = byte(r.Uint32())
	case k < 78: // as a new beginning
		for at := range u.Size / 8 {
			length, offset := u.Header(8 * at)
			length.Store(0)
			offset.Store(0)
		}
		u.Publish(u.Consumed())
	default:
		d, err := u.TryDrain(tb, r.IntN(100))
		if err != nil {
			return err
		}
		n.Drains++
		n.Taken += d.Seen
	}
	return nil
}

// records writes up to most records, as long as there is room, and leaves some of them unfinished.
func (n *Noise) records(most int) {
	for range most {
		pos, err := n.ring.Reserve(n.random.IntN(200))
		switch k := n.random.IntN(60); {
		case err != nil:
			return
		case k >= 3:
			n.ring.Submit(pos)
		case k > 0:
			n.ring.Discard(pos)
		}
	}
}

func (n *Noise) scribble(from, length uint64) {
	for i := range length {
		n.ring.Data[(from+i)&(n.ring.Size-1)] = byte(n.random.Uint32())
	}
}

// position is one that may or may not make sense.
func (n *Noise) position() uint64 {
	u, r := n.ring, n.random
	switch r.IntN(8) {
	case 0:
		return r.Uint64()
	case 1:
		return r.Uint64() &^ 7
	case 2:
		return ^uint64(0) &^ 7
	case 3:
		return 1<<63 + u.Consumed()
	case 4:
		return 1<<32 - 8*r.Uint64N(4)
	case 5:
		return u.Consumed() - 8*r.Uint64N(u.Size)
	case 6:
		return u.Consumed() + u.Size
	default:
		return (u.Consumed() + r.Uint64N(u.Size)) &^ 7
	}
}
