package model

import (
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"
)

// TestTwoHours looks back on two hours in which the ring was nearly full for a tick every 97 s, and nobody read for a while.
func TestTwoHours(t *testing.T) {
	w := newWorld(256 * kib)
	w.tick = 50 * time.Millisecond
	in := &stream{rate: 2 * kib}
	var peaks []time.Time // when each was there to be seen
	exact := map[time.Time]*Moment{}
	k := 0
	each := func() {
		w.take(w.size)
		w.produce(in, 100)
		if k++; k%(97*20) == 0 {
			for w.used() < 200*kib {
				w.put(1000)
			}
			peaks = append(peaks, w.now)
		}
		if k%101 == 0 && w.moment != nil {
			m := *w.moment
			m.History = nil // it would hold on to what was kept then
			exact[m.Sample.At] = &m
		}
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	w.run(100*time.Minute, each)
	w.run(3*time.Minute, func() { w.produce(in, 100) })
	w.run(17*time.Minute, each)
	h := w.moment.History
	now := w.moment.Sample.At
	oldest := h.Step(now, -1<<30)
	if d := now.Sub(oldest); d < 59*time.Minute || d > 72*time.Minute {
		t.Errorf("looks back on %v", d)
	}
	if got := h.Step(oldest, 1<<30); !got.Equal(now) {
		t.Errorf("the newest is of %v, want %v", got, now)
	}
	stepsSeen := 0
	for at := now; at.After(oldest); at = h.Step(at, -1) {
		m := h.At(at)
		if stepsSeen++; stepsSeen > 3000 {
			t.Fatal("more than 3000 steps in fixed memory")
		}
		if m == nil || m.Past == 0 && !slices.Contains(h.Kept, m) && len(m.History.Kept) == 0 {
			t.Fatalf("at %v: %+v", at, m)
		}
	}
	checkPeaks(t, h, oldest, now, peaks)
	checkExact(t, h, now, exact)
	clear(exact)
	runtime.GC()
	runtime.ReadMemStats(&after)
	grown := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	if t.Logf("two hours take %d KiB in %d steps", grown>>10, stepsSeen); grown > 6*mib {
		t.Error("that is too much")
	}
	runtime.KeepAlive(h)
	runtime.KeepAlive(w)
}

// checkPeaks asks that stepping meets each peak.
func checkPeaks(t *testing.T, h *History, oldest, now time.Time, peaks []time.Time) {
	t.Helper()
	met := map[time.Time]bool{}
	for at := oldest; at.Before(now); at = h.Step(at, 1) {
		if m := h.At(at); m.Sample.Occupancy.UsedMax.V >= 200*kib {
			for _, p := range peaks {
				if d := at.Sub(p); d >= 0 && d <= 150*time.Millisecond {
					met[p] = true
				}
			}
		}
	}
	asked := 0
	for _, p := range peaks {
		if p.Before(oldest.Add(time.Minute)) || now.Sub(p) < time.Second {
			continue
		}
		if asked++; !met[p] {
			t.Errorf("no step comes to the peak %v ago", now.Sub(p))
		}
	}
	if asked < 30 {
		t.Fatalf("%d peaks asked for", asked)
	}
}

// checkExact compares what is made anew with what was published.
func checkExact(t *testing.T, h *History, now time.Time, published map[time.Time]*Moment) {
	t.Helper()
	same := 0
	for at, was := range published {
		m := h.At(at)
		if m == nil || !m.Sample.At.Equal(at) || m.Past == 0 {
			continue
		}
		same++
		compare(t, was, m)
	}
	if same < 3 {
		t.Errorf("%d of %d moments are there", same, len(published))
	}
}

// compare fails where a moment made anew differs from the one that was published, but for what is left out on purpose.
func compare(t *testing.T, was, is *Moment) {
	t.Helper()
	a, b := *was.Sample, *is.Sample
	for i := range a.Buckets {
		x, y := a.Buckets[i], b.Buckets[i]
		each := float64(a.Ring.Size() / Buckets)
		if x.Written != y.Written || (x.Bytes == 0) != (y.Bytes == 0) || near(float64(x.Bytes), float64(y.Bytes)) > each/100 ||
			near(float64(x.Discarded), float64(y.Discarded)) > each/50 {
			t.Fatalf("bucket %d: %+v, was %+v", i, y, x)
		}
	}
	a.Buckets, b.Buckets = [Buckets]Bucket{}, [Buckets]Bucket{}
	a.Detail, b.Detail = Detail{}, Detail{}
	if !reflect.DeepEqual(a, b) {
		t.Fatalf("sample differs:\n%+v\nwas\n%+v", b, a)
	}
	if !reflect.DeepEqual(was.Findings, is.Findings) || was.Wait != is.Wait || was.Why != is.Why {
		t.Fatalf("findings %+v, were %+v", is.Findings, was.Findings)
	}
}

func near(a, b float64) float64 { return max(a-b, b-a) }

// rich is a moment in which every field of the sample is set.
func rich(t *testing.T) *world {
	t.Helper()
	w := newWorld(256 * kib)
	w.excerpt = Excerpt{Records: 4, Read: 4, Bytes: 400, Zeros: 100}
	w.obs = Observation{Ticks: 7, Interval: Of(time.Millisecond), MaxGap: time.Second, CPU: Of(time.Second), For: time.Minute, Consumes: true}
	r := *w.ring
	r.Looked = begin
	w.a.Ring(&r)
	in := &stream{rate: 100 * kib}
	w.run(5*time.Second, func() {
		w.a.Readership(Readership{At: w.now, Threads: []Thread{{TID: 7, State: 'S'}}, Waiters: Of(1)})
		w.produce(in, 100)
		w.take(w.size / 4)
	})
	w.reserve(20)
	w.put(40)
	w.finish(w.prod-48, true)
	w.counted, w.drops = true, 5
	w.run(300*time.Millisecond, nil)
	return w
}

func TestPastHasEverything(t *testing.T) {
	w := rich(t)
	was := w.moment
	w.run(5*time.Second, nil)
	is := w.moment.History.At(was.Sample.At)
	if is == nil || is.Past != FineSlot {
		t.Fatalf("%+v", is)
	}
	compare(t, was, is)
	v := reflect.ValueOf(*is.Sample)
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; v.Field(i).IsZero() && name != "Missed" && name != "Unowned" {
			t.Errorf("%s is not kept, or not in this test", name)
		}
	}
}

// TestPastHistory asks for the charts of a moment: those that were drawn then.
func TestPastHistory(t *testing.T) {
	w := newWorld(64 * kib)
	in := &stream{rate: 10 * kib}
	each := func() { w.take(w.size); w.produce(in, 100) }
	w.run(9*time.Second, each)
	for _, ago := range []time.Duration{5 * time.Second, 2 * time.Minute, 30 * time.Minute} {
		w.run(20*time.Second, each)
		was := w.moment
		w.run(ago, each)
		is := w.moment.History.At(was.Sample.At)
		if is == nil {
			t.Fatalf("nothing is kept of %v ago", ago)
		}
		// Of a coarser stretch another moment may stand for this one.
		if d := was.Sample.At.Sub(is.Sample.At); d < 0 || d >= 2*is.Past {
			t.Fatalf("%v ago: %v apart, stands for %v", ago, d, is.Past)
		}
		h := is.History
		if len(h.Fine) == 0 || len(h.Coarse) == 0 || len(h.Fine) > FineSlots || len(h.Coarse) > CoarseSlots {
			t.Fatalf("%v ago: %d fine, %d coarse", ago, len(h.Fine), len(h.Coarse))
		}
		for name, s := range map[string]struct {
			slots []Slot
			each  time.Duration
		}{"fine": {h.Fine, FineSlot}, "coarse": {h.Coarse, CoarseSlot}} {
			last := s.slots[len(s.slots)-1].At
			if d := is.Sample.At.Sub(last); d < 0 || d >= s.each {
				t.Errorf("%v ago: the last %s slot begins %v before the moment", ago, name, d)
			}
			bytes := uint64(0)
			for i := range s.slots {
				if i > 0 && s.slots[i].At.Sub(s.slots[i-1].At) != s.each {
					t.Fatalf("%v ago: %s slot %d is %v after the one before", ago, name, i, s.slots[i].At.Sub(s.slots[i-1].At))
				}
				bytes += s.slots[i].Bytes
			}
			if rate := float64(bytes) / (s.each.Seconds() * float64(len(s.slots))); rate < 9*kib || rate > 11*kib {
				t.Errorf("%v ago: %.0f bytes/s in the %s slots", ago, rate, name)
			}
		}
		if n, want := len(h.Coarse), len(was.History.Coarse); n > want || n < want-int(is.Past/CoarseSlot)-1 {
			t.Errorf("%v ago: %d seconds, were %d", ago, n, want)
		}
		if again := h.At(is.Sample.At); again == nil || !again.Sample.At.Equal(is.Sample.At) {
			t.Errorf("%v ago: its own history does not end with it", ago)
		}
		if later := h.Step(is.Sample.At, 1); later.After(is.Sample.At) {
			t.Errorf("%v ago: its history goes on", ago)
		}
	}
}

// TestKept asks for the records at the start of each finding.
func TestKept(t *testing.T) {
	w := newWorld(64 * kib)
	w.ring.Readers = Of(0)
	in := &stream{rate: 4 * kib}
	rows := func() Detail {
		return Detail{Rows: []Row{{Pos: w.prod, Payload: make([]byte, keptPayload)}, {Pos: 1, Payload: []byte{7}}}}
	}
	var starts []time.Time
	for i := range MaxKept + 4 {
		w.run(4*time.Second, func() { w.produce(in, 100); w.take(w.size) })
		w.run(2*time.Second, func() {
			w.produce(in, 100)
			w.look()
			w.a.Publish(w.now, rows(), Observation{})
		})
		w.take(w.size)
		w.run(4*time.Second, nil)
		starts = starts[:0]
		for _, m := range w.moment.History.Marks {
			if m.Kind == MarkBegan && m.Code == NoConsumer {
				starts = append(starts, m.At)
				if m.Seen.Sub(m.At) < noConsumerAfter {
					t.Errorf("noticed %v after it began", m.Seen.Sub(m.At))
				}
			}
		}
		if len(starts) != i+1 {
			t.Fatalf("%d starts after %d", len(starts), i+1)
		}
	}
	h := w.moment.History
	if len(h.Kept) != MaxKept {
		t.Fatalf("%d kept", len(h.Kept))
	}
	for i, at := range starts {
		m := h.At(at)
		if m == nil {
			t.Fatalf("nothing at start %d", i)
		}
		if i < len(starts)-MaxKept {
			if m.Past == 0 || len(m.Sample.Detail.Rows) > 0 {
				t.Errorf("start %d is still kept", i)
			}
			continue
		}
		if m.Past != 0 || len(m.Findings) != 1 || !m.Findings[0].Since.Equal(at) || len(m.Sample.Detail.Rows) != 2 {
			t.Fatalf("start %d: past %v, %+v", i, m.Past, m.Findings)
		}
		if r := m.Sample.Detail.Rows; len(r[0].Payload) != keptPayload/2 || len(r[1].Payload) != 1 {
			t.Errorf("payloads of %d and %d bytes", len(r[0].Payload), len(r[1].Payload))
		}
		if len(m.History.Kept) != i-(len(starts)-MaxKept)+1 {
			t.Errorf("start %d: %d kept before it", i, len(m.History.Kept))
		}
		if last := m.History.Marks[len(m.History.Marks)-1]; last.Kind != MarkBegan || !last.At.Equal(at) {
			t.Errorf("start %d: the last mark is %+v", i, last)
		}
	}
}

// TestHistoryOfNothing steps where nothing is kept.
func TestHistoryOfNothing(t *testing.T) {
	h := new(History)
	if h.At(begin) != nil || !h.Step(begin, -1).IsZero() {
		t.Error("something is there")
	}
	w := newWorld(64 * kib)
	w.run(time.Second, nil)
	if m := w.moment.History.At(begin.Add(-time.Hour)); m != nil {
		t.Errorf("before the first: %v", m.Sample.At)
	}
	if got := w.moment.History.Step(begin.Add(-time.Hour), 1); !got.Equal(begin) {
		t.Errorf("the first after everything: %v", got.Sub(begin))
	}
}

// TestHastyPublishing publishes every 10 ms: the worst is kept.
func TestHastyPublishing(t *testing.T) {
	w := newWorld(64 * kib)
	k := 0
	w.run(5*time.Second, func() {
		w.take(w.size)
		if k++; k == 300 {
			w.put(60 * kib)
		}
		w.look()
		w.publish()
	})
	h, worst, n := w.moment.History, uint64(0), 0
	for at := h.Step(begin, 0); at.Before(w.now) && n < 1000; at, n = h.Step(at, 1), n+1 {
		worst = max(worst, h.At(at).Sample.Occupancy.UsedMax.V)
		if at.Equal(h.Step(at, 1)) {
			break
		}
	}
	if worst < 60*kib || n < 50 || n > 110 {
		t.Errorf("worst %d of %d moments", worst, n)
	}
}
