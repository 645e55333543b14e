package tui

import (
	"fmt"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// begin is when the hand-made moments begin.
var begin = time.Date(2026, 11, 22, 2, 5, 0, 0, time.UTC)

const mib = 1 << 20

// scene is a hand-made moment in which the figures agree with each other.
type scene struct {
	size, consumer, producer uint64
	after                    time.Duration // since watching began
	in, out                  float64       // bytes per second
	findings                 []model.Finding
	rows                     []model.Row
}

// ringOf is a kernel ring of size bytes.
func ringOf(size uint64) *model.Ring {
	return &model.Ring{
		Source: model.SourceBPF, ID: 167, Name: "events", Type: model.TypeRingbuf, Format: ringcore.Linux,
		Geometry: ringcore.Geometry{Size: size, PageSize: 4096, PosWidth: 8, FirstPageOffset: 3},
		Owners:   []model.Process{{PID: 2211, Comm: "bootstrap"}},
		Readers:  model.Of(1), ReaderAt: []model.Process{{PID: 2211, Comm: "bootstrap"}},
		Programs: []model.Program{{ID: 314, Name: "handle_exec"}, {ID: 315, Name: "handle_exit"}},
		Looked:   begin,
	}
}

// rowsFrom are n records from pos on: one of 64 bytes, one of 120, one discarded, and so on; those before reader are read.
func rowsFrom(pos, reader uint64, n int, now time.Time) []model.Row {
	rows := make([]model.Row, 0, n)
	for i := range n {
		length, discard := uint32(64), false
		payload := fmt.Appendf(nil, "exec pid=%d comm=cron", 3100+i)
		switch i % 4 {
		case 1:
			length = 120
			payload = append([]byte{0xb7, 0x0c, 0, 0, 1, 0x1b, '[', '2', 'J'}, make([]byte, 111)...)
		case 2:
			discard = true
		}
		h := ringcore.Header{Length: length, PageOffset: 3 + uint32(pos%(8*mib)/4096), Discard: discard}
		h = ringcore.Linux.Decode(ringcore.Linux.Encode(h))
		rows = append(rows, model.Row{
			Pos: pos, Header: h, Span: ringcore.Linux.Span(length), PageOffsetOK: model.Of(true),
			FirstSeen: model.Of(now.Add(-1900 * time.Millisecond)), FirstSeenTol: 4 * time.Millisecond,
			Age: model.Of(1900*time.Millisecond - time.Duration(i)*time.Millisecond), Unread: pos >= reader, Exact: true, Payload: payload,
		})
		pos += ringcore.Linux.Span(length)
	}
	return rows
}

func (s scene) moment() *model.Moment {
	now := begin.Add(s.after)
	used := s.producer - s.consumer
	sample := &model.Sample{
		Seq: uint64(s.after / (100 * time.Millisecond)), At: now, Since: begin, Ring: ringOf(s.size), State: model.Live,
		Positions: model.Positions{
			Consumer: model.Of(s.consumer), Producer: model.Of(s.producer), Pending: model.Of(s.producer), Aligned: true,
		},
		Occupancy: model.Occupancy{
			Used: model.Of(used), Ratio: model.Of(float64(used) / float64(s.size)), UsedMax: model.Of(used),
			Peak: model.Of(max(used, s.size*93/100)), PeakAt: begin.Add(362 * time.Second), TimeToFull: model.Figure[time.Duration]{How: model.NotApplicable},
		},
		Lag: model.Lag{Bytes: model.Of(used), Records: model.Of(used / 80), Age: model.Of(1900 * time.Millisecond)},
		Rates: model.Rates{
			Window: time.Second, Records: model.Of(s.in / 80), Bytes: model.Of(s.in), Payload: model.Of(s.in * 0.9), Consumed: model.Of(s.out),
			ConsumedRecords: model.Of(s.out / 80), DiscardRatioBytes: model.Of(0.041), DiscardRatioRecords: model.Of(0.04), OverheadRatio: model.Of(0.1),
			ConsumedMovedRecently: s.out > 0, ProducedRecently: s.in > 0, LastProduced: now, LastRead: now,
		},
		Totals:   model.Totals{Records: uint64(s.in/80) * uint64(s.after/time.Second), How: model.Exact},
		Busy:     model.BusyNow{How: model.Exact, Head: model.Figure[ringcore.Pos]{How: model.NotApplicable}},
		Drops:    model.Drops{How: "unknown"},
		Observer: model.Observation{Interval: model.Of(2 * time.Millisecond), CPU: model.Of(10 * time.Second), For: 9 * time.Minute},
		Largest:  model.Of[uint64](128),
	}
	if used == 0 {
		sample.Lag = model.Lag{Bytes: model.Of[uint64](0), Records: model.Of[uint64](0), Age: model.Figure[time.Duration]{How: model.NotApplicable}}
	}
	for i := range sample.Buckets {
		sample.Buckets[i] = model.Bucket{Written: true, Bytes: uint32(s.size / model.Buckets), Records: 10}
	}
	sample.Detail = model.Detail{Rows: s.rows, Unread: sample.Lag.Records, Held: true}
	if n := len(s.rows); n > 0 {
		last := s.rows[n-1]
		sample.Detail.Newer = s.producer - last.Pos - last.Span
	}
	return &model.Moment{Sample: sample, Findings: s.findings, History: s.history(now)}
}

// history rises to what is in use now, with a burst on the way.
func (s scene) history(now time.Time) *model.History {
	h := new(model.History)
	used := s.producer - s.consumer
	for i := range model.FineSlots {
		h.Fine = append(h.Fine, model.Slot{
			At: now.Add(-time.Duration(model.FineSlots-1-i) * model.FineSlot).Truncate(model.FineSlot), UsedMax: used,
			Bytes: uint64(s.in/10) + uint64(i%7)*20000, Consumed: uint64(s.out/10) + uint64(i%3)*10000,
		})
	}
	for i := range min(model.CoarseSlots, int(s.after/time.Second)) {
		slot := model.Slot{At: begin.Add(time.Duration(i) * time.Second), UsedMax: used / 3}
		if i > 355 && i < 375 {
			slot.UsedMax = s.size * 93 / 100
		}
		if left := s.after/time.Second - time.Duration(i); left < 60 {
			slot.UsedMax = used/3 + used*2/3*uint64(60-left)/60
			slot.Severity = model.Problem
		}
		h.Coarse = append(h.Coarse, slot)
	}
	if len(s.findings) > 0 {
		h.Marks = append(h.Marks, model.Mark{At: s.findings[0].Since, Kind: model.MarkBegan, Code: s.findings[0].Code, Severity: s.findings[0].Severity})
	}
	return h
}

// slow is the moment of the documentation: 71 % of 8 MiB, a reader that is too slow.
func slow() *model.Moment {
	after := 547 * time.Second
	consumer := uint64(1_158_782_840)
	s := scene{
		size: 8 * mib, consumer: consumer, producer: consumer + 5_984_400 - 5_984_400%8, after: after, in: 3.14 * mib, out: 3.05 * mib,
		rows: rowsFrom(consumer-2*72-128-72, consumer, 24, begin.Add(after)),
		findings: []model.Finding{{
			Code: model.ConsumerSlow, Severity: model.Problem, Since: begin.Add(after - 62*time.Second),
			Evidence: model.Evidence{
				In: model.Of(3.14 * mib), Out: model.Of(3.05 * mib), Full: model.Known(26*time.Second, model.Sampled),
				Reader: model.Process{PID: 2211, Comm: "bootstrap"}, ReaderKnown: true,
			},
		}},
	}
	m := s.moment()
	m.Sample.Occupancy.TimeToFull = model.Known(26*time.Second, model.Sampled)
	m.Sample.Busy = model.BusyNow{
		Now: 1, How: model.Exact, Head: model.Figure[ringcore.Pos]{How: model.NotApplicable}, Oldest: model.Of(200 * time.Microsecond),
		At: []ringcore.Pos{m.Sample.Positions.Producer.V - 72},
	}
	return m
}

// calm is a ring whose reader has caught up.
func calm() *model.Moment {
	after := 9 * time.Minute
	pos := uint64(412_316_864)
	return scene{
		size: 256 << 10, consumer: pos, producer: pos, after: after, in: 20000, out: 20000,
		rows: rowsFrom(pos-4*(72+128+72+72), pos, 16, begin.Add(after)),
	}.moment()
}
