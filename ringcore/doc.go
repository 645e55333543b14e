// Package ringcore knows the bytes of BPF ring buffers: the record header, the positions, the passive observer, the lock-free
// consumer and the producers.
//
// It knows no time, no I/O and no goroutine of its own. Memory comes in as a [Memory], what was learned goes out through a [Sink].
//
// A ring of Size bytes is a power of two; a position is a free-running count of bytes, and the byte of position p lies at
// p & (Size-1) of the data area. The data area is mapped twice in a row, so that no record is ever split.
package ringcore
