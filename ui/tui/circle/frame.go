package circle

// Orientation says what stands at the top. Positions grow clockwise.
type Orientation uint8

// Orientations.
const (
	ReaderAtTop Orientation = iota // the arc is a gauge and stands still; in overwrite mode the oldest surviving byte is at the top
	ZeroAtTop                      // positions travel round
)

// ShareShown is the smallest share of discarded bytes that is drawn, 0 to 1.
const ShareShown = 0.08

// shareOfAll is the share from which on everything is drawn as discarded: the rest would be specks on the outer rim.
const shareOfAll = 0.98

// Frame is what one picture shows. Positions are in bytes since the ring was made; they are taken modulo Size.
type Frame struct {
	Size     uint64 // of the data area, bytes; 0 draws an empty circle
	Consumer uint64
	Producer uint64

	Pending      uint64 // position of the oldest reservation that the producer knows of
	HasPending   bool
	Overwrite    uint64 // oldest surviving byte
	HasOverwrite bool   // the ring is in overwrite mode

	// Discarded is the share of discarded bytes, 0 to 1, in equal parts of the data area from offset 0. A negative share
	// says that no record begins in that part: it goes on as the part before. Where many records share a part, neighbouring
	// parts are averaged, so that chance does not show as specks.
	Discarded []float32
	Busy      []uint64 // positions of busy records
	Worst     uint64   // the most that was ever unread, bytes; 0: none to show
	Written   uint64   // how much of the data area was ever written, bytes from offset 0

	Tape, TapeBytes uint64 // the stretch that a bracket marks: position and bytes; 0 bytes: none
	Selected        uint64 // position of the selected record
	HasSelected     bool

	Notch bool // byte 0 has its notch, where nothing stands beside it

	Orientation Orientation
	Title, Note string // in the middle, one above the other: "71 %", "of 8 MiB"
}

// span is a stretch of the circle, in turns from the top: it begins at from and is length long, both 0 to 1.
type span struct{ from, length float32 }

func (s span) holds(u float32) bool {
	d := u - s.from
	if d < 0 {
		d++
	}
	return d < s.length
}

// arcs is a frame in turns.
type arcs struct {
	top     uint64 // offset in the data area that stands at the top
	unread  span
	lost    span    // overwritten before it was read: nothing is drawn
	written float32 // share of the data area that was ever written, 0 to 1
	zero    float32 // where offset 0 stands, turns from the top
}

func (f *Frame) arcs() arcs {
	if f.Size == 0 {
		return arcs{}
	}
	a := arcs{written: 1}
	if f.Written < f.Size {
		a.written = float32(float64(f.Written) / float64(f.Size))
	}
	begin := f.Consumer
	if f.HasOverwrite && f.Overwrite > begin {
		begin = f.Overwrite
	}
	if f.Orientation == ReaderAtTop {
		a.top = f.Consumer % f.Size
		if f.HasOverwrite {
			a.top = f.Overwrite % f.Size
		}
	}
	a.zero = f.turn(a.top, 0)
	a.unread = span{f.turn(a.top, begin), f.length(begin, f.Producer)}
	if f.HasOverwrite && f.Producer > f.Size {
		a.lost = span{f.turn(a.top, f.Producer), f.length(f.Producer, f.Overwrite+f.Size)}
	}
	return a
}

// turn is where a position stands, in turns from the top.
func (f *Frame) turn(top, pos uint64) float32 {
	return float32(float64((pos%f.Size+f.Size-top)%f.Size) / float64(f.Size))
}

// length is the distance from one position to a later one in turns, at most 1; 0 when it is not later.
func (f *Frame) length(from, to uint64) float32 {
	if to <= from {
		return 0
	}
	return float32(float64(min(to-from, f.Size)) / float64(f.Size))
}
