package bpf

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
)

// ringCall is a helper of rings, with the argument numbers of what is told of it; 0: it has none.
type ringCall struct {
	name                            string // as model.Site spells it
	ring, record, size, flags, into int
	dynptr                          bool
}

// ringCalls are the helpers of rings by their kernel function (kernel/bpf/ringbuf.c).
var ringCalls = map[string]*ringCall{
	"bpf_ringbuf_reserve":        {name: "reserve", ring: 1, size: 2},
	"bpf_ringbuf_submit":         {name: "submit", record: 1, flags: 2},
	"bpf_ringbuf_discard":        {name: "discard", record: 1, flags: 2},
	"bpf_ringbuf_output":         {name: "output", ring: 1, size: 3, flags: 4},
	"bpf_ringbuf_reserve_dynptr": {name: "reserve", ring: 1, size: 2, into: 4, dynptr: true},
	"bpf_ringbuf_submit_dynptr":  {name: "submit", record: 1, flags: 2, dynptr: true},
	"bpf_ringbuf_discard_dynptr": {name: "discard", record: 1, flags: 2, dynptr: true},
}

// callBase is what calls are relative to in the instructions that the kernel shows.
const callBase = "__bpf_call_base"

// kernelCalls tells ringCalls by the number that a call instruction holds: the verifier puts the distance of the helper's function from
// callBase in place of the helper's number (do_misc_fixups, kernel/bpf/verifier.c). The kernel tells neither to those who may not see
// its addresses. Reading its 10 MB of symbols takes 50 ms, once.
var kernelCalls = sync.OnceValues(func() (map[int32]*ringCall, error) {
	f, err := os.Open("/proc/kallsyms")
	if err != nil {
		return nil, fmt.Errorf("read the kernel's symbols: %w", err)
	}
	defer func() { _ = f.Close() }()
	at := make(map[string]uint64)
	for s := bufio.NewScanner(f); s.Scan() && len(at) <= len(ringCalls); {
		line := s.Bytes()
		if !bytes.Contains(line, []byte("bpf_")) {
			continue
		}
		field := bytes.Fields(line)
		if len(field) != 3 { // a fourth is the module's name
			continue
		}
		name := string(field[2])
		if ringCalls[name] == nil && name != callBase {
			continue
		}
		if address, err := strconv.ParseUint(string(field[0]), 16, 64); err == nil && address != 0 {
			at[name] = address
		}
	}
	base, ok := at[callBase]
	if !ok {
		return nil, errors.New("read the kernel's symbols: addresses are not shown")
	}
	calls := make(map[int32]*ringCall)
	for name, address := range at {
		if c := ringCalls[name]; c != nil {
			calls[int32(address-base)] = c
		}
	}
	return calls, nil
})
