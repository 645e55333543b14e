package ringcore

// Field is a run of bits of a raw header. Bit 0 is the lowest bit of the first byte where a header is little-endian, which those of
// Windows are; a Linux header has its length word in bits 0 to 31 and its page offset in bits 32 to 63 on every host.
type Field struct {
	Name  string // as the system that writes it calls it
	Low   uint8  // lowest bit
	Bits  uint8  // how many
	Means Meaning
}

// Meaning says what a [Field] is for, in one word for each.
type Meaning string

// Meanings of fields.
const (
	MeansLength     Meaning = "length" // bytes of payload, or of header and payload: [Format.CountsHeader]
	MeansBusy       Meaning = "busy"
	MeansDiscard    Meaning = "discard"
	MeansPageOffset Meaning = "page offset"
	MeansNothing    Meaning = "unused" // whatever stood there before
)

// Of is the field's value in a raw header.
func (f Field) Of(raw uint64) uint64 { return raw >> f.Low & f.mask() }

func (f Field) mask() uint64 { return 1<<f.Bits - 1 }

// in is the value v at the field's place.
func (f Field) in(v uint64) uint64 { return v & f.mask() << f.Low }

// Field returns the field that means m, if the format has one.
func (f *Format) Field(m Meaning) (field Field, has bool) {
	for _, c := range f.Fields {
		if c.Means == m {
			return c, true
		}
	}
	return Field{}, false
}

// fixed is the bits of a raw header that stay as they are from the reservation on. In a user ring a page offset is nobody's business.
func (r *Ring) fixed() uint64 {
	var bits uint64
	for _, c := range r.format.Fields {
		if c.Means == MeansLength || c.Means == MeansPageOffset && !r.user {
			bits |= c.in(^uint64(0))
		}
	}
	return bits
}
