package sampler_test

import (
	"reflect"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

// put writes one record: n bytes of payload, the last of them zeros.
func (s *scripted) put(t testing.TB, n, zeros uint32, finish func(ringcore.Reservation)) ringcore.Reservation {
	t.Helper()
	v, err := s.producer.Reserve(n)
	if err != nil {
		t.Fatal(err)
	}
	for i := range v.Payload {
		v.Payload[i] = 0xee
	}
	clear(v.Payload[n-zeros:])
	if finish != nil {
		finish(v)
	}
	return v
}

// excerpt looks and publishes.
func (s *scripted) excerpt(t testing.TB) model.Excerpt {
	t.Helper()
	now := time.Unix(0, 0)
	if _, err := s.Observed.Look(now, model.NewAccount()); err != nil {
		t.Fatal(err)
	}
	return s.Detail(now, model.Focus{}).Excerpt
}

func TestExcerptCountsLengthsAndZeros(t *testing.T) {
	s := newScripted(t, 1<<20)
	if e := s.excerpt(t); !reflect.DeepEqual(e, model.Excerpt{}) {
		t.Errorf("an empty ring gives %+v", e)
	}
	submit, discard := s.producer.Submit, s.producer.Discard
	for range 40 {
		s.put(t, 8, 8, submit) // too old
	}
	for range 30 {
		s.put(t, 56, 0, submit)
		s.put(t, 500, 400, submit)
	}
	s.put(t, 0, 0, submit)    // nothing to read
	s.put(t, 120, 0, discard) // its payload is nobody's
	s.put(t, 4097, 0, submit) // too long to read
	held := s.put(t, 24, 24, nil)
	e := s.excerpt(t)
	want := []model.LengthCount{{Length: 500, Records: 30}, {Length: 4097, Records: 1}, {Length: 56, Records: 30}, {Length: 120, Records: 1}, {Length: 0, Records: 1}}
	if e.Records != 63 || !reflect.DeepEqual(e.Lengths, want) {
		t.Errorf("%d records, lengths %v, expected 63 and %v", e.Records, e.Lengths, want)
	}
	if e.Read != 16 || e.Bytes != 8*56+8*500 || e.Zeros != 8*400 {
		t.Errorf("read %d payloads, %d of %d bytes are zeros at the end, expected 16, 3200 of 4448", e.Read, e.Zeros, e.Bytes)
	}
	if again := s.excerpt(t); &again.Lengths[0] != &e.Lengths[0] {
		t.Error("nothing new came, and it was looked at again")
	}
	submit(held)
	if again := s.excerpt(t); again.Records != 64 || again.Lengths[len(again.Lengths)-2] != (model.LengthCount{Length: 24, Records: 1}) {
		t.Errorf("a record that was busy was submitted: %+v", again)
	}
}

func TestExcerptLeavesPayloadsUnread(t *testing.T) {
	s := newScripted(t, 1<<20)
	s.Observed = sampler.NewObserved(s.Ring(), sampler.ObservedOptions{})
	s.put(t, 500, 400, s.producer.Submit)
	if e := s.excerpt(t); e.Records != 1 || e.Read != 0 || e.Bytes != 0 || e.Zeros != 0 {
		t.Errorf("%+v without payloads", e)
	}
}

// Records whose bytes have been reused since the look are left out.
func TestExcerptOfReusedBytes(t *testing.T) {
	s := newScripted(t, 4096)
	c, err := ringcore.NewConsumer(s.Ring())
	if err != nil {
		t.Fatal(err)
	}
	write := func(n int) {
		for range n {
			s.put(t, 56, 0, s.producer.Submit)
			for range c.Records() {
				continue
			}
			if err := c.Release(); err != nil {
				t.Fatal(err)
			}
		}
	}
	now := time.Unix(0, 0)
	if _, err := s.Observed.Look(now, model.NewAccount()); err != nil {
		t.Fatal(err)
	}
	write(50)
	if _, err := s.Observed.Look(now, model.NewAccount()); err != nil {
		t.Fatal(err)
	}
	write(40) // over 27 of them
	if e := s.Detail(now, model.Focus{}).Excerpt; e.Records != 23 || e.Read != 16 {
		t.Errorf("%+v, expected 23 records", e)
	}
}

func BenchmarkExcerpt(b *testing.B) {
	for name, size := range map[string]uint64{"256KiB": 256 << 10, "16MiB": 16 << 20, "1GiB": 1 << 30} {
		for what, payload := range map[string]bool{"lengths": false, "payloads": true} {
			b.Run(name+"/"+what, func(b *testing.B) {
				s := newScripted(b, size)
				s.Observed = sampler.NewObserved(s.Ring(), sampler.ObservedOptions{Payload: payload})
				for range size / 128 / 2 {
					s.put(b, 120, 60, s.producer.Submit)
				}
				a, now := model.NewAccount(), time.Unix(0, 0)
				look := func() {
					for more := true; more; {
						pace, err := s.Observed.Look(now, a)
						if err != nil {
							b.Fatal(err)
						}
						more = pace.More
					}
				}
				look()
				b.ReportAllocs()
				for b.Loop() {
					b.StopTimer()
					s.put(b, 120, 60, s.producer.Submit)
					look()
					b.StartTimer()
					s.Excerpt()
				}
			})
		}
	}
}
