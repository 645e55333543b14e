package bpf

import (
	"context"
	"slices"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/sampler/bpf/bpftest"
)

// loaded loads instructions as a program, and returns its id.
func loaded(t *testing.T, insns ...asm.Instruction) uint32 {
	t.Helper()
	p, err := ebpf.NewProgram(&ebpf.ProgramSpec{Name: "sited", Type: ebpf.SocketFilter, License: "GPL", Instructions: insns})
	if err != nil {
		t.Fatalf("load a program: %+v", err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	i, err := p.Info()
	if err != nil {
		t.Fatal(err)
	}
	id, ok := i.ID()
	if !ok {
		t.Fatal("the kernel tells no program id")
	}
	return uint32(id)
}

// block is some instructions, the first with a line of source code.
func block(t *testing.T, line int, insns ...asm.Instruction) asm.Instructions {
	t.Helper()
	insns[0] = bpftest.Source(t, insns[0], "open.bpf.c", line)
	return insns
}

// takeSpace is a reservation in r that goes on at out where it is refused.
func takeSpace(t *testing.T, line int, r *bpftest.Ring, size int32, out string) asm.Instructions {
	t.Helper()
	return block(t, line,
		asm.LoadMapPtr(asm.R1, r.Map.FD()),
		asm.Mov.Imm(asm.R2, size),
		asm.Mov.Imm(asm.R3, 0),
		asm.FnRingbufReserve.Call(),
		asm.JEq.Imm(asm.R0, 0, out))
}

func giveBack(t *testing.T, line int, record asm.Register, flags int32, how asm.BuiltinFunc) asm.Instructions {
	t.Helper()
	return block(t, line, asm.Mov.Reg(asm.R1, record), asm.Mov.Imm(asm.R2, flags), how.Call())
}

func end() asm.Instructions {
	return asm.Instructions{asm.Mov.Imm(asm.R0, 0).WithSymbol("out"), asm.Return()}
}

func compareSites(t *testing.T, what string, ring, program uint32, want ...model.Site) {
	t.Helper()
	got, err := sitesOf(t.Context(), ring, program)
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	for i := range want {
		want[i].File = "open.bpf.c"
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%+v\nwant\n%+v", what, got, want)
	}
}

// TestSitesOfTwoRings: each record is told by the ring that it was reserved in, over registers and the stack.
func TestSitesOfTwoRings(t *testing.T) {
	need.BPF(t)
	a, b := bpftest.Make(t, "a", 4096), bpftest.Make(t, "b", 4096)
	p := loaded(t, slices.Concat(
		takeSpace(t, 10, a, 24, "out"),
		block(t, 11, asm.StoreMem(asm.RFP, -8, asm.R0, asm.DWord), asm.Mov.Imm(asm.R1, 7), asm.StoreMem(asm.RFP, -16, asm.R1, asm.DWord)),
		takeSpace(t, 20, b, 100, "give"),
		block(t, 21, asm.Mov.Reg(asm.R7, asm.R0)),
		giveBack(t, 22, asm.R7, 2, asm.FnRingbufDiscard),
		block(t, 12, asm.LoadMem(asm.R8, asm.RFP, -8, asm.DWord).WithSymbol("give")),
		giveBack(t, 13, asm.R8, 1, asm.FnRingbufSubmit),
		block(t, 30, asm.LoadMapPtr(asm.R1, a.Map.FD()), asm.Mov.Reg(asm.R2, asm.RFP), asm.Add.Imm(asm.R2, -16),
			asm.Mov.Imm(asm.R3, 8), asm.Mov.Imm(asm.R4, 0), asm.FnRingbufOutput.Call()),
		end())...)
	compareSites(t, "ring a", a.ID(t), p,
		model.Site{Call: "reserve", Bytes: model.Of[uint32](24), Line: 10},
		model.Site{Call: "submit", WakeUp: model.WakeNone, Line: 13},
		model.Site{Call: "output", Bytes: model.Of[uint32](8), WakeUp: model.WakeAdaptive, Line: 30})
	compareSites(t, "ring b", b.ID(t), p,
		model.Site{Call: "reserve", Bytes: model.Of[uint32](100), Line: 20},
		model.Site{Call: "discard", WakeUp: model.WakeForced, Line: 22})
}

// TestSitesThatCannotBeTold: a record of one ring or the other, flags and sizes that are no constants.
func TestSitesThatCannotBeTold(t *testing.T) {
	need.BPF(t)
	a, b := bpftest.Make(t, "a", 4096), bpftest.Make(t, "b", 4096)
	either := func(first, second *bpftest.Ring) uint32 {
		return loaded(t, slices.Concat(
			block(t, 1, asm.FnGetPrandomU32.Call(), asm.Mov.Reg(asm.R6, asm.R0), asm.And.Imm(asm.R6, 3), asm.JEq.Imm(asm.R6, 0, "else")),
			takeSpace(t, 10, first, 24, "out"),
			block(t, 11, asm.Ja.Label("got")),
			slices.Concat(asm.Instructions{asm.Mov.Imm(asm.R9, 0).WithSymbol("else")}, takeSpace(t, 20, second, 32, "out")),
			block(t, 30, asm.Mov.Reg(asm.R1, asm.R0).WithSymbol("got"), asm.Mov.Reg(asm.R2, asm.R6), asm.FnRingbufSubmit.Call()),
			end())...)
	}
	p := either(a, b)
	compareSites(t, "ring a of two", a.ID(t), p, model.Site{Call: "reserve", Bytes: model.Of[uint32](24), Line: 10})
	compareSites(t, "ring b of two", b.ID(t), p, model.Site{Call: "reserve", Bytes: model.Of[uint32](32), Line: 20})
	compareSites(t, "the only ring", a.ID(t), either(a, a),
		model.Site{Call: "reserve", Bytes: model.Of[uint32](24), Line: 10},
		model.Site{Call: "reserve", Bytes: model.Of[uint32](32), Line: 20},
		model.Site{Call: "submit", Line: 30})
}

// TestSitesOfDynptrs: a dynptr on the stack holds the record.
func TestSitesOfDynptrs(t *testing.T) {
	need.BPF(t)
	a, b := bpftest.Make(t, "a", 4096), bpftest.Make(t, "b", 4096)
	dynptr := func(line int, r *bpftest.Ring, at int32) asm.Instructions {
		return block(t, line, asm.LoadMapPtr(asm.R1, r.Map.FD()), asm.Mov.Imm(asm.R2, 40), asm.Mov.Imm(asm.R3, 0), asm.Mov.Reg(asm.R4, asm.RFP),
			asm.Add.Imm(asm.R4, at), asm.FnRingbufReserveDynptr.Call())
	}
	give := func(line int, at, flags int32, how asm.BuiltinFunc) asm.Instructions {
		return block(t, line, asm.Mov.Reg(asm.R1, asm.RFP), asm.Add.Imm(asm.R1, at), asm.Mov.Imm(asm.R2, flags), how.Call())
	}
	write := block(t, 15, asm.Mov.Imm(asm.R1, 7), asm.StoreMem(asm.RFP, -40, asm.R1, asm.DWord), // the helper gets what lies below the dynptrs too
		asm.Mov.Reg(asm.R1, asm.RFP), asm.Add.Imm(asm.R1, -32), asm.Mov.Imm(asm.R2, 0), asm.Mov.Reg(asm.R3, asm.RFP), asm.Add.Imm(asm.R3, -40),
		asm.Mov.Imm(asm.R4, 8), asm.Mov.Imm(asm.R5, 0), asm.FnDynptrWrite.Call())
	p := loaded(t, slices.Concat(
		dynptr(10, a, -16), dynptr(20, b, -32), write,
		give(11, -16, 1, asm.FnRingbufSubmitDynptr), give(21, -32, 0, asm.FnRingbufDiscardDynptr), end())...)
	compareSites(t, "ring a", a.ID(t), p,
		model.Site{Call: "reserve", Bytes: model.Of[uint32](40), Line: 10}, model.Site{Call: "submit", WakeUp: model.WakeNone, Line: 11})
	compareSites(t, "ring b", b.ID(t), p,
		model.Site{Call: "reserve", Bytes: model.Of[uint32](40), Line: 20}, model.Site{Call: "discard", WakeUp: model.WakeAdaptive, Line: 21})
}

// TestSitesOfCallbacks: the programs of package bpftest call the ring out of functions that bpf_loop calls, and know no lines.
func TestSitesOfCallbacks(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "looped", 4096)
	r.NewWriter(t, 48)
	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	ring := s.census()
	if len(ring.Programs) != 1 {
		t.Fatalf("programs: %+v", ring.Programs)
	}
	want := []model.Site{{Call: "reserve", Bytes: model.Of[uint32](48)}, {Call: "discard"}, {Call: "submit"}}
	if got := ring.Programs[0].Sites; !slices.Equal(got, want) {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
}

// TestSitesAreNotWaitedFor: who ends the watch does not wait for programs to be read, and nothing half read is kept.
func TestSitesAreNotWaitedFor(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "left", 4096)
	p := loaded(t, slices.Concat(takeSpace(t, 10, r, 24, "out"), giveBack(t, 11, asm.R0, 0, asm.FnRingbufSubmit), end())...)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	x := make(siteIndex)
	if got := x.fill(ended, r.ID(t), []model.Program{{ID: p}}); got[0].Sites != nil || len(x) != 0 {
		t.Errorf("after the end: %+v, kept %+v", got, x)
	}
	if got := x.fill(t.Context(), r.ID(t), []model.Program{{ID: p}}); len(got[0].Sites) != 2 {
		t.Errorf("asked again: %+v", got)
	}
	long := make(asm.Instructions, 8*patientSteps, 8*patientSteps+1)
	for i := range long {
		long[i] = asm.Mov.Imm(asm.R0, 0)
	}
	long = append(long, asm.Return())
	if _, ok := walk(t.Context(), long, nil); !ok {
		t.Error("a long program is not understood")
	}
	if _, ok := walk(ended, long, nil); ok {
		t.Error("a long program was walked to its end although nobody wanted to know")
	}
}

// TestJoinNeverGuesses: what two paths disagree about is not told, in either order.
func TestJoinNeverGuesses(t *testing.T) {
	zero, one := value{constant, 0}, value{constant, 1}
	a, b := value{record, 7}, value{record, 8}
	for _, c := range []struct{ a, b, want value }{
		{a, a, a},
		{a, b, value{record, noRing}},
		{a, zero, a},
		{a, one, value{is: other}},
		{a, value{is: other}, value{is: other}},
		{a, value{is: anything}, value{is: anything}},
		{a, value{ringMap, 7}, value{is: other}},
		{zero, one, value{is: other}},
		{value{stack, -8}, value{stack, -16}, value{is: anything}},
		{value{is: function}, one, value{is: function}},
		{value{is: unset}, b, b},
	} {
		for _, got := range []value{join(c.a, c.b), join(c.b, c.a)} {
			if got != c.want {
				t.Errorf("%+v and %+v: %+v, want %+v", c.a, c.b, got, c.want)
			}
		}
	}
}
