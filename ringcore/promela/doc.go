// Package promela holds a model of the rings of ringcore for the model checker spin: two producers, a reader and an observer, step by step
// at the granularity of their accesses to memory. It has no Go code but the test that runs spin, as .ci/run does. To run it by hand:
//
//	spin -DWATCHED -DANY_READER -a ring.pml && cc -O2 -DSAFETY -o pan pan.c && ./pan -m1000000
//
// # The parties
//
// ring.pml puts them together; each file says whose steps it has.
//
//	memory.pml    the memory they share, and what only the checker knows
//	linux.pml     a producer of Linux, __bpf_ringbuf_reserve and bpf_ringbuf_commit, normal and in overwrite mode; ringcore.Producer
//	windows.pml   a producer of eBPF for Windows, ebpf_ring_buffer_reserve and _submit; ringcore.WindowsProducer
//	consumer.pml  libbpf's ringbuf_process_ring, ringcore.Consumer, and its reader of overwrite mode
//	observer.pml  ringcore.Observer: Observe with start, lookAtBusy, walk, prove, lapped, and Copy
//
// # What is asked
//
// Assertions, in all interleavings within the bounds:
//
//   - a batch or a copy that the observer accepts as exact is never torn: every header in it was written for where it was read, and every
//     unit of payload for that record
//   - the observer takes nothing for a header that is none, calls no ring without fault corrupt, and what it says of a busy record is said of
//     that record
//   - a busy record is never overwritten, whatever a reader stores as its position (linux), nor is one that has not been released
//   - producers that compare and swap lose nothing: every reservation is published once, in order, and the consumer meets each of them
//   - what the observer tells as seen and as missed follows without gap or overlap up to the producer position: seen + missed = produced
//   - nobody waits for ever: a state where nobody can go on is an error
//
// Every statement of the parties that run is reached, or the test fails: what no interleaving reaches would be proven of nothing.
//
// # Macros
//
//	OVERWRITE, WINDOWS   the format; without, it is linux
//	WATCHED              an observer looks on, beside a reader of which only the position is modelled; without, a consumer reads
//	COPY                 the observer also copies payloads
//	ANY_READER           each load of the consumer position gives any value: behind, ahead, or within a record
//	BATCHED              the consumer gives back what it has read at the end only
//	OVERWRITE_POS_ONLY   the observer proves by the overwrite position alone, and not by the producer position too
//	SIZE, END            units of 8 bytes: the ring, and the position that no reservation passes
//
// The others are the variants that must fail, as the test lists them: they check the checker. Each takes one rule away.
//
// # Bounds
//
// The ring has 4 units, one of which holds a header. Records have none or one unit of payload (one or two in windows, where none is
// impossible), and nobody reserves beyond one and a half to four laps, as the test lists. Payload looks like the header of a record, always the same
// one. The ring has one page, so that the page offset, which tells wrong headers in real rings, is no help. Positions do not wrap: they are
// counted from 0. The observer remembers one busy record in place of 4096, walks everything in one stretch and has no marks: Walk, Whole and
// Strip, which rest on the same proof, are left to tests.
//
// # What the model found out
//
//   - In overwrite mode the order of overwrite position and header does not matter, because the header that is written before the producer
//     position lies in the 8 bytes that are always free. That of overwrite position and producer position does: a reader would meet a window
//     larger than the ring. Without the 8 free bytes, the first one matters too.
//   - In windows no position proves that released bytes still stand: producers write headers ahead of the producer position. This goes for
//     busy records too, once the reader can have passed them (BUSY_BY_PRODUCER), and for a header that can't be one: a batch that begins
//     with released records may have gone astray on such a header, and only one that the reader has not passed at all is evidence.
//   - In windows nothing but the consumer position protects a record: whoever forges it has busy records overwritten, and has the observer
//     call torn batches exact. In linux the pending position protects both.
//
// # What it can't show
//
// Spin explores interleavings of a sequentially consistent memory: every store is seen by everybody at once, in the order in which it was
// made. On amd64 that is nearly what the CPU does; its one relaxation, a load that overtakes an older store, concerns no party here: the
// stores of an observer are private, and a producer takes a lock, or swaps, before what it loads decides anything. On arm64 it is not:
//
//   - Loads can overtake loads. The model can't tell whether the load that proves comes after those of headers and payload. In the Go code
//     headers are loaded with acquire, and fence.loads (a store-release to a private word before the load-acquire of the producer position)
//     keeps the plain loads of payload before the proof. Taking it away fails no run of spin.
//   - Stores can overtake stores. A producer releases the header by the producer position, and the payload by the exchange of the header. But
//     nothing orders the payload of one record, or the header of the next, after the producer position that was stored before: an
//     observer of history may see those bytes before it sees the position that tells of them. The proof by the producer position or by the
//     overwrite position is therefore none there. Observer.prove calls a batch exact on such CPUs (strongOrder is false) only if the
//     consumer has not passed it after all loads: a producer acquires the consumer position before it writes, so that bytes of a later lap
//     are seen after it only. What is in history is accepted if the distance allows it, and is marked as not exact.
//   - Consumer in overwrite mode has the overwrite position and nothing else. On such CPUs a copy that it yields can hold bytes of a later
//     record, and no order of its own loads can change that.
//   - That last proof rests on the consumer position, which user space can move back. The model's TRUST_CONSUMER shows what it is worth if
//     somebody does.
//
// A proof for arm64 would need a model of that memory (herd7 with the kernel's or Arm's axioms) on fragments of a few accesses. Package
// ringcore's tests run on arm64 code only under an emulator, which on amd64 orders memory as amd64 does.
package promela
