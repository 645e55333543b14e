package model

// Limits of an Excerpt.
const (
	ExcerptRecords = 64 // newest records that are looked at for one moment
	ExcerptPayload = 16 // of these, how many payloads are read, 4096 bytes of each at most
)

// Excerpt is a sample of the newest records: what walking every header can't tell without cost.
type Excerpt struct {
	Lengths []LengthCount // exact payload lengths, most bytes first
	Records int           // looked at
	Read    int           // committed records of which the payload was read to its end and proven
	Bytes   uint64        // of those payloads
	Zeros   uint64        // of Bytes: the zeros at the end of each
}

// LengthCount is how often a payload length came.
type LengthCount struct {
	Length  uint32 // bytes
	Records int
}
