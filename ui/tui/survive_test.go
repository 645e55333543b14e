package tui

import (
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

// broken is a ring of real bytes to which something happens, and an account of it at simulated times: what stands on the screen then comes
// all the way from its headers and positions.
type broken struct {
	*sampler.Observed
	t       *testing.T
	writer  ringcore.Writer
	account *model.Account
	now     time.Time
	shown   *model.Moment
	amid    func() // called once, after the first batch of a look
}

// breakable makes one whose positions stand at start, and in which all was well for three seconds.
func breakable(t *testing.T, g ringcore.Geometry, start ringcore.Pos) *broken {
	t.Helper()
	m := ringcore.Memory{Consumer: make([]byte, 64), Producer: make([]byte, 64), Data: make([]byte, 2*g.Size)}
	ring, err := ringcore.NewRing(ringcore.Linux, g, m)
	if err != nil {
		t.Fatal(err)
	}
	s := &broken{Observed: sampler.NewObserved(ring, sampler.ObservedOptions{Payload: true}), t: t, account: model.NewAccount(), now: begin}
	for _, page := range [][]byte{m.Consumer, m.Producer, m.Producer[g.Pending:]} {
		s.set(page, start)
	}
	if s.writer, err = ringcore.NewWriter(ring); err != nil {
		t.Fatal(err)
	}
	s.account.Ring(s.identity(167))
	s.look()
	s.run(3*time.Second, func() { s.write(10); s.read(s.producer()) })
	return s
}

func (s *broken) identity(id uint32) *model.Ring {
	r := ringOf(s.Ring().Size())
	r.ID, r.Geometry = id, *s.Ring().Geometry()
	return r
}

// set writes a position at the ring's width.
func (s *broken) set(page []byte, pos ringcore.Pos) {
	if s.Ring().Geometry().PosWidth == 4 {
		binary.NativeEndian.PutUint32(page, uint32(pos))
		return
	}
	binary.NativeEndian.PutUint64(page, pos)
}

// read puts the consumer position anywhere.
func (s *broken) read(pos ringcore.Pos) { s.set(s.Ring().Memory().Consumer, pos) }

func (s *broken) producer() ringcore.Pos { return s.Ring().ReadPositions().Producer }

// header puts h where a header stands.
func (s *broken) header(pos ringcore.Pos, h ringcore.Header) {
	raw := ringcore.Linux.Encode(h)
	at := s.Ring().Memory().Data[pos&(s.Ring().Size()-1):]
	binary.NativeEndian.PutUint32(at, uint32(raw))
	binary.NativeEndian.PutUint32(at[4:], uint32(raw>>32))
}

// write submits records of 56 bytes, which take 64.
func (s *broken) write(records int) {
	s.t.Helper()
	for range records {
		s.writer.Submit(s.reserve())
	}
}

func (s *broken) reserve() ringcore.Reservation {
	s.t.Helper()
	v, err := s.writer.Reserve(56)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := range v.Payload {
		v.Payload[i] = 0xaa
	}
	return v
}

// Batch lets amid happen where a producer can come between.
func (s *broken) Batch(b *ringcore.Batch) {
	s.account.Batch(b)
	if f := s.amid; f != nil {
		s.amid = nil
		f()
	}
}

// intake is the account, with what happens amid a look.
type intake struct {
	*model.Account
	s *broken
}

func (i intake) Batch(b *ringcore.Batch) { i.s.Batch(b) }

// look looks at everything there is, publishes, and lets 10 ms pass.
func (s *broken) look() {
	s.t.Helper()
	for {
		pace, err := s.Look(s.now, intake{s.account, s})
		if err != nil {
			s.t.Fatal(err)
		}
		if !pace.More {
			break
		}
	}
	s.publish()
	s.now = s.now.Add(10 * time.Millisecond)
}

func (s *broken) publish() {
	d := s.Detail(s.now, model.Focus{Anchor: model.AtReader, Before: 4, Rows: 64, Payload: 64, Tape: model.TapeFocus{Columns: 100}})
	s.shown = s.account.Publish(s.now, d, model.Observation{})
}

// run lets time pass; each comes before every look.
func (s *broken) run(d time.Duration, each func()) {
	s.t.Helper()
	for end := s.now.Add(d); s.now.Before(end); {
		if each != nil {
			each()
		}
		s.look()
	}
}

// TestNothingIsCalledNeverWrittenOnceThePositionJumped: a producer position that stands at the first byte again does not tell that nothing
// was written.
func TestNothingIsCalledNeverWrittenOnceThePositionJumped(t *testing.T) {
	for _, size := range sizes[:2] {
		s := breakable(t, ringOf64K(), 0)
		s.read(0)
		s.set(s.Ring().Memory().Producer, 0)
		s.look()
		v := still(size[0], size[1], Config{Still: s.shown})
		shows(t, v, "the producer position went back", "no record is readable now")
		hides(t, v, "nothing was ever written", "never written", "╍")
	}
}

// ringOf64K is a ring of 64 KiB as most kernels lay it out.
func ringOf64K() ringcore.Geometry {
	g := ringcore.LinuxGeometry(64<<10, 4096)
	g.Pending = 8
	return g
}

// TestWhatBreaksIsOnTheScreen lets happen what a viewer must survive, and asks for what a person then reads: the verdict with its figures,
// what to do, and how complete the view is. The same is done to the bytes by sampler's survive_test.go, which asks for the findings.
func TestWhatBreaksIsOnTheScreen(t *testing.T) {
	const first = 300 * 640 // the producer position after three good seconds
	narrow := ringOf64K()
	narrow.PosWidth, narrow.Pending = 4, 4
	large := ringOf64K()
	large.Size = 16 << 20
	wide := ringcore.LinuxGeometry(256<<10, 64<<10)
	wide.Pending = 8
	for _, c := range []struct {
		name  string
		g     ringcore.Geometry
		start ringcore.Pos
		play  func(s *broken)
		keys  []string
		want  []string
	}{
		{"nothing", ringOf64K(), 0, func(*broken) {}, nil, []string{"● NOTHING WRONG SEEN", "view complete"}},
		{"a header of a length that is none", ringOf64K(), 0, func(s *broken) {
			s.write(10)
			s.header(first+4*64, ringcore.Header{Length: 56 | 1<<20, PageOffset: 17})
			s.look()
		}, []string{"6"}, []string{"▲ WRONG HEADER at 02:05:03Z, position 192,256: 38 00 10 00 11 00 00 00", "the record reaches past the producer position.", "view has gaps: 384 B", "≥994/s"}},
		{"a record larger than the ring", ringOf64K(), 0, func(s *broken) {
			s.write(10)
			s.header(first, ringcore.Header{Length: 64 << 10, PageOffset: 17})
			s.look()
		}, nil, []string{"▲ WRONG HEADER at 02:05:03Z, position 192,000: 00 00 01 00 11 00 00 00", "view has gaps: 640 B", "≥990/s", "no record is readable now"}},
		{"the page offset of another page", ringOf64K(), 0, func(s *broken) {
			s.write(10)
			s.header(first+4*64, ringcore.Header{Length: 56, PageOffset: 16})
			s.look()
		}, nil, []string{"▲ WRONG HEADER at 02:05:03Z, position 192,256: 38 00 00 00 10 00 00 00", "view has gaps: 384 B", "≥994/s"}},
		{"lapped", ringOf64K(), 0, func(s *broken) {
			for range 300 {
				s.write(10)
				s.read(s.producer())
			}
			s.look()
		}, nil, []string{"△ VIEW HAS GAPS 188 KiB passed unseen", "view has gaps: 188 KiB", "≥990/s"}},
		{"torn", large, 0, func(s *broken) {
			s.write(200_000)
			s.read(s.producer())
			s.amid = func() { s.write(250_000); s.read(s.producer()) }
			s.look()
		}, nil, []string{"△ VIEW HAS GAPS 27.4 MiB passed unseen", "view has gaps: 27.4 MiB", "≥2.00 k/s"}},
		{"the consumer position goes back", ringOf64K(), 0, func(s *broken) {
			s.read(first - 640)
			s.look()
		}, nil, []string{"▲ TWO READERS for 0 s: the consumer position went back 1 time", "view complete", "1.0 %", "10 records"}},
		{"the consumer position is ahead", ringOf64K(), 0, func(s *broken) {
			s.read(first + 4096)
			s.look()
		}, nil, []string{"▲ POSITIONS MAKE NO SENSE for 0 s: ", "4,096 ahead", "look for a broken or a second reader.", "full       ~0 %", "unread         ?"}},
		{"the consumer position is misaligned", ringOf64K(), 0, func(s *broken) {
			s.read(first - 59)
			s.look()
		}, nil, []string{"▲ POSITIONS MAKE NO SENSE for 0 s: ", "look for a broken or a second reader.", "unread         ?"}},
		{"the producer position is misaligned", ringOf64K(), 0, func(s *broken) {
			s.set(s.Ring().Memory().Producer, first+13)
			s.look()
		}, nil, []string{"▲ POSITIONS MAKE NO SENSE for 0 s: ", "no reader writes it", "unread         ?", "view stopped"}},
		{"the consumer position is more than a ring behind", ringOf64K(), 0, func(s *broken) {
			s.read(first - 65<<10)
			s.look()
		}, nil, []string{"▲ POSITIONS MAKE NO SENSE for 0 s: ", "look for a broken or a second reader.", "~100 %", "unread         ?"}},
		{"the producer position goes back", ringOf64K(), 0, func(s *broken) {
			s.read(640)
			s.set(s.Ring().Memory().Producer, 640)
			s.look()
		}, nil, []string{"position 192,000: the producer position went back", "the ring was begun anew", "view has gaps"}},
		{"a busy head", ringOf64K(), 0, func(s *broken) {
			s.reserve()
			s.write(40)
			s.run(3*time.Second, nil)
		}, nil, []string{"▲ STUCK BEHIND ONE RECORD for 3.0 s", "2.50 KiB wait", "reserved, not finished", "41 records"}},
		{"300,000 busy headers", large, 0, func(s *broken) {
			for range 300_000 {
				if _, err := s.writer.Reserve(0); err != nil {
					s.t.Fatal(err)
				}
			}
			s.run(time.Second, nil)
		}, nil, []string{"▲ STUCK BEHIND ONE RECORD for 1.0 s", "2.29 MiB wait", "≥4,096", "view is behind", "≥4.10 k/s"}},
		{"full by the pending rule", ringOf64K(), 0, func(s *broken) {
			s.reserve()
			s.run(3*time.Second, func() {
				for range 20 {
					if v, err := s.writer.Reserve(56); err == nil {
						s.writer.Submit(v)
					}
				}
				s.read(s.producer())
			})
		}, nil, []string{"▲ WRITERS BLOCKED BY AN OLD RECORD for 2.5 s", "0 % full", "the reader has passed it"}},
		{"the consumer position never moves", ringOf64K(), 0, func(s *broken) {
			s.run(12*time.Second, func() {
				for v, err := s.writer.Reserve(56); err == nil; v, err = s.writer.Reserve(56) {
					s.writer.Submit(v)
				}
			})
		}, nil, []string{"▲ READER STOPPED for 12 s", "99.9 %", "full: refused", "1,023 records"}},
		{"discards", ringOf64K(), 0, func(s *broken) {
			s.run(8*time.Second, func() {
				s.write(1)
				for range 50 {
					s.writer.Discard(s.reserve())
				}
				s.read(s.producer())
			})
		}, nil, []string{"○ MUCH IS THROWN AWAY for 8.0 s", "98 % discarded", "never delivered"}},
		{"2^32 where positions have 4 bytes", narrow, 1<<32 - first - 640, func(s *broken) {
			s.write(10)
			s.look()
			s.write(10)
			s.look()
		}, nil, []string{"● NOTHING WRONG SEEN", "view complete", " 4,294,966,656 ", "20 records"}},
		{"2^64", ringOf64K(), 1<<64 - first - 640, func(s *broken) {
			s.write(10)
			s.look()
			s.write(10)
			s.look()
		}, nil, []string{"● NOTHING WRONG SEEN", "view complete", " 18,446,744,073,709,550,976 ", "20 records"}},
		{"pages of 64 KiB", wide, 0, func(s *broken) {
			s.write(10)
			s.look()
		}, []string{"down", "enter"}, []string{"● NOTHING WRONG SEEN", "view complete", "page offset 5 = 3 + data page 2  ✓"}},
		{"its owners are gone", ringOf64K(), 0, func(s *broken) {
			s.write(10)
			s.look()
			s.account.Ended(model.EndOwnerGone)
			s.publish()
		}, nil, []string{"△ GONE 02:05:03Z  nobody but ringscope held this ring; it let go.", "ENDED", "1.0 %", "10 records", "192,000"}},
		{"another ring in its place", ringOf64K(), 0, func(s *broken) {
			s.account.Ring(s.identity(168))
			s.publish()
		}, nil, []string{"◌ LOOKING", "id 168 ▸", "busy    ?"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := breakable(t, c.g, c.start)
			c.play(s)
			for _, size := range [][2]int{{120, 36}, {80, 24}} {
				v := still(size[0], size[1], Config{Still: s.shown})
				visit(v, c.keys, "")
				drawn := drawnOn(t, v, size[0], size[1])
				words := strings.Join(strings.Fields(drawn), " ")
				for _, want := range c.want {
					if want = strings.Join(strings.Fields(want), " "); !strings.Contains(words, want) {
						t.Errorf("%dx%d: %q is not on the screen", size[0], size[1], want)
					}
				}
				if t.Failed() {
					t.Fatal("\n" + drawn)
				}
			}
		})
	}
}
