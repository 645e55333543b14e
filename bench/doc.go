// Command bench measures ringscope beside what there is to compare it with, in one run on one machine, and reports. It judges nothing
// and exits with 0 as long as it could measure.
//
//		go run ./bench [-json FILE] [-only records,watched,own,viewer] [-quick]
//
//	  - records: nanoseconds for each record of ringscope's consumer and observer, of libbpf's ring_buffer__consume and of cilium/ebpf's
//	    Reader.ReadInto, on the same kernel rings, filled by a BPF program. Needs root; libbpf needs cc and libbpf-dev.
//	  - watched: what a producer and its consumer lose while ringscope watches them.
//	  - own: what ringscope's own process costs while it watches, by rate, and idle.
//	  - viewer: what the viewer costs in a terminal of 120x36; beside it btop, if there is one.
//
// What is missing is left out with the reason.
package main
