package sampler

import (
	"fmt"

	"ringscope/model"
	"ringscope/ringcore"
)

// BadHeaderError says where a walk had to end before the producer position.
type BadHeaderError struct {
	Pos ringcore.Pos
	Raw uint64
	Why error
}

func (e *BadHeaderError) Error() string {
	return fmt.Sprintf("wrong header %016x at %d: %v", e.Raw, e.Pos, e.Why)
}

func (e *BadHeaderError) Unwrap() error { return e.Why }

// maxMatched is how many records one Detail tries against a filter.
const maxMatched = 1 << 15

// rowReader makes rows of what an observer's walks visit.
type rowReader struct {
	observed *Observed
	payload  int // bytes of each
	match    func(*model.Row) bool
	rows     []model.Row
}

// read collects the rows of f; held tells that its anchor was found.
func (r *rowReader) read(f model.Focus, p ringcore.Positions) (rows []model.Row, held bool) {
	want := min(max(f.Rows, 0), model.MaxRows)
	before := min(max(f.Before, 0), model.MaxRows)
	r.payload = min(max(f.Payload, 0), model.MaxRowPayload)
	switch f.Anchor {
	case model.AtNewest:
		held = r.backward(p.Producer, want)
	case model.AtPos:
		if held = r.forward(f.From, before, want); held {
			break
		}
		r.forward(p.Consumer, before, want)
	default:
		held = r.forward(p.Consumer, before, want)
	}
	return r.rows, held
}

// forward collects before rows that precede from, and want from there on.
func (r *rowReader) forward(from ringcore.Pos, before, want int) bool {
	o := r.observed.observer
	if r.match == nil {
		return o.Walk(from, before, want, r.keep)
	}
	if before > 0 {
		if !r.backward(from, before) {
			return false
		}
	}
	have := len(r.rows)
	for tried := 0; len(r.rows) < have+want && tried < maxMatched; {
		next, n := from, 0
		held := o.Walk(from, 0, ringcore.MaxWalk, func(s ringcore.Seen) bool {
			n++
			row := r.row(s)
			next = row.Pos + row.Span
			if r.match(&row) {
				r.rows = append(r.rows, row)
			}
			return len(r.rows) < have+want
		})
		if n == 0 {
			return held || tried > 0
		}
		from, tried = next, tried+n
	}
	return true
}

// backward collects the last want rows before to.
func (r *rowReader) backward(to ringcore.Pos, want int) bool {
	o := r.observed.observer
	if r.match == nil {
		return o.Walk(to, want, 0, r.keep)
	}
	var found []model.Row // newest first
	for tried := 0; len(found) < want && tried < maxMatched; {
		var chunk []model.Row
		held := o.Walk(to, ringcore.MaxWalk, 0, func(s ringcore.Seen) bool {
			chunk = append(chunk, r.row(s))
			return true
		})
		if len(chunk) == 0 {
			if tried == 0 && !held {
				return false
			}
			break
		}
		for i := len(chunk) - 1; i >= 0 && len(found) < want; i-- {
			if r.match(&chunk[i]) {
				found = append(found, chunk[i])
			}
		}
		to, tried = chunk[0].Pos, tried+len(chunk)
	}
	for i := len(found) - 1; i >= 0; i-- {
		r.rows = append(r.rows, found[i])
	}
	return true
}

func (r *rowReader) keep(s ringcore.Seen) bool {
	r.rows = append(r.rows, r.row(s))
	return true
}

// row decodes one record, and copies the beginning of its payload if that may be read and is finished.
func (r *rowReader) row(s ringcore.Seen) model.Row {
	ring := r.observed.ring
	f := ring.Format()
	h := f.Decode(s.Raw)
	row := model.Row{Pos: s.Pos, Header: h, Span: f.Span(h.Length), Unread: s.Unread, Exact: s.Exact}
	if want, has := f.PageOffset(ring.Geometry(), s.Pos); has {
		row.PageOffsetOK = model.Of(h.PageOffset == want)
	} else {
		row.PageOffsetOK.How = model.NotApplicable
	}
	if n := min(r.payload, int(h.Length)); n > 0 && !h.Busy && r.observed.payload {
		buf := make([]byte, n)
		copied, exact := r.observed.observer.Copy(buf, s.Pos)
		row.Payload = buf[:copied]
		row.Exact = row.Exact && exact
	}
	return row
}
