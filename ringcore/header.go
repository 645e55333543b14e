package ringcore

import "errors"

// Header is one decoded record header.
type Header struct {
	Raw        uint64 // as [Ring] loads it; [Format.Fields] says what its bits are
	Length     uint32 // payload bytes, without header and padding
	Stored     uint32 // the length as it stands in the header: with the header's own bytes where [Format.CountsHeader]
	PageOffset uint32 // pages from where the format counts to the page of this header; 0 where it has none
	Busy       bool   // reserved and not yet submitted or discarded
	Discard    bool   // the consumer skips it
}

// Errors of headers, as [Sink.Corrupt] and [Observer.CheckHead] give them.
var (
	ErrPastProducer = errors.New("the record reaches past the producer position")
	ErrPageOffset   = errors.New("the page offset is not that of this place")
	ErrTooShort     = errors.New("the length is smaller than the header that it counts")
	ErrNoPayload    = errors.New("the record has no payload")
	ErrUnaligned    = errors.New("no record can begin at such a position")
	ErrWentBack     = errors.New("the producer position went backwards")
	ErrChanged      = errors.New("the length or the page offset of a busy record changed")
	ErrRewritten    = errors.New("another header stood here before")
	ErrPastBoundary = errors.New("it reaches past the next record")
	ErrAstray       = errors.New("the reader comes to no record here")
)

// HeaderError is one of the errors of headers, with the header that failed its check as it was when it did: memory changes.
type HeaderError struct {
	Raw uint64
	Why error
}

func (e *HeaderError) Error() string { return e.Why.Error() }

func (e *HeaderError) Unwrap() error { return e.Why }

// State is what a record is to its reader.
type State uint8

// States of a record. A header with busy and discard set is busy; see [Ring.Decode] for user rings.
const (
	Committed State = iota
	Discarded
	Busy
)

// String returns the state's word in JSON.
func (s State) String() string {
	switch s {
	case Discarded:
		return "discarded"
	case Busy:
		return "busy"
	default:
		return "committed"
	}
}

// State tells what the record is to its reader.
func (h Header) State() State {
	switch {
	case h.Busy:
		return Busy
	case h.Discard:
		return Discarded
	default:
		return Committed
	}
}
