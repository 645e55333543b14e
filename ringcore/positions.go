package ringcore

// Positions is one reading of a ring's positions.
type Positions struct {
	// ConsumerFirst was read before Producer, Consumer after it: what was unread at the moment of Producer lies between
	// Producer-Consumer and Producer-ConsumerFirst bytes.
	ConsumerFirst, Consumer Pos
	Producer                Pos
	Pending, Overwrite      Pos
	HasPending              bool
	HasOverwrite            bool
}
