package ringcore

import "errors"

// Writer writes records into a ring by the rules of one system. Several goroutines may use it at once; a ring has one.
type Writer interface {
	// Reserve makes room for a payload of n bytes and returns it busy; [ErrFull] and its like say why there is none. It never waits for
	// room.
	Reserve(n uint32) (Reservation, error)
	// Submit finishes a record for its reader.
	Submit(v Reservation)
	// Discard finishes a record that its reader will skip.
	Discard(v Reservation)
}

// Reservation is a record that is busy until Submit or Discard.
type Reservation struct {
	Pos     Pos
	Payload []byte // lies in the ring
}

// Errors of [Writer.Reserve].
var (
	ErrFull     = errors.New("ring full: the consumer has not released enough")
	ErrPending  = errors.New("ring blocked: an old record is still busy")
	ErrTooLarge = errors.New("record larger than the ring can hold")
	ErrEmpty    = errors.New("record without payload, which this format does not have")
)

// NewWriter returns a writer of r that follows the rules of the system that its format belongs to.
func NewWriter(r *Ring) (Writer, error) {
	switch r.kind {
	case KindWindows:
		return NewWindowsProducer(r)
	case KindWindowsLegacy, KindWindowsLegacyPacked:
		return NewLegacyProducer(r)
	default:
		return NewProducer(r)
	}
}
