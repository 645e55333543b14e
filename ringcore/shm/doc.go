// Package shm makes the shared memory that a ring lies in: a consumer page, a producer page, and the data area mapped twice in a
// row, as the kernel maps a BPF ring buffer (kernel/bpf/ringbuf.c, bpf_ringbuf_area_alloc and ringbuf_map_mmap_kern).
//
// It knows nothing of records. A ring file carries a describing block, so that another process can map it without being told
// anything but its path, and an advisory lock that its server holds for life, so that the server's death shows.
//
// # A ring file
//
//	offset            bytes       holds
//	0                 page size   consumer page: the consumer position at +0, the describing block at +3584
//	page size         page size   producer page: the producer position at +0, other positions after it
//	2*page size       size        data area
//
// The block stands at the same offset of the file for every page size, beyond everything that the kernel keeps in that page.
package shm
