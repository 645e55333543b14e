package model

import (
	"testing"
	"time"
)

// threads tells of the reader's threads four times a second: what state they are in is asked for each time.
func (w *world) threads(state func() []Thread) func() {
	var told time.Time
	return func() {
		if w.now.Sub(told) < 250*time.Millisecond {
			return
		}
		told = w.now
		all := state()
		waiters := 0
		for _, t := range all {
			if t.Waits.V {
				waiters++
			}
		}
		w.a.Readership(Readership{At: w.now, Threads: all, Waiters: Of(waiters)})
	}
}

func poller(waits bool) Thread {
	t := Thread{Process: Process{PID: 2211, Comm: "bootstrap"}, TID: 2215, Name: "rb-poll", State: 'R', Waits: Of(waits)}
	if waits {
		t.State = 'S'
	}
	return t
}

// quietly is a program that wakes nobody beside one that does.
func quietly(w *world) {
	w.ring.Programs = []Program{
		{ID: 314, Name: "handle_exec", Sites: []Site{{Call: "reserve", Bytes: Of(uint32(64))}, {Call: "submit", WakeUp: WakeAdaptive, File: "exec.bpf.c", Line: 41}}},
		{ID: 316, Name: "handle_open", Sites: []Site{{Call: "reserve", Bytes: Of(uint32(120))}, {Call: "submit", WakeUp: WakeNone, File: "open.bpf.c", Line: 23}}},
	}
}

func TestReaderAsleep(t *testing.T) {
	for name, play := range map[string]func(t *testing.T){
		"not woken": func(t *testing.T) {
			w := newWorld(256 * kib)
			quietly(w)
			in := &stream{rate: 5 * kib}
			look := w.threads(func() []Thread { return []Thread{poller(true)} })
			awake := func() { look(); w.produce(in, 64); w.take(w.size) }
			asleep := func() { look(); w.produce(in, 120) }
			scene(t, w, []act{
				{lasts: secs(4), each: awake},
				{lasts: secs(0.9), each: asleep},
				{lasts: secs(0.3), each: asleep, want: []Code{ReaderAsleep}},
				{lasts: secs(15), each: asleep, want: []Code{ReaderAsleep}}, // and not consumer_stalled
			})
			f := w.finding(t, ReaderAsleep)
			if d := f.Since.Sub(begin); d < secs(3.9) || d > secs(4.1) || f.Before {
				t.Errorf("since %v, before %v", d, f.Before)
			}
			e := f.Evidence
			if e.Thread.TID != 2215 || e.Site.Line != 23 || e.Program.ID != 316 || e.SuspectedCode != "handle_open" || e.For < secs(16) || e.WaitingR.V < 10 {
				t.Errorf("%+v", e)
			}
			scene(t, w, []act{
				{lasts: secs(1.8), each: awake, want: []Code{ReaderAsleep}}, // held
				{lasts: secs(0.5), each: awake},
			})
		},
		"polls with a timeout and takes nothing": func(t *testing.T) {
			w := newWorld(256 * kib)
			in, k := &stream{rate: 5 * kib}, 0
			look := w.threads(func() []Thread { k++; return []Thread{poller(k%3 != 0)} })
			both := func() { look(); w.produce(in, 64); w.take(w.size) }
			scene(t, w, []act{
				{lasts: secs(4), each: both},
				{lasts: secs(1.5), each: func() { look(); w.produce(in, 64) }, want: []Code{ReaderAsleep}},
			})
			for range 40 {
				scene(t, w, []act{{lasts: secs(0.25), each: func() { look(); w.produce(in, 64) }, want: []Code{ReaderAsleep}}})
			}
			if e := w.finding(t, ReaderAsleep).Evidence; e.Site.Call != "" || e.Program.ID != 0 {
				t.Errorf("nobody knows why: %+v", e)
			}
		},
		"only that somebody waits is known": func(t *testing.T) {
			w := newWorld(256 * kib)
			in := &stream{rate: 5 * kib}
			look := func() { w.a.Readership(Readership{At: w.now, Waiters: Of(1)}) }
			scene(t, w, []act{
				{lasts: secs(4), each: func() { look(); w.produce(in, 64); w.take(w.size) }},
				{lasts: secs(1.3), each: func() { look(); w.produce(in, 64) }, want: []Code{ReaderAsleep}},
			})
			if e := w.finding(t, ReaderAsleep).Evidence; e.Thread.TID != 0 {
				t.Errorf("%+v", e.Thread)
			}
		},
		"was never seen to read": func(t *testing.T) {
			w := newWorld(256 * kib)
			w.put(64)
			look := w.threads(func() []Thread { return []Thread{poller(true)} })
			scene(t, w, []act{
				{lasts: secs(3.9), each: look},
				{lasts: secs(0.3), each: look, want: []Code{ReaderAsleep}},
			})
			if f := w.finding(t, ReaderAsleep); !f.Before || !f.Since.Equal(begin) {
				t.Errorf("since %v, before %v", f.Since.Sub(begin), f.Before)
			}
		},
		"the head is busy": func(t *testing.T) {
			w := newWorld(256 * kib)
			look := w.threads(func() []Thread { return []Thread{poller(true)} })
			scene(t, w, []act{
				{lasts: secs(3), each: look},
				{once: func() { w.reserve(64); w.put(64) }, lasts: secs(9), each: look, want: []Code{HeadBusy}},
			})
		},
		"stopped while it waited": func(t *testing.T) {
			w := newWorld(256 * kib)
			in, stopped := &stream{rate: 5 * kib}, false
			look := w.threads(func() []Thread {
				p := poller(true)
				if stopped {
					p.State, p.Waits = 'T', Of(false)
				}
				return []Thread{p, {TID: 2211, State: 'S', Waits: Of(false)}}
			})
			scene(t, w, []act{
				{lasts: secs(4), each: func() { look(); w.produce(in, 64); w.take(w.size) }},
				{once: func() { stopped = true }, lasts: secs(9.5), each: func() { look(); w.produce(in, 64) }},
				{lasts: secs(1), each: func() { look(); w.produce(in, 64) }, want: []Code{ConsumerStalled}},
			})
			if e := w.finding(t, ConsumerStalled).Evidence; e.Thread.State != 'T' || e.Thread.TID != 2215 {
				t.Errorf("%+v", e.Thread)
			}
		},
		"works on one batch for long": func(t *testing.T) {
			w := newWorld(256 * kib)
			in, busy := &stream{rate: 5 * kib}, false
			look := w.threads(func() []Thread { return []Thread{poller(!busy)} })
			scene(t, w, []act{
				{lasts: secs(4), each: func() { look(); w.produce(in, 64); w.take(w.size) }},
				{lasts: secs(0.3), each: func() { look(); w.produce(in, 64) }}, // woken late
				{once: func() { busy = true }, lasts: secs(2), each: func() { look(); w.produce(in, 64) }},
				{lasts: secs(7), each: func() { look(); w.produce(in, 64) }},
			})
		},
		"a poll that times out every 3 s is how it flushes": func(t *testing.T) { flushes(t, 3*time.Second) },
		"polls every 100 ms": func(t *testing.T) { flushes(t, 100*time.Millisecond) },
		"nobody reads, and who waits is no reader": func(t *testing.T) {
			w := newWorld(256 * kib)
			w.ring.Readers = Of(0)
			in := &stream{rate: 5 * kib}
			look := w.threads(func() []Thread { return []Thread{poller(true)} })
			scene(t, w, []act{{lasts: secs(12), each: func() { look(); w.produce(in, 64) }, want: []Code{NoConsumer}}})
		},
	} {
		t.Run(name, play)
	}
}

func TestTwoReaders(t *testing.T) {
	w := newWorld(64 * kib)
	census := func(at time.Time, readers Figure[int]) {
		r := *w.a.ring
		r.Looked, r.Readers = at, readers
		w.a.Ring(&r)
	}
	both := func() func() {
		return w.threads(func() []Thread {
			other := poller(true)
			other.TID, other.Process.PID = 3001, 3000
			return []Thread{poller(true), other}
		})
	}
	look := both()
	census(begin, Of(1))
	scene(t, w, []act{
		{lasts: secs(3), each: look},
		{once: func() { census(w.now, Of(2)) }, lasts: secs(0.1), each: look, want: []Code{ManyReaders}},
	})
	if f := w.finding(t, ManyReaders); f.Before || f.Since.Sub(begin) < secs(2.9) || f.Evidence.Count != 0 {
		t.Errorf("%+v", f)
	}
	scene(t, w, []act{
		{lasts: secs(60), each: look, want: []Code{ManyReaders}},
		{once: func() { census(w.now, Figure[int]{V: 2}) }, lasts: secs(0.2), each: look}, // who knows
		{once: func() { census(w.now, Of(3)) }, lasts: secs(0.2), each: look, want: []Code{ManyReaders}},
		{once: func() { census(w.now, Of(1)) }, lasts: secs(0.2), each: look},
	})
	w = newWorld(64 * kib)
	look = both()
	census(begin, Of(2))
	scene(t, w, []act{{lasts: secs(0.9), each: look}, {lasts: secs(0.5), each: look, want: []Code{ManyReaders}}})
	if f := w.finding(t, ManyReaders); !f.Before {
		t.Error("it was so when we came")
	}
}

// TestChildOfTheReader: a child has its parent's mapping, whatever it does; it is a second reader when it waits for the ring as well, or
// works where nobody waits.
func TestChildOfTheReader(t *testing.T) {
	for name, play := range map[string]struct {
		waits, childWaits bool
		childWorks        time.Duration // of CPU time at each look
		want              []Code
	}{
		"idle":                {waits: true},
		"works":               {waits: true, childWorks: 100 * time.Millisecond},
		"waits":               {waits: true, childWaits: true, want: []Code{ManyReaders}},
		"idle, nobody waits":  {},
		"works, nobody waits": {childWorks: 100 * time.Millisecond, want: []Code{ManyReaders}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(64 * kib)
			r := *w.a.ring
			r.Looked, r.Readers = begin, Of(2)
			w.a.Ring(&r)
			parent, child := poller(play.waits), poller(play.childWaits)
			child.TID, child.Process.PID = 3001, 3000
			look := w.threads(func() []Thread {
				parent.CPU += time.Millisecond
				child.CPU += play.childWorks
				return []Thread{parent, child}
			})
			scene(t, w, []act{{lasts: secs(20), each: look, want: play.want}})
		})
	}
}

// flushes plays a minute in which a reader that polls takes everything at every multiple of a time, and expects no finding.
func flushes(t *testing.T, every time.Duration) {
	t.Helper()
	w := newWorld(256 * kib)
	in := &stream{rate: 5 * kib}
	look := w.threads(func() []Thread { return []Thread{poller(true)} })
	for range 60 {
		scene(t, w, []act{{lasts: secs(1), each: func() {
			look()
			w.produce(in, 64)
			if w.now.Sub(begin)%every < w.tick {
				w.take(w.size)
			}
		}}})
	}
}
