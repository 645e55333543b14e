package ringcore

import "errors"

// ErrTooLong is the error of [Format.Restate] where a header has too few bits for the length.
var ErrTooLong = errors.New("record longer than the header can express")

// Restate is the header that this format would have at pos of a ring of geometry g for the record that h is the header of in another
// format: the same payload in the same state. It fails with [ErrEmpty], [ErrTooLong] or [ErrTooLarge] where it can't have such a record.
func (f *Format) Restate(g *Geometry, pos Pos, h Header) (Header, error) {
	switch {
	case h.Length < f.MinLength:
		return Header{}, ErrEmpty
	case h.Length > f.MaxLength:
		return Header{}, ErrTooLong
	case f.Span(h.Length) > f.Capacity(g):
		return Header{}, ErrTooLarge
	}
	h.PageOffset, _ = f.PageOffset(g, pos)
	return f.Decode(f.Encode(h)), nil
}
