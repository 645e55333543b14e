package ringcore

// Header is one decoded record header.
type Header struct {
	Raw        uint64 // as [Ring] loads it: the length word in the low half on every host
	Length     uint32 // payload bytes, without header and padding
	PageOffset uint32 // pages from where the format counts to the page of this header
	Busy       bool   // reserved and not yet submitted or discarded
	Discard    bool   // the consumer skips it
}

// State is what a record is to its reader.
type State uint8

// States of a record. A header with busy and discard set is busy.
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
