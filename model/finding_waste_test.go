package model

import (
	"testing"
	"time"
)

func TestDiscardHeavy(t *testing.T) {
	w := newWorld(256 * kib)
	w.ring.Programs = []Program{{ID: 7, Name: "handle_exec", Sites: []Site{{Call: "discard", File: "exec.bpf.c", Line: 90}}}}
	part, owed := 0.0, 0.0
	each := func() { // 100 records a second
		owed += part
		w.finish(w.reserve(100).pos, owed >= 1)
		if owed >= 1 {
			owed--
		}
		w.take(w.size)
	}
	scene(t, w, []act{
		{once: func() { part = 0.18 }, lasts: secs(40), each: each},
		{once: func() { part = 0.41 }, lasts: secs(2), each: each},
		{lasts: secs(28), each: each, want: []Code{DiscardHeavy}},
	})
	if e := w.finding(t, DiscardHeavy).Evidence; e.Ratio < 0.39 || e.Ratio > 0.43 || e.RatioR < 0.39 || e.RatioR > 0.43 || e.Site.Line != 90 || e.Program.ID != 7 {
		t.Errorf("%+v", e)
	}
	scene(t, w, []act{
		{once: func() { part = 0.18 }, lasts: secs(60), each: each, want: []Code{DiscardHeavy}}, // it stands above 15 %
		{once: func() { part = 0.1 }, lasts: secs(60), each: each},
	})
	for _, c := range []struct {
		name    string
		records int
		want    []Code
	}{{"few records", 95, nil}, {"enough", 105, []Code{DiscardHeavy}}} {
		w := newWorld(256 * kib)
		scene(t, w, []act{{once: func() {
			for i := range c.records {
				w.finish(w.reserve(100).pos, i%2 == 0)
			}
		}, lasts: secs(1), each: func() { w.take(w.size) }}})
		w.look()
		for i := range c.records {
			w.finish(w.reserve(100).pos, i%2 == 0)
		}
		w.take(w.size)
		scene(t, w, []act{{lasts: secs(5), each: func() { w.take(w.size) }, want: c.want}})
	}
	// Few large ones among many small ones count by their bytes.
	w = newWorld(256 * kib)
	k := 0
	scene(t, w, []act{{lasts: secs(8), each: func() {
		w.put(100)
		if k++; k%20 == 0 {
			w.finish(w.reserve(4000).pos, true)
		}
		w.take(w.size)
	}, want: []Code{DiscardHeavy}}})
	if e := w.finding(t, DiscardHeavy).Evidence; e.RatioR > 0.06 || e.Ratio < 0.5 {
		t.Errorf("%+v", e)
	}
}

// sampled publishes with a sample of records of length, of which zeros end with zeros.
func (w *world) sampled(n int, length uint32, zeros float64) func() {
	k := 0
	return func() {
		for range n {
			w.put(length)
		}
		w.take(w.size)
		w.look()
		if k++; k%10 == 0 {
			bytes := uint64(16) * uint64(length)
			w.a.Publish(w.now, Detail{Excerpt: Excerpt{
				Records: 64, Lengths: []LengthCount{{Length: length, Records: 64}}, Read: 16, Bytes: bytes, Zeros: uint64(float64(bytes) * zeros),
			}}, Observation{})
		}
	}
}

func TestOversizedRecords(t *testing.T) {
	w := newWorld(256 * kib)
	w.ring.Programs = []Program{
		{ID: 7, Name: "handle_exec", Sites: []Site{{Call: "reserve", Bytes: Of(uint32(64))}}},
		{ID: 8, Name: "handle_open", Sites: []Site{{Call: "reserve", Bytes: Of(uint32(500)), File: "open.bpf.c", Line: 23}, {Call: "submit"}}},
	}
	scene(t, w, []act{
		{lasts: secs(20), each: w.sampled(7, 500, 0.45)},
		{lasts: secs(10), each: w.sampled(7, 500, 0.9), want: []Code{OversizedRecord}},
	})
	if e := w.finding(t, OversizedRecord).Evidence; e.Ratio < 0.6 || e.Ratio > 0.9 || e.Dominant.Length != 500 || e.DominantPart != 1 || e.Program.ID != 8 || e.Site.Line != 23 || e.Count < zerosLeast {
		t.Errorf("%+v", e)
	}
	scene(t, w, []act{
		{lasts: secs(60), each: w.sampled(7, 500, 0.45), want: []Code{OversizedRecord}}, // it stands above 40 %
		{lasts: secs(60), each: w.sampled(7, 500, 0.3)},
	})
	for name, each := range map[string]func(w *world) func(){
		"tiny":           func(w *world) func() { return w.sampled(7, 16, 0.9) },
		"a quiet ring":   func(w *world) func() { return w.sampled(0, 500, 0.9) },
		"some zeros":     func(w *world) func() { return w.sampled(7, 500, 0.49) },
		"payload unread": func(w *world) func() { return func() { w.put(500); w.take(w.size) } },
	} {
		w := newWorld(256 * kib)
		w.put(500)
		w.run(30*time.Second, each(w))
		if got := w.codes(); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A record that is sampled again and again in a quiet ring counts once.
func TestExcerptsCountOnce(t *testing.T) {
	w := newWorld(256 * kib)
	w.look()
	once := Excerpt{Records: 1, Lengths: []LengthCount{{Length: 4000, Records: 1}}, Read: 1, Bytes: 4000, Zeros: 4000}
	w.put(4000)
	for range 1000 {
		w.now = w.now.Add(100 * time.Millisecond)
		w.look()
		w.a.Publish(w.now, Detail{Excerpt: once}, Observation{})
	}
	if x := &w.a.excerpts; x.read > 1 || x.n > 1 {
		t.Errorf("%v records of %d samples", x.read, x.n)
	}
}

func TestNoisyProgram(t *testing.T) {
	programs := func(sites ...[]Site) []Program {
		var out []Program
		for i, s := range sites {
			out = append(out, Program{ID: uint32(314 + i), Name: "p", Sites: s})
		}
		return out
	}
	reserve := func(n uint32) Site { return Site{Call: "reserve", Bytes: Of(n)} }
	for _, c := range []struct {
		name     string
		programs []Program
		want     uint32 // its id
	}{
		{"one of two", programs([]Site{reserve(64)}, []Site{reserve(256)}), 315},
		{"two sites of one", programs([]Site{reserve(64)}, []Site{reserve(256), reserve(256)}), 315},
		{"both", programs([]Site{reserve(256)}, []Site{reserve(256)}), 0},
		{"one alone", programs([]Site{reserve(256)}), 0},
		{"one not looked at", programs([]Site{reserve(256)}, nil), 0},
		{"one that writes any length", programs([]Site{reserve(256)}, []Site{{Call: "output"}}), 0},
		{"none", programs([]Site{reserve(8)}, []Site{reserve(16)}), 0},
	} {
		w := newWorld(1 * mib)
		w.ring.Programs = c.programs
		k := 0
		w.run(10*time.Second, func() {
			for range 3 {
				w.put(256)
			}
			w.take(600)
			w.look()
			if k++; k%10 == 0 {
				w.a.Publish(w.now, Detail{Excerpt: Excerpt{Records: 64, Lengths: []LengthCount{{256, 60}, {64, 4}}}}, Observation{})
			}
		})
		e := w.finding(t, ConsumerSlow).Evidence
		if e.Dominant.Length != 256 || e.DominantPart < 0.97 || e.DominantPart > 0.99 || e.Program.ID != c.want {
			t.Errorf("%s: %+v %v, program %d", c.name, e.Dominant, e.DominantPart, e.Program.ID)
		}
	}
}

// TestWokenBySomethingElse: who sleeps that often need not be woken by this ring.
func TestWokenBySomethingElse(t *testing.T) {
	for name, play := range map[string]struct {
		takesEvery int // looks
		waitsFor   time.Duration
		rings      Figure[int]
		want       int
	}{
		"by this ring":             {takesEvery: 1, waitsFor: time.Hour, want: 1},
		"reads eight rings":        {takesEvery: 1, waitsFor: time.Hour, rings: Of(8)},
		"waited once":              {takesEvery: 1, waitsFor: 500 * time.Millisecond},
		"takes many now and again": {takesEvery: 5, waitsFor: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(1 * mib)
			switches, k := uint64(0), 0
			look := w.threads(func() []Thread {
				return []Thread{{TID: 5, State: 'S', Waits: Of(w.now.Sub(begin) < play.waitsFor), Voluntary: switches, Rings: play.rings}}
			})
			w.run(8*time.Second, func() {
				for range 60 {
					w.put(64)
				}
				if k++; k%play.takesEvery == 0 {
					w.take(w.size)
				}
				switches += 60
				look()
			})
			if got := len(w.codes()); got != play.want {
				t.Errorf("%v", w.codes())
			}
		})
	}
}

func TestWakeupPerRecord(t *testing.T) {
	play := func(perSecond int, perSwitch float64, waits bool) *world {
		w := newWorld(1 * mib)
		var switches float64
		look := w.threads(func() []Thread {
			return []Thread{{TID: 5, State: 'S', Waits: Of(waits), Voluntary: uint64(switches)}, {TID: 6, State: 'S', Voluntary: 1 << 40, Waits: Of(false)}}
		})
		each := func() {
			for range perSecond / 100 {
				w.put(64)
			}
			w.take(w.size)
			switches += float64(perSecond) / 100 / perSwitch
			look()
		}
		w.run(3*time.Second, each)
		if got := w.codes(); len(got) != 0 {
			t.Errorf("within 3 s: %v", got)
		}
		w.run(4*time.Second, each)
		return w
	}
	w := play(6000, 1.1, true)
	if got := w.codes(); len(got) != 1 || got[0] != WakeupPerRecord {
		t.Fatal(got)
	}
	if e := w.finding(t, WakeupPerRecord).Evidence; e.Thread.TID != 5 || e.PerSecond < 5900 || e.PerSecond > 6100 {
		t.Errorf("%+v", e)
	}
	w.run(9*time.Second, nil)
	if len(w.codes()) != 1 {
		t.Error("not held")
	}
	w.run(3*time.Second, nil)
	if len(w.codes()) != 0 {
		t.Error("it stays")
	}
	for name, w := range map[string]*world{
		"few records":      play(4000, 1, true),
		"many at a time":   play(20_000, 12, true),
		"100 a second":     play(100, 1, true),
		"never waits here": play(6000, 1, false),
	} {
		if got := w.codes(); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}
