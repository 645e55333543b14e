package file

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

var (
	_ sampler.Source = (*Source)(nil)
	_ sampler.Dumper = (*Source)(nil)
)

func TestAnotherProcessIsWatched(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	server := start(t, path)
	server.do("produce 10")
	s, n, c := open(t, path), &notes{}, newClock()
	c.look(t, s, n)
	if len(n.rings) != 1 {
		t.Fatalf("the identity was given %d times", len(n.rings))
	}
	ring := n.rings[0]
	if ring.Source != model.SourceFile || ring.Name != name || ring.Type != model.TypeRingbuf || ring.Format != ringcore.Linux ||
		ring.Size() != size || ring.Geometry.Pending != pending || ring.Made != model.Of(path) || ring.Readers.Known() {
		t.Errorf("identity %+v", ring)
	}
	if want := (model.Process{PID: server.cmd.Process.Pid, Comm: comm}); len(ring.Owners) != 1 || ring.Owners[0] != want {
		t.Errorf("owners %v, want %v", ring.Owners, want)
	}

	server.do("produce 290")
	pace := c.look(t, s, n)
	if !pace.Moved || pace.Done {
		t.Errorf("pace %+v after 290 records", pace)
	}
	if n.before != 10 || n.records != 290 || n.discarded != 97 || n.missed != 0 || n.busy != 0 || len(n.strange) != 0 {
		t.Errorf("told of %d records before, %d after, %d discarded, %d busy, %d bytes missed, %q", n.before, n.records, n.discarded, n.busy, n.missed, n.strange)
	}
	checkRecords(t, s, 300)

	server.do("consume")
	server.do("hold")
	server.do("produce 5")
	c.look(t, s, n)
	if n.records != 296 || n.busy != 1 {
		t.Errorf("told of %d records and %d busy, want 296 and 1", n.records, n.busy)
	}
	d := s.Detail(c.now, model.Focus{Rows: 10, Payload: 100})
	if len(d.Rows) != 6 || d.Rows[0].Header.State() != ringcore.Busy || d.Rows[0].Pos != n.positions.Consumer || d.Unread != model.Of[uint64](6) {
		t.Errorf("%d rows, %v unread, %+v", len(d.Rows), d.Unread, d.Rows)
	}
	server.do("submit")
	if pace := c.look(t, s, n); n.busy != 0 || pace.Moved {
		t.Errorf("%d busy after it was submitted, pace %+v", n.busy, pace)
	}
	if pace := c.look(t, s, n); pace.Moved || pace.Done || len(n.ended) != 0 {
		t.Errorf("pace %+v, ended %q while the server lives", pace, n.ended)
	}
}

// checkRecords holds every record of the ring against what the server wrote.
func checkRecords(t *testing.T, s *Source, want int) {
	t.Helper()
	seen, pos := 0, ringcore.Pos(0)
	err := s.Dump(100, func(r model.Row) bool {
		payload, discarded := content(seen)
		if r.Pos != pos || r.Header.Busy || r.Header.Discard != discarded || int(r.Header.Length) != len(payload) || r.PageOffsetOK != model.Of(true) || !r.Exact {
			t.Errorf("record %d, expected at %d: %+v", seen, pos, r)
		}
		if !bytes.Equal(r.Payload, payload) {
			t.Errorf("record %d holds %x, want %x", seen, r.Payload, payload)
		}
		seen++
		pos += r.Span
		return true
	})
	if err != nil || seen != want {
		t.Errorf("%d records, want %d: %v", seen, want, err)
	}
}

func TestPayloadsStayUnread(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	server := start(t, path)
	server.do("produce 50")
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, s)
	newClock().look(t, s, &notes{})
	rows := 0
	err = s.Dump(100, func(r model.Row) bool {
		if rows++; r.Payload != nil {
			t.Errorf("a payload of %d bytes was read", len(r.Payload))
		}
		return true
	})
	if err != nil || rows != 50 {
		t.Errorf("%d rows, %v", rows, err)
	}
}

func TestDeathOfTheServerEndsTheRing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	server := start(t, path)
	s, n, c := open(t, path), &notes{}, newClock()
	c.look(t, s, n)
	server.do("produce 30")
	server.kill()

	c.now = c.now.Add(checkEvery)
	if pace := c.look(t, s, n); !pace.Done {
		t.Errorf("pace %+v, %v after the server died", pace, checkEvery)
	}
	if len(n.ended) != 1 || n.ended[0] != model.EndOwnerGone {
		t.Errorf("ended: %q", n.ended)
	}
	if n.records != 30 {
		t.Errorf("told of %d records, the server wrote 30 before it died", n.records)
	}
	checkRecords(t, s, 30)

	// It stays open to be looked at, and a ring that is dead on arrival is looked at once.
	late, m := open(t, path), &notes{}
	if pace := c.look(t, late, m); !pace.Done || m.before != 30 || len(m.ended) != 1 || m.looks != 1 {
		t.Errorf("pace %+v, %d records, ended %q, in %d looks", pace, m.before, m.ended, m.looks)
	}
	if n.rings[0].Unserved || !m.rings[0].Unserved {
		t.Errorf("nobody served it when watching began: %t of one that was served, %t of one that was not", n.rings[0].Unserved, m.rings[0].Unserved)
	}
}

// TestTheLastLookIsComplete lets a server end with more to see than one look takes.
func TestTheLastLookIsComplete(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	server, err := newServer(path, 16<<20)
	if err != nil {
		t.Fatal(err)
	}
	s, n, c := open(t, path), &notes{}, newClock()
	c.look(t, s, n)
	const records, length = 3000, 4000 - 8 // 12 MB
	for range records {
		r, err := server.producer.Reserve(length)
		if err != nil {
			t.Fatal(err)
		}
		server.producer.Submit(r)
	}
	closing(t, server.file)
	c.now = c.now.Add(checkEvery)
	looks := n.looks
	if pace := c.look(t, s, n); !pace.Done || n.records != records || len(n.ended) != 1 {
		t.Errorf("pace %+v, %d of %d records, ended %q", pace, n.records, records, n.ended)
	}
	if n.looks-looks < 2 {
		t.Errorf("one look took %d bytes: this test shows nothing", n.bytes)
	}
}

func TestSamplerEndsWithTheServer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	server := start(t, path)
	s, err := Open(path, Options{Payload: true})
	if err != nil {
		t.Fatal(err)
	}
	// The limit is only for a sampler that never ends; then the reason is missing.
	limited, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	w := sampler.Start(limited, s, sampler.Options{Interval: time.Millisecond})
	server.do("produce 200")
	server.kill()
	<-w.Done()
	if err := w.Err(); err != nil {
		t.Fatal(err)
	}
	m := w.Latest()
	if m.Why != model.EndOwnerGone || m.Sample.State != model.Ended {
		t.Errorf("ended: %q, state %v", m.Why, m.Sample.State)
	}
	var end ringcore.Pos
	for i := range 200 {
		payload, _ := content(i)
		end += ringcore.Linux.Span(uint32(len(payload)))
	}
	if p := m.Sample.Positions.Producer; p != model.Of(end) {
		t.Errorf("producer position %v, want %d", p, end)
	}
}

func TestServedRingMayLoseItsName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	server := start(t, path)
	s, n, c := open(t, path), &notes{}, newClock()
	c.look(t, s, n)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	server.do("produce 30")
	c.now = c.now.Add(checkEvery)
	if pace := c.look(t, s, n); pace.Done || n.records != 30 {
		t.Errorf("pace %+v, %d records; the ring lives without its name", pace, n.records)
	}
	server.kill()
	c.now = c.now.Add(checkEvery)
	if pace := c.look(t, s, n); !pace.Done || len(n.ended) != 1 {
		t.Errorf("pace %+v, ended %q", pace, n.ended)
	}
}
