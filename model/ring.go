package model

import (
	"time"

	"ringscope/ringcore"
)

// Sources of rings, as JSON spells them in ring.source.
const (
	SourceBPF  = "bpf"
	SourceDemo = "demo"
	SourceFile = "file"
)

// Types of rings, as JSON spells them in ring.type.
const (
	TypeRingbuf     = "ringbuf"
	TypeUserRingbuf = "user_ringbuf"
)

// MaxRingSize is the most bytes that a ring can have: its size is a power of two, and max_entries has 32 bits (kernel/bpf/ringbuf.c,
// ringbuf_map_alloc).
const MaxRingSize = 1 << 31

// Ring is the identity of a ring. It is immutable: when owners or programs change it is replaced as a whole.
type Ring struct {
	Source string // SourceBPF, …
	ID     uint32 // kernel's map id; 0 where there is none
	Name   string // raw bytes; print through ui/text only
	Type   string // TypeRingbuf, …
	Format *ringcore.Format
	// FormatHow says how Format is known, FormatNamed what the ring itself calls its format: raw bytes; empty: it does not say.
	FormatHow   FormatHow
	FormatNamed string
	Unserved    bool // of a file: nobody served it any more when watching began
	Geometry    ringcore.Geometry
	MapFlags    uint32
	Pins        []string       // paths below a bpffs, sorted
	OuterIDs    []uint32       // ids of the arrays and hashes of maps that hold it, sorted
	Owners      []Process      // processes that hold a descriptor or a mapping of it, without ourselves; sorted by pid
	Readers     Figure[int]    // processes other than ourselves that map the consumer page writable
	ReaderAt    []Process      // those processes
	Programs    []Program      // BPF programs that use it, sorted by id
	Made        Figure[string] // what else identifies it: scenario and seed of a simulated ring, path of a file
	Looked      time.Time      // when owners, readers and programs were looked up; zero: not yet
	// Simulated says that who writes and reads it is made up: SourceDemo, or a file that a simulation serves.
	Simulated bool
	// PayloadUnread says that payloads are left unread. A header that failed a check may be one: its bytes are not told then.
	PayloadUnread bool
}

// FormatHow says how a ring's format is known.
type FormatHow uint8

// Ways in which a format is known.
const (
	FormatTold   FormatHow = iota // by whoever made the ring
	FormatAsked                   // the user said so
	FormatFound                   // it is the only one in which the ring's records can be read
	FormatLikely                  // the same, but few records tell, or one of them is wrong
)

// String returns the word in JSON.
func (h FormatHow) String() string {
	return [...]string{"told", "asked", "found", "likely"}[h]
}

// Size is the ring's data area in bytes.
func (r *Ring) Size() uint64 { return r.Geometry.Size }

// Process is one process of this host.
type Process struct {
	PID   int
	Comm  string    // raw bytes, at most 15
	User  string    // raw name of the user that it runs as, or the number; empty: unknown
	Began time.Time // to the second; zero: unknown
}
