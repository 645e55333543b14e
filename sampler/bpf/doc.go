// Package bpf watches the BPF ring buffers of this host: it finds them, opens one without becoming its consumer, says who holds and
// who reads it, and notices when nobody does any more.
//
// Opening takes a read-write descriptor, because the kernel refuses to map a read-only one, and maps it PROT_READ: the kernel then
// refuses every later attempt to make the mapping writable. Who holds and reads a ring is told by read-only BPF iterator programs
// (ringscope_maps, ringscope_fds, ringscope_vmas), which load after the first look; without them by /proc, and then some of it stays
// unknown. A ring is consumed only with [Options.Consume].
//
// It works on Linux only; elsewhere everything fails with sampler.ErrUnsupported.
package bpf
