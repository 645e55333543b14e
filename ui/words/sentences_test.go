package words

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ui/text"
)

const mib = 1 << 20

// evidence is that of a ring in use, with figures and names as long as they usually get.
func evidence() model.Evidence {
	reader := model.Process{PID: 2211, Comm: "bootstrap"}
	return model.Evidence{
		In: model.Of(3.14 * mib), Out: model.Of(3.05 * mib), Full: model.Known(26*time.Second, model.Sampled),
		Used: mib, Size: 8 * mib, Waiting: 413 << 10, WaitingR: model.Of[uint64](40), For: 4100 * time.Millisecond, At: now, Largest: 4096,
		Reader: reader, ReaderKnown: true, Needed: 16 * mib, Peak: 7987 << 10, PeakAt: now.Add(-3 * time.Minute), Came: 5222 << 10, Within: 400 * time.Millisecond,
		Ratio: 0.41, RatioR: 0.38, Lost: 2150 << 10,
	}
}

func with(change func(e *model.Evidence)) model.Evidence {
	e := evidence()
	change(&e)
	return e
}

// thread is the reader's thread in a state, at a share of a core.
func thread(state byte, share float64) model.ThreadNow {
	return model.ThreadNow{
		Thread: model.Thread{Process: model.Process{PID: 2211, Comm: "bootstrap"}, TID: 2215, Name: "rb-poll", State: state},
		Share:  model.Known(share, model.Sampled), Switches: model.Of(9800.0), RecordsPerSwitch: model.Known(1.04, model.Sampled),
	}
}

func in(state byte, share float64) model.Evidence {
	return with(func(e *model.Evidence) { e.Thread = thread(state, share) })
}

func noisy(e model.Evidence) model.Evidence {
	e.Program, e.Common, e.CommonPart = model.Program{ID: 315, Name: "noisy"}, model.LengthCount{Length: 512, Records: 60}, 0.97
	return e
}

var unwoken = model.Site{Call: "submit", File: "src/bpf/open.bpf.c", Line: 23, WakeUp: model.WakeNone}

// TestSentencesOfEveryFinding has both lines of every kind of finding at 120 and at 80 columns, to the letter.
func TestSentencesOfEveryFinding(t *testing.T) {
	for _, c := range []struct {
		name string
		code model.Code
		e    model.Evidence
		want [4]string // lines 2 and 3 at 118 cells, and at 80
	}{
		{"slow, at its limit", model.ConsumerSlow, in('R', 0.994), [4]string{
			"▲ READER TOO SLOW for 4.1 s: 3.14 MiB/s come in, 3.05 MiB/s go out. Full in ~26 s; from then on events are refused.",
			"  do: bootstrap[2211] runs at ~99 % of a core. Give it less work per event. A bigger ring only delays this.",
			"▲ READER TOO SLOW 4.1 s: 3.14 MiB/s in, 3.05 out. Full in ~26 s, then refused.",
			"  do: bootstrap[2211] runs at ~99 % of a core: less work per event there.",
		}},
		{"slow, waits for something else", model.ConsumerSlow, in('S', 0.12), [4]string{
			"▲ READER TOO SLOW for 4.1 s: 3.14 MiB/s come in, 3.05 MiB/s go out. Full in ~26 s; from then on events are refused.",
			"  do: rb-poll[2215] runs at only ~12 % of a core: it waits for a lock, disk or network. As root: cat /proc/2215/stack",
			"▲ READER TOO SLOW 4.1 s: 3.14 MiB/s in, 3.05 out. Full in ~26 s, then refused.",
			"  do: it waits for something else, ~12 % of a core: cat /proc/2215/stack",
		}},
		{"slow, a noisy program", model.ConsumerSlow, noisy(in('R', 0.994)), [4]string{
			"▲ READER TOO SLOW for 4.1 s: 3.14 MiB/s come in, 3.05 MiB/s go out. Full in ~26 s; from then on events are refused.",
			"  do: noisy (315) writes ~97 % of the bytes (512 B records): write fewer. bootstrap[2211] runs at ~99 % of a core.",
			"▲ READER TOO SLOW 4.1 s: 3.14 MiB/s in, 3.05 out. Full in ~26 s, then refused.",
			"  do: noisy (315) writes ~97 % of the bytes (512 B records): write fewer.",
		}},
		{"stopped by a signal", model.ConsumerStalled, in('T', 0), [4]string{
			"▲ READER STOPPED by a signal: bootstrap[2211] took nothing for 4.1 s while 413 KiB in 40 records wait.",
			"  do: Somebody stopped bootstrap[2211] (SIGSTOP, or ctrl-z in a shell). Let it go on: kill -CONT 2211",
			"▲ READER STOPPED by a signal: took nothing for 4.1 s while 413 KiB wait.",
			"  do: let bootstrap[2211] go on: kill -CONT 2211",
		}},
		{"stopped in the kernel", model.ConsumerStalled, in('D', 0), [4]string{
			"▲ READER STOPPED blocked in the kernel: bootstrap[2211] took nothing for 4.1 s while 413 KiB in 40 records wait.",
			"  do: rb-poll[2215] waits for a disk, a network file system or a lock. As root: cat /proc/2215/stack",
			"▲ READER STOPPED blocked in the kernel: 4.1 s, 413 KiB wait.",
			"  do: rb-poll[2215] waits for a disk or a lock: cat /proc/2215/stack",
		}},
		{"stopped, running", model.ConsumerStalled, in('R', 0.99), [4]string{
			"▲ READER STOPPED though it runs: bootstrap[2211] took nothing for 4.1 s while 413 KiB in 40 records wait.",
			"  do: rb-poll[2215] runs at ~99 % of a core and does not come back to the ring. See where: perf top -t 2215",
			"▲ READER STOPPED though it runs: took nothing for 4.1 s while 413 KiB wait.",
			"  do: rb-poll[2215] runs at ~99 % of a core: see where, perf top -t 2215",
		}},
		{"stopped, asleep", model.ConsumerStalled, in('S', 0), [4]string{
			"▲ READER STOPPED and sleeps: bootstrap[2211] took nothing for 4.1 s while 413 KiB in 40 records wait.",
			"  do: rb-poll[2215] waits for something else, such as a lock or a full queue. As root: cat /proc/2215/stack",
			"▲ READER STOPPED and sleeps: took nothing for 4.1 s while 413 KiB wait.",
			"  do: rb-poll[2215] waits for something else: cat /proc/2215/stack",
		}},
		{"stopped by a debugger", model.ConsumerStalled, in('t', 0), [4]string{
			"▲ READER STOPPED by a debugger: bootstrap[2211] took nothing for 4.1 s while 413 KiB in 40 records wait.",
			"  do: A debugger holds bootstrap[2211]. Let it go on there, or see who it is: grep TracerPid /proc/2211/status",
			"▲ READER STOPPED by a debugger: took nothing for 4.1 s while 413 KiB wait.",
			"  do: let the debugger go on; who it is: grep TracerPid /proc/2211/status",
		}},
		{"stopped, nothing known", model.ConsumerStalled, evidence(), [4]string{
			"▲ READER STOPPED took nothing for 4.1 s while 413 KiB in 40 records wait.",
			"  do: bootstrap[2211] hangs, is stopped, or waits for something else. As root: cat /proc/2211/stack",
			"▲ READER STOPPED took nothing for 4.1 s while 413 KiB in 40 records wait.",
			"  do: see what bootstrap[2211] hangs on: cat /proc/2211/stack",
		}},
		{"nobody", model.NoConsumer, evidence(), [4]string{
			"▲ NOBODY READS no process has this ring open to read it; 413 KiB in 40 records wait for 4.1 s.",
			"  do: Start the program that reads this ring, or look at the records by taking them: ringscope watch id:167 --consume",
			"▲ NOBODY READS no process reads; 413 KiB wait for 4.1 s.",
			"  do: start its reader, or take the records: ringscope watch id:167 --consume",
		}},
		{"asleep", model.ReaderAsleep, with(func(e *model.Evidence) { e.Thread, e.Site = thread('S', 0), unwoken }), [4]string{
			"▲ READER NOT WOKEN 40 records wait 4.1 s, rb-poll[2215] sleeps: written with BPF_RB_NO_WAKEUP at open.bpf.c:23.",
			"  do: There submit with flags 0: that wakes a reader that has caught up. Or let the reader poll with a short timeout.",
			"▲ READER NOT WOKEN 40 records wait 4.1 s: NO_WAKEUP at open.bpf.c:23.",
			"  do: submit with flags 0 there, or let the reader poll with a timeout.",
		}},
		{"asleep, no site", model.ReaderAsleep, in('S', 0), [4]string{
			"▲ READER NOT WOKEN 40 records wait for 4.1 s, and rb-poll[2215] sleeps.",
			"  do: Look for BPF_RB_NO_WAKEUP in the programs that write, or an epoll with EPOLLET that stopped reading too early.",
			"▲ READER NOT WOKEN 40 records wait for 4.1 s, and rb-poll[2215] sleeps.",
			"  do: look for BPF_RB_NO_WAKEUP, or epoll with EPOLLET that stopped too early.",
		}},
		{"stuck", model.HeadBusy, with(func(e *model.Evidence) {
			e.Program, e.Site = model.Program{ID: 314, Name: "handle_exec"}, model.Site{Call: "reserve", File: "exec.bpf.c", Line: 41}
		}), [4]string{
			"▲ STUCK BEHIND ONE RECORD reserved 4.1 s ago, not submitted yet. 413 KiB wait behind it.",
			"  do: handle_exec (314) takes too long between its reserve (exec.bpf.c:41) and the submit: shorten that.",
			"▲ STUCK BEHIND ONE RECORD reserved 4.1 s ago, not submitted yet; 413 KiB wait.",
			"  do: handle_exec (314) reserves at exec.bpf.c:41, submits too late.",
		}},
		{"blocked", model.ReserveBlocked, evidence(), [4]string{
			"▲ WRITERS BLOCKED BY AN OLD RECORD 12 % full, but a record reserved 4.1 s ago spans the ring: new ones are refused.",
			"  do: the program that reserved it takes too long between reserve and submit: shorten that.",
			"▲ WRITERS BLOCKED BY AN OLD RECORD 12 % full, one is open for 4.1 s.",
			"  do: its writer takes too long between reserve and submit: shorten that.",
		}},
		{"overwritten", model.Overwritten, evidence(), [4]string{
			"▲ OVERWRITTEN UNREAD 2.10 MiB were overwritten before bootstrap[2211] took them, last at 02:14:07Z (overwrite mode).",
			"  do: Less work per event in bootstrap[2211], or a larger ring; without overwrite mode new events are refused.",
			"▲ OVERWRITTEN UNREAD 2.10 MiB were overwritten before the reader took them.",
			"  do: less work per event in the reader, or a larger ring.",
		}},
		{"burst", model.Burst, evidence(), [4]string{
			"▲ BURST TOO BIG 5.10 MiB came within 0.4 s and filled it to 97 %; the reader keeps up otherwise.",
			"  do: A ring of 16 MiB (max_entries = 16777216) would have held it; or spread what is written at once.",
			"▲ BURST TOO BIG 5.10 MiB came within 0.4 s; the reader keeps up otherwise.",
			"  do: make it 16 MiB (max_entries = 16777216), or write smaller portions.",
		}},
		{"undersized", model.Undersized, evidence(), [4]string{
			"▲ RING TOO SMALL 97 % full at 02:11:07Z, and no slow reader explains it: there is no reserve left.",
			"  do: Make it 16 MiB (max_entries = 16777216). It costs that much memory, and nothing else.",
			"▲ RING TOO SMALL 97 % full at 02:11:07Z: there is no reserve left.",
			"  do: make it 16 MiB (max_entries = 16777216).",
		}},
		{"discards", model.DiscardHeavy, evidence(), [4]string{
			"▲ MUCH IS THROWN AWAY 41 % of the bytes and 38 % of the records are discarded after being reserved.",
			"  do: Filter before bpf_ringbuf_reserve, or build the event on the stack and hand it over with bpf_ringbuf_output.",
			"▲ MUCH IS THROWN AWAY 41 % of the bytes are discarded after being reserved.",
			"  do: filter before bpf_ringbuf_reserve.",
		}},
		{"empty", model.OversizedRecord, noisy(with(func(e *model.Evidence) { e.Ratio = 0.78 })), [4]string{
			"▲ RECORDS MOSTLY EMPTY ~78 % of the payload bytes are zeros at the end; most bytes are in records of 512 B.",
			"  do: Hand over only what is used in noisy (315): bpf_ringbuf_output with the real length.",
			"▲ RECORDS MOSTLY EMPTY ~78 % of the payload are trailing zeros.",
			"  do: hand over only what is used in noisy (315): bpf_ringbuf_output.",
		}},
		{"wake-ups", model.WakeupPerRecord, in('S', 0.4), [4]string{
			"▲ A WAKE-UP PER RECORD rb-poll[2215] wakes up 9.80 k/s for ~1.0 records each time: costs more than writing.",
			"  do: Submit with BPF_RB_NO_WAKEUP, and with BPF_RB_FORCE_WAKEUP once a batch (bpf_ringbuf_query says how much waits).",
			"▲ A WAKE-UP PER RECORD 9.80 k/s, ~1.0 records each time.",
			"  do: submit with BPF_RB_NO_WAKEUP, and FORCE_WAKEUP once a batch.",
		}},
		{"large", model.Oversized, with(func(e *model.Evidence) { e.Peak, e.Needed, e.For = 80<<10, 256<<10, 10*time.Minute }), [4]string{
			"▲ RING LARGER THAN NEEDED at its worst only 1.0 % full in 10 min of traffic.",
			"  do: No harm but memory: 256 KiB (max_entries = 262144) would have done. Watch the busiest hour first.",
			"▲ RING LARGER THAN NEEDED at its worst only 1.0 % full in 10 min of traffic.",
			"  do: no harm but memory: 256 KiB would have done so far.",
		}},
		{"drops, a noisy program", model.DropsCounted, noisy(with(func(e *model.Evidence) { e.Count, e.PerSecond, e.How = 120000, 1204, "program" })), [4]string{
			"▲ LOSING EVENTS 120,000 events refused, 1.20 k/s now (counted by the program itself).",
			"  do: noisy (315) writes ~97 % of the bytes (512 B records): write fewer of them, or use a ring of their own.",
			"▲ LOSING EVENTS 120 k refused, 1.20 k/s now.",
			"  do: noisy (315) writes ~97 % of the bytes (512 B records): write fewer.",
		}},
		{"two readers", model.ManyReaders, with(func(e *model.Evidence) { e.Count = 3 }), [4]string{
			"▲ TWO READERS bootstrap[2211] and spy[2300] both read: each misses what the other takes.",
			"  do: A ring can have one reader only: stop the other, or give it a ring of its own.",
			"▲ TWO READERS bootstrap[2211] and spy[2300].",
			"  do: stop one of them: a ring can have one reader only.",
		}},
	} {
		f := model.Finding{Code: c.code, Severity: model.Problem, Since: now.Add(-62 * time.Second), Evidence: c.e}
		var got [4]string
		for i, width := range []int{118, 80} {
			s := sample()
			s.Ring.ReaderAt = []model.Process{{PID: 2211, Comm: "bootstrap"}, {PID: 2300, Comm: "spy"}}
			v := Judge(text.UTF8, &model.Moment{Sample: s, Findings: []model.Finding{f}}, now, width)
			got[2*i], got[2*i+1] = v.Second(), v.Third()
		}
		if got != c.want {
			t.Errorf("%s:\n%s", c.name, quoted(got))
		}
	}
}

func quoted(lines [4]string) string {
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "\t\t\t%q,\n", l)
	}
	return b.String()
}

// TestOrdinaryVerdictsAreWhole wants no sentence cut at 80 columns, nor at 60, when figures and names are as long as they usually get.
func TestOrdinaryVerdictsAreWhole(t *testing.T) {
	long := func(e *model.Evidence) {
		e.In, e.Out, e.Full = model.Known(1023e6, model.AtLeast), model.Known(1022e6, model.AtLeast), model.Known(252*time.Second, model.Sampled)
		e.Waiting, e.WaitingR, e.For = 1023<<10, model.Known[uint64](123456789, model.Sampled), 252*time.Second
		e.Position, e.Raw, e.Why = 123456789012, ^uint64(0), "the page offset is 4294967295, expected 285"
		e.Ahead, e.Missed, e.Largest, e.ProneFor, e.ProneWindow = 1<<40, 1023<<20, 65544, 8*time.Second, 10*time.Second
		e.Count, e.PerSecond, e.How = 123456789, 123456, "program"
		e.Reader = model.Process{PID: 4194303, Comm: "containerd-shim"}
		e.Needed, e.Peak, e.Came, e.Within, e.Lost = 2<<30, 1023<<20, 1023<<20, 900*time.Millisecond, 1023<<20
	}
	threads := []model.ThreadNow{{}}
	for _, state := range []byte("RSDTtZ") {
		for _, share := range []float64{0.01, 0.6, 0.995} {
			n := thread(state, share)
			n.TID, n.Name, n.Process = 4194302, "containerd-shim", model.Process{PID: 4194303, Comm: "containerd-shim"}
			n.Switches = model.Of(123456.0)
			threads = append(threads, n)
		}
	}
	who := model.Program{ID: 123456, Name: "handle_sys_open"}
	site := model.Site{Call: "reserve", File: "/build/a/long/path/to/file_open_events.bpf.c", Line: 1234, WakeUp: model.WakeNone}
	forced := site
	forced.WakeUp = model.WakeForced
	for _, code := range Codes() {
		for i := range 4 * len(threads) * 3 {
			f := model.Finding{Code: code, Severity: model.Problem, Since: now.Add(-99 * time.Minute), Before: i%2 == 1, Evidence: with(long)}
			f.Evidence.RingIsFull = i/2%2 == 1
			f.Evidence.Thread = threads[i/4%len(threads)]
			switch i / 4 / len(threads) {
			case 1:
				f.Evidence.Program, f.Evidence.Site, f.Evidence.Common, f.Evidence.CommonPart = who, site, model.LengthCount{Length: 65528, Records: 64}, 0.999
			case 2:
				f.Evidence.Site, f.Evidence.Common, f.Evidence.CommonPart = forced, model.LengthCount{Length: 65528, Records: 64}, 0.99
			}
			for _, width := range []int{80, 60} {
				v := Judge(text.UTF8, &model.Moment{Sample: sample(), Findings: []model.Finding{f}}, now, width)
				if strings.HasSuffix(v.Text, "…") || strings.HasSuffix(v.Do, "…") {
					t.Fatalf("%s is cut at %d:\n%s\n%s", code, width, v.Second(), v.Third())
				}
			}
		}
	}
}

// TestNoCommandNamesASimulatedProcess asserts that advice about a simulated ring holds no number that a real process may have.
func TestNoCommandNamesASimulatedProcess(t *testing.T) {
	for _, code := range []model.Code{model.ConsumerSlow, model.ConsumerStalled, model.ReaderAsleep} {
		for _, state := range "RSDTt" {
			e := model.Evidence{
				ReaderKnown: true, Reader: model.Process{PID: 2211, Comm: "sim-reader"},
				Thread: model.ThreadNow{
					Thread: model.Thread{Process: model.Process{PID: 2211, Comm: "sim-reader"}, TID: 2215, State: byte(state)},
					Share:  model.Known(0.1, model.Sampled),
				},
			}
			s := &model.Sample{Ring: &model.Ring{Source: model.SourceDemo, Simulated: true}}
			said := Finding(text.UTF8, model.Finding{Code: code, Evidence: e}, s, now)
			for _, advice := range said.Advice {
				for _, command := range []string{"/proc/22", "-t 22", "-CONT 22"} {
					if strings.Contains(advice, command) {
						t.Errorf("%s in state %c: %q", code, state, advice)
					}
				}
			}
		}
	}
}
