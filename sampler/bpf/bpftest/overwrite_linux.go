package bpftest

import (
	"errors"
	"testing"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/rlimit"
	"golang.org/x/sys/unix"
)

const flagOverwrite = 1 << 19 // BPF_F_RB_OVERWRITE (include/uapi/linux/bpf.h)

// MakeOverwrite makes a ring in overwrite mode. It skips the test on a kernel before 6.19, which has none.
func MakeOverwrite(tb testing.TB, name string, size int) *Ring {
	tb.Helper()
	if err := rlimit.RemoveMemlock(); err != nil {
		tb.Fatalf("raise the limit of locked memory: %v", err)
	}
	m, err := ebpf.NewMap(&ebpf.MapSpec{Name: name, Type: ebpf.RingBuf, MaxEntries: uint32(size), Flags: flagOverwrite})
	if errors.Is(err, unix.EINVAL) {
		tb.Skipf("needs Linux 6.19: this kernel makes no rings in overwrite mode: %v", err)
	}
	if err != nil {
		tb.Fatalf("make a ring of %d bytes in overwrite mode: %v", size, err)
	}
	return adopt(tb, m, name)
}

// Query asks what bpf_ringbuf_query tells of the ring: 0 bytes available, 1 its size, 2, 3 and 4 the consumer, producer and overwrite
// position.
func (r *Ring) Query(tb testing.TB, what int) uint64 {
	tb.Helper()
	ctl, mem := newControl(tb)
	p := load(tb, "query", asm.Instructions{
		asm.LoadMapPtr(asm.R1, r.Map.FD()),
		asm.Mov.Imm(asm.R2, int32(what)),
		asm.FnRingbufQuery.Call(),
		asm.LoadMapValue(asm.R6, ctl.FD(), 0),
		asm.StoreMem(asm.R6, ctlSeq, asm.R0, asm.DWord),
		asm.Mov.Imm(asm.R0, 0),
		asm.Return(),
	})
	defer func() {
		if err := p.Close(); err != nil {
			tb.Errorf("close a program: %v", err)
		}
	}()
	if _, err := p.Run(nil); err != nil {
		tb.Fatalf("run the asking program: %v", err)
	}
	return (*control)(unsafe.Pointer(&mem[0])).seq
}
