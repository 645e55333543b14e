package sampler

import (
	"fmt"
	"slices"
	"strconv"

	"ringscope/model"
	"ringscope/ringcore"
)

// BadHeaderError says where a walk had to end before the producer position.
type BadHeaderError struct {
	Pos ringcore.Pos
	Raw model.Figure[uint64] // unknown where payloads are left unread: it may be one
	Why error
}

func (e *BadHeaderError) Error() string {
	if !e.Raw.Known() {
		return fmt.Sprintf("wrong header at %d: %v", e.Pos, e.Why)
	}
	return fmt.Sprintf("wrong header %016x at %d: %v", e.Raw.V, e.Pos, e.Why)
}

func (e *BadHeaderError) Unwrap() error { return e.Why }

// BadPositionsError says that the positions of a ring can't be those of a working one.
type BadPositionsError struct{ Positions model.Positions }

func (e *BadPositionsError) Error() string {
	return e.Say(func(pos ringcore.Pos) string { return strconv.FormatUint(pos, 10) })
}

// Say is Error with positions as write writes them.
func (e *BadPositionsError) Say(write func(ringcore.Pos) string) string {
	p := &e.Positions
	at := map[model.PositionName]ringcore.Pos{
		model.ConsumerPosition: p.Consumer.V, model.ProducerPosition: p.Producer.V, model.OverwritePosition: p.Overwrite.V,
	}[p.Wrong]
	what := fmt.Sprintf("the %s position %s, with producer position %s, ", p.Wrong, write(at), write(p.Producer.V))
	if p.Wrong == model.ProducerPosition {
		what = fmt.Sprintf("the %s position %s ", p.Wrong, write(at))
	}
	switch {
	case p.Ahead > 0:
		return what + "is ahead of it"
	case !p.Aligned:
		return what + "stands where no record can begin"
	}
	return what + "is further behind it than the ring is large"
}

// How many records one Detail tries against a filter: a few hundred microseconds' worth.
const (
	maxMatched        = 1 << 14
	maxMatchedPayload = 1 << 12 // where the payload of each is copied
)

// rowReader makes rows of what an observer's walks visit.
type rowReader struct {
	observed *Observed
	payload  int // bytes of each
	match    func(*model.Row) bool
	early    bool // match wants the payload
	tries    int  // left
	rows     []model.Row
}

// read collects the rows of f; held tells that its anchor was found.
func (r *rowReader) read(f model.Focus, p ringcore.Positions) (rows []model.Row, held bool) {
	want := min(max(f.Rows, 0), model.MaxRows)
	before := min(max(f.Before, 0), model.MaxRows)
	r.payload = min(max(f.Payload, 0), model.MaxRowPayload)
	r.match, r.early, r.tries = f.Match, f.MatchPayload, maxMatched
	if r.early {
		r.tries = maxMatchedPayload
	}
	switch f.Anchor {
	case model.AtNewest:
		held = r.backward(p.Producer, want)
	case model.AtPos:
		if held = r.forward(f.From, before, want); held {
			break
		}
		r.forward(p.Head(), before, want)
	default:
		held = r.forward(p.Head(), before, want)
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
	for first := true; len(r.rows) < have+want && r.tries > 0; first = false {
		next, n := from, 0
		held := o.Walk(from, 0, ringcore.MaxWalk, func(s ringcore.Seen) bool {
			n++
			row, matches := r.try(s)
			next = row.Pos + row.Span
			if matches {
				r.rows = append(r.rows, row)
			}
			return len(r.rows) < have+want
		})
		if n == 0 {
			return held || !first
		}
		from, r.tries = next, r.tries-n
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
	for first := true; len(found) < want && r.tries > 0; first = false {
		var chunk []model.Row
		begin, n := to, 0
		held := o.Walk(to, ringcore.MaxWalk, 0, func(s ringcore.Seen) bool {
			if n++; n == 1 {
				begin = s.Pos
			}
			if row, matches := r.try(s); matches {
				chunk = append(chunk, row)
			}
			return true
		})
		if n == 0 {
			if first && !held {
				return false
			}
			break
		}
		for _, row := range slices.Backward(chunk) {
			if len(found) < want {
				found = append(found, row)
			}
		}
		to, r.tries = begin, r.tries-n
	}
	slices.Reverse(found)
	r.rows = append(r.rows, found...)
	return true
}

func (r *rowReader) keep(s ringcore.Seen) bool {
	row := r.decode(s)
	r.fill(&row)
	r.rows = append(r.rows, row)
	return true
}

// try decodes a record and asks the filter; the payload is copied before only if the filter looks at it.
func (r *rowReader) try(s ringcore.Seen) (row model.Row, matches bool) {
	row = r.decode(s)
	if r.early {
		r.fill(&row)
	}
	if matches = r.match(&row); matches && !r.early {
		r.fill(&row)
	}
	return row, matches
}

// decode makes a row of a header.
func (r *rowReader) decode(s ringcore.Seen) model.Row {
	ring := r.observed.ring
	f := ring.Format()
	h := ring.Decode(s.Raw)
	row := model.Row{Pos: s.Pos, Header: h, Span: f.Span(h.Length), Unread: s.Unread, Exact: s.Exact}
	if want, has := f.PageOffset(ring.Geometry(), s.Pos); has {
		row.PageOffsetOK = model.Of(h.PageOffset == want)
	} else {
		row.PageOffsetOK.How = model.NotApplicable
	}
	return row
}

// fill copies the beginning of the payload, if it may be read and is finished.
func (r *rowReader) fill(row *model.Row) {
	n := min(r.payload, int(row.Header.Length))
	if n == 0 || row.Header.Busy || !r.observed.payload {
		return
	}
	buf := make([]byte, n)
	copied, exact := r.observed.observer.Copy(buf, row.Pos)
	row.Payload = buf[:copied]
	row.Exact = row.Exact && exact
}
