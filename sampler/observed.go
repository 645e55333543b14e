package sampler

import (
	"errors"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// Observed looks at a ring through a passive observer. Sources embed it, or hold it, and add what only they know: identity, owners,
// and when it ends.
type Observed struct {
	observer *ringcore.Observer
	ring     *ringcore.Ring
	payload  bool
	last     ringcore.Positions
	looked   bool
	excerpts excerpts
}

// busyShare: a ring of which more than this part is written between two looks is in a hurry.
const busyShare = 32

// ObservedOptions of an Observed.
type ObservedOptions struct {
	Payload bool // payloads may be read
}

// NewObserved looks at ring, from the next Look on.
func NewObserved(ring *ringcore.Ring, o ObservedOptions) *Observed {
	return &Observed{observer: ringcore.NewObserver(ring), ring: ring, payload: o.Payload}
}

// Ring is what is looked at.
func (o *Observed) Ring() *ringcore.Ring { return o.ring }

// Look tells in what happened since the last look.
func (o *Observed) Look(now time.Time, in Intake) (Pace, error) {
	in.Begin(now)
	p, more := o.observer.Observe(in)
	in.End(p)
	pace := Pace{
		Moved: !o.looked || p.Producer != o.last.Producer || p.Consumer != o.last.Consumer,
		Hurry: o.looked && p.Producer-o.last.Producer > o.ring.Size()/busyShare,
		More:  more,
	}
	o.last, o.looked = p, true
	return pace, nil
}

// Detail reads the records and the strip of f, and a sample of the newest records, and looks again at what the reader takes next.
func (o *Observed) Detail(_ time.Time, f model.Focus) model.Detail {
	var d model.Detail
	if o.payload || o.observer.HeadIsKnown() { // else the head may lie in a payload
		if wrong, found := o.observer.CheckHead(); found {
			d.Wrong = &wrong
		}
		if n, exact := o.observer.Unread(); exact {
			d.Unread = model.Of(n)
		}
	}
	rows := rowReader{observed: o}
	d.Rows, d.Held = rows.read(f, o.observer.Last())
	if n := len(d.Rows); n > 0 {
		end := d.Rows[n-1].Pos + d.Rows[n-1].Span
		d.Newer = o.last.Producer - end
		if newer, exact := o.observer.RecordsFrom(end); exact {
			d.NewerRecords = model.Of(newer)
		}
	}
	d.Excerpt = o.excerpt()
	d.Tape = o.tape(f.Tape)
	return d
}

// Dump reads every record that can be read now, oldest first, with up to payload bytes of each. It ends when visit returns false, or
// before the producer position with the header that failed its check ([BadHeaderError]). Where there is none because the positions make no
// sense it says so ([BadPositionsError]).
func (o *Observed) Dump(payload int, visit func(model.Row) bool) error {
	rows := rowReader{observed: o, payload: payload}
	empty := true
	end, why := o.observer.Whole(func(s ringcore.Seen) bool {
		empty = false
		row := rows.decode(s)
		rows.fill(&row)
		return visit(row)
	})
	if why != nil {
		bad := &BadHeaderError{Pos: end, Why: why}
		var judged *ringcore.HeaderError
		if o.payload && errors.As(why, &judged) {
			bad.Raw = model.Of(judged.Raw)
		}
		return bad
	}
	if p := model.PositionsOf(o.ring, o.ring.ReadPositions()); empty && !p.Valid() {
		return &BadPositionsError{p}
	}
	return nil
}

// Dumper is a Source whose records can be read as a whole.
type Dumper interface {
	Dump(payload int, visit func(model.Row) bool) error
}
