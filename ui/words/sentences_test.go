package words

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
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

func starved(e model.Evidence, part float64) model.Evidence {
	e.Thread.Starved = model.Known(part, model.Sampled)
	return e
}

// wrongHeader is one, which the reader may have before it.
func wrongHeader(why error, before bool) model.Evidence {
	return with(func(e *model.Evidence) {
		e.Position, e.Raw, e.Why, e.BeforeReader = 1158783040, model.Of[uint64](0x3_c0000040), why.Error(), before
	})
}

// together has threads of the process share the work.
func together(e model.Evidence, share float64) model.Evidence {
	e.Shared, e.Share = true, model.Known(share, model.Sampled)
	return e
}

func noisy(e model.Evidence) model.Evidence {
	e.Program, e.Dominant, e.DominantPart = model.Program{ID: 315, Name: "noisy"}, model.LengthCount{Length: 512, Records: 60}, 0.97
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
			"▲ READER TOO SLOW for 4.1 s: 3.14 MiB/s in, 3.05 out. Full in ~26 s.",
			"  do: bootstrap[2211] runs at ~99 % of a core: less work per event there.",
		}},
		{"slow, waits for something else", model.ConsumerSlow, in('S', 0.12), [4]string{
			"▲ READER TOO SLOW for 4.1 s: 3.14 MiB/s come in, 3.05 MiB/s go out. Full in ~26 s; from then on events are refused.",
			"  do: bootstrap[2211] thread 2215 runs at only ~12 % of a core: it waits. See for what: cat /proc/2215/stack",
			"▲ READER TOO SLOW for 4.1 s: 3.14 MiB/s in, 3.05 out. Full in ~26 s.",
			"  do: it waits for something else, ~12 % of a core: cat /proc/2215/stack",
		}},
		{"slow, without a core", model.ConsumerSlow, starved(in('S', 0.22), 0.78), [4]string{
			"▲ READER TOO SLOW for 4.1 s: 3.14 MiB/s come in, 3.05 MiB/s go out. Full in ~26 s; from then on events are refused.",
			"  do: too little CPU: it waits for a core ~78 % of the time and gets ~22 %. See: top, cpu.max of its cgroup, nice.",
			"▲ READER TOO SLOW for 4.1 s: 3.14 MiB/s in, 3.05 out. Full in ~26 s.",
			"  do: too little CPU: it waits for a core ~78 %. See top, cpu.max, nice.",
		}},
		{"slow, threads share the work", model.ConsumerSlow, together(in('S', 0.09), 0.31), [4]string{
			"▲ READER TOO SLOW for 4.1 s: 3.14 MiB/s come in, 3.05 MiB/s go out. Full in ~26 s; from then on events are refused.",
			"  do: bootstrap[2211] runs at only ~31 % of a core: it waits. See for what: head /proc/2211/task/*/stack",
			"▲ READER TOO SLOW for 4.1 s: 3.14 MiB/s in, 3.05 out. Full in ~26 s.",
			"  do: it waits for something else, ~31 % of a core: head /proc/2211/task/*/stack",
		}},
		{"stopped, without a core", model.ConsumerStalled, starved(in('R', 0.02), 0.98), [4]string{
			"▲ READER STOPPED though it wants to run for 4.1 s; 413 KiB wait. Full in ~26 s; from then on events are refused.",
			"  do: too little CPU: it waits for a core ~98 % of the time and gets ~2.0 %. See: top, cpu.max of its cgroup, nice.",
			"▲ READER STOPPED though it wants to run for 4.1 s; 413 KiB wait. Full in ~26 s.",
			"  do: too little CPU: it waits for a core ~98 %. See top, cpu.max, nice.",
		}},
		{"slow, a noisy program", model.ConsumerSlow, noisy(in('R', 0.994)), [4]string{
			"▲ READER TOO SLOW for 4.1 s: 3.14 MiB/s come in, 3.05 MiB/s go out. Full in ~26 s; from then on events are refused.",
			"  do: noisy (program 315) writes ~97 % of the bytes: write fewer. bootstrap[2211] runs at ~99 % of a core.",
			"▲ READER TOO SLOW for 4.1 s: 3.14 MiB/s in, 3.05 out. Full in ~26 s.",
			"  do: noisy (program 315) writes ~97 % of the bytes: write fewer.",
		}},
		{"wrong header that the walk came to", model.Corrupt, wrongHeader(ringcore.ErrPageOffset, false), [4]string{
			"▲ WRONG HEADER at 02:14:07Z, position 1,158,783,040: the page offset is not that of this place.",
			"  do: resynchronised at the producer position. If it comes again, something writes where it has reserved nothing.",
			"▲ WRONG HEADER at 02:14:07Z, position 1,158,783,040: 40 00 00 c0 03 00 00 00.",
			"  do: resynchronised; if it comes again, something writes past its record.",
		}},
		{"wrong header before the reader", model.Corrupt, wrongHeader(ringcore.ErrPastBoundary, true), [4]string{
			"▲ WRONG HEADER at 02:14:07Z, position 1,158,783,040: 40 00 00 c0 03 00 00 00; it reaches past the next record.",
			"  do: the reader comes to it and may stop or lose its way there. Something writes where it has reserved nothing.",
			"▲ WRONG HEADER at 02:14:07Z, position 1,158,783,040: 40 00 00 c0 03 00 00 00.",
			"  do: the reader may stop there; something writes past its record.",
		}},
		{"another header than before", model.Corrupt, wrongHeader(ringcore.ErrRewritten, true), [4]string{
			"▲ WRONG HEADER at 02:14:07Z, position 1,158,783,040: 40 00 00 c0 03 00 00 00; another header stood here before.",
			"  do: the reader comes to it and may stop or lose its way there. Something writes where it has reserved nothing.",
			"▲ WRONG HEADER at 02:14:07Z, position 1,158,783,040: 40 00 00 c0 03 00 00 00.",
			"  do: the reader may stop there; something writes past its record.",
		}},
		{"no header where the reader is", model.Corrupt, wrongHeader(ringcore.ErrAstray, true), [4]string{
			"▲ WRONG HEADER at 02:14:07Z, position 1,158,783,040: 40 00 00 c0 03 00 00 00; the reader comes to no record here.",
			"  do: this header is wrong, or the consumer position, which user space wrote: look for a broken or a second reader.",
			"▲ WRONG HEADER at 02:14:07Z, position 1,158,783,040: 40 00 00 c0 03 00 00 00.",
			"  do: it, or the consumer position: look for a broken or second reader.",
		}},
		{"stopped by a signal", model.ConsumerStalled, in('T', 0), [4]string{
			"▲ READER STOPPED by a signal for 4.1 s; 413 KiB wait. Full in ~26 s; from then on events are refused.",
			"  do: somebody stopped bootstrap[2211] (SIGSTOP, or ctrl-z in a shell). Let it go on: kill -CONT 2211",
			"▲ READER STOPPED by a signal for 4.1 s; 413 KiB wait. Full in ~26 s.",
			"  do: let bootstrap[2211] go on: kill -CONT 2211",
		}},
		{"stopped in the kernel", model.ConsumerStalled, in('D', 0), [4]string{
			"▲ READER STOPPED blocked in the kernel for 4.1 s; 413 KiB wait. Full in ~26 s; from then on events are refused.",
			"  do: bootstrap[2211] thread 2215 waits for a disk, a network file system or a lock. As root: cat /proc/2215/stack",
			"▲ READER STOPPED blocked in the kernel for 4.1 s; 413 KiB wait. Full in ~26 s.",
			"  do: it waits for a disk or a lock: cat /proc/2215/stack",
		}},
		{"stopped, running", model.ConsumerStalled, in('R', 0.99), [4]string{
			"▲ READER STOPPED though it runs for 4.1 s; 413 KiB wait. Full in ~26 s; from then on events are refused.",
			"  do: bootstrap[2211] thread 2215 runs at ~99 % of a core: see where, perf top -t 2215",
			"▲ READER STOPPED though it runs for 4.1 s; 413 KiB wait. Full in ~26 s.",
			"  do: it runs at ~99 % of a core: see where, perf top -t 2215",
		}},
		{"stopped, asleep", model.ConsumerStalled, in('S', 0), [4]string{
			"▲ READER STOPPED and sleeps for 4.1 s; 413 KiB wait. Full in ~26 s; from then on events are refused.",
			"  do: bootstrap[2211] thread 2215 waits for something else: cat /proc/2215/stack",
			"▲ READER STOPPED and sleeps for 4.1 s; 413 KiB wait. Full in ~26 s, then losses.",
			"  do: bootstrap[2211] thread 2215 waits for something else: cat /proc/2215/stack",
		}},
		{"stopped by a debugger", model.ConsumerStalled, in('t', 0), [4]string{
			"▲ READER STOPPED by a debugger for 4.1 s; 413 KiB wait. Full in ~26 s; from then on events are refused.",
			"  do: a debugger holds bootstrap[2211]. Let it go on there, or see who it is: grep TracerPid /proc/2211/status",
			"▲ READER STOPPED by a debugger for 4.1 s; 413 KiB wait. Full in ~26 s.",
			"  do: let the debugger go on; who it is: grep TracerPid /proc/2211/status",
		}},
		{"stopped, nothing known", model.ConsumerStalled, evidence(), [4]string{
			"▲ READER STOPPED for 4.1 s: takes nothing, 413 KiB wait. Full in ~26 s; from then on events are refused.",
			"  do: bootstrap[2211] hangs, is stopped, or waits for something else. As root: cat /proc/2211/stack",
			"▲ READER STOPPED for 4.1 s: takes nothing, 413 KiB wait. Full in ~26 s.",
			"  do: see what bootstrap[2211] hangs on: cat /proc/2211/stack",
		}},
		{"nobody", model.NoConsumer, evidence(), [4]string{
			"▲ NOBODY READS for 4.1 s: no process has this ring open to read it; 413 KiB in 40 records wait. Full in ~26 s.",
			"  do: start the process that reads this ring; or take what waits from it: ringscope watch id:167 --consume",
			"▲ NOBODY READS for 4.1 s: 413 KiB in 40 records wait. Full in ~26 s.",
			"  do: start its reader, or take this from it: ringscope watch id:167 --consume",
		}},
		{"asleep", model.ReaderAsleep, with(func(e *model.Evidence) { e.Thread, e.Site = thread('S', 0), unwoken }), [4]string{
			"▲ READER NOT WOKEN for 4.1 s: 40 records wait, the reader sleeps: BPF_RB_NO_WAKEUP at open.bpf.c:23. Full in ~26 s.",
			"  do: submit with flags 0 there: that wakes a reader that has caught up. Or let the reader poll with a short timeout.",
			"▲ READER NOT WOKEN for 4.1 s: 40 records wait; NO_WAKEUP at open.bpf.c:23.",
			"  do: submit with flags 0 at open.bpf.c:23, or poll with a timeout.",
		}},
		{"asleep, no site", model.ReaderAsleep, in('S', 0), [4]string{
			"▲ READER NOT WOKEN for 4.1 s: 40 records wait, and bootstrap[2211] thread 2215 sleeps. Full in ~26 s, then losses.",
			"  do: look for BPF_RB_NO_WAKEUP in the programs that write, or an epoll with EPOLLET that stopped reading too early.",
			"▲ READER NOT WOKEN for 4.1 s: 40 records wait, the reader sleeps. Full in ~26 s.",
			"  do: look for BPF_RB_NO_WAKEUP, or epoll with EPOLLET that stopped too early.",
		}},
		{"stuck", model.HeadBusy, with(func(e *model.Evidence) {
			e.Program, e.Site = model.Program{ID: 314, Name: "handle_exec"}, model.Site{Call: "reserve", File: "exec.bpf.c", Line: 41}
		}), [4]string{
			"▲ STUCK BEHIND ONE RECORD for 4.1 s: reserved, not submitted yet. 413 KiB wait behind it. Full in ~26 s, then losses.",
			"  do: handle_exec (program 314) takes too long between its reserve (exec.bpf.c:41) and the submit: shorten that.",
			"▲ STUCK BEHIND ONE RECORD for 4.1 s: 413 KiB wait. Full in ~26 s.",
			"  do: handle_exec (program 314) reserves at exec.bpf.c:41, submits too late.",
		}},
		{"blocked", model.ReserveBlocked, evidence(), [4]string{
			"▲ WRITERS BLOCKED BY AN OLD RECORD for 62 s: new ones are refused; only 12 % full.",
			"  do: the program that reserved it takes too long between reserve and submit: shorten that.",
			"▲ WRITERS BLOCKED BY AN OLD RECORD for 62 s: new ones are refused, 12 % full.",
			"  do: its writer takes too long between reserve and submit: shorten that.",
		}},
		{"blocked, counted", model.ReserveBlocked, with(func(e *model.Evidence) { e.Refused, e.Used = model.Of[uint64](16756), 0 }), [4]string{
			"▲ WRITERS BLOCKED BY AN OLD RECORD for 62 s: 16,756 refused so far; only 0 % full.",
			"  do: the program that reserved it takes too long between reserve and submit: shorten that.",
			"▲ WRITERS BLOCKED BY AN OLD RECORD for 62 s: 16,756 refused so far, 0 % full.",
			"  do: its writer takes too long between reserve and submit: shorten that.",
		}},
		{"stopped, and full", model.ConsumerStalled, with(func(e *model.Evidence) {
			e.Thread, e.RingIsFull, e.Refused = thread('T', 0), true, model.Of[uint64](16756)
		}), [4]string{
			"▲ READER STOPPED by a signal for 4.1 s; 413 KiB wait. Full: 16,756 refused so far.",
			"  do: somebody stopped bootstrap[2211] (SIGSTOP, or ctrl-z in a shell). Let it go on: kill -CONT 2211",
			"▲ READER STOPPED by a signal for 4.1 s; 413 KiB wait. Full: 16,756 refused.",
			"  do: let bootstrap[2211] go on: kill -CONT 2211",
		}},
		{"slow, and full", model.ConsumerSlow, with(func(e *model.Evidence) {
			e.Thread, e.RingIsFull, e.Refused, e.PerSecond = thread('R', 0.994), true, model.Of[uint64](16756), 2670
		}), [4]string{
			"▲ READER TOO SLOW for 4.1 s: the ring is full. 2.67 k/s are refused, 16,756 so far; 3.05 MiB/s go out.",
			"  do: bootstrap[2211] runs at ~99 % of a core. Give it less work per event. A bigger ring only delays this.",
			"▲ READER TOO SLOW for 4.1 s: full, 2.67 k/s refused, 16.8 k so far.",
			"  do: bootstrap[2211] runs at ~99 % of a core: less work per event there.",
		}},
		{"a second burst", model.Burst, with(func(e *model.Evidence) { e.Peak, e.Count = 6*mib, 2 }), [4]string{
			"▲ BURST TOO BIG at 02:11:07Z: 5.10 MiB in 0.4 s filled it to 75 %, 2.00 MiB were left. The reader keeps up otherwise.",
			"  do: 16 MiB (max_entries = 16777216) leaves room for more; or spread what is written at once.",
			"▲ BURST TOO BIG at 02:11:07Z: 5.10 MiB in 0.4 s, 75 % full, 2.00 MiB were left.",
			"  do: make it 16 MiB (max_entries = 16777216), or spread the writes.",
		}},
		{"too full, with a size", model.DropProne, with(func(e *model.Evidence) { e.ProneFor, e.ProneWindow = 600*time.Millisecond, 10*time.Second }), [4]string{
			"▲ PROBABLY LOSING EVENTS since 02:13:05Z: no room for a 4 KiB record, in all 0.6 s of the last 10 s.",
			"  do: make it at least 16 MiB (max_entries = 16777216), or read more often.",
			"▲ PROBABLY LOSING EVENTS no room for 4 KiB, in all 0.6 s of the last 10 s.",
			"  do: make it at least 16 MiB (max_entries = 16777216), or read more often.",
		}},
		{"overwritten", model.Overwritten, evidence(), [4]string{
			"▲ OVERWRITTEN UNREAD for 62 s: ≥2.10 MiB never reached the reader, last at 02:14:07Z.",
			"  do: let bootstrap[2211] come more often, with less work per event, or make the ring larger.",
			"▲ OVERWRITTEN UNREAD for 62 s: ≥2.10 MiB never reached the reader.",
			"  do: let the reader come more often, do less per event, or enlarge the ring.",
		}},
		{"burst", model.Burst, evidence(), [4]string{
			"▲ BURST TOO BIG at 02:11:07Z: 5.10 MiB in 0.4 s filled it to 97 %, 205 KiB were left. The reader keeps up otherwise.",
			"  do: 16 MiB (max_entries = 16777216) leaves room for more; or spread what is written at once.",
			"▲ BURST TOO BIG at 02:11:07Z: 5.10 MiB in 0.4 s, 97 % full, 205 KiB were left.",
			"  do: make it 16 MiB (max_entries = 16777216), or spread the writes.",
		}},
		{"undersized", model.Undersized, evidence(), [4]string{
			"▲ RING TOO SMALL at 02:11:07Z: 97 % full, 205 KiB were left, and no slow reader explains it.",
			"  do: make it 16 MiB (max_entries = 16777216). It costs that much memory, and nothing else.",
			"▲ RING TOO SMALL at 02:11:07Z: 97 % full, 205 KiB were left.",
			"  do: make it 16 MiB (max_entries = 16777216).",
		}},
		{"discards", model.DiscardHeavy, evidence(), [4]string{
			"▲ MUCH IS THROWN AWAY for 62 s: 41 % of the bytes and 38 % of the records are reserved, then discarded.",
			"  do: filter before bpf_ringbuf_reserve, or build the event on the stack and hand it over with bpf_ringbuf_output.",
			"▲ MUCH IS THROWN AWAY for 62 s: 41 % of the bytes are reserved, then discarded.",
			"  do: filter before bpf_ringbuf_reserve.",
		}},
		{"empty", model.OversizedRecord, noisy(with(func(e *model.Evidence) { e.Ratio = 0.78 })), [4]string{
			"▲ RECORDS MOSTLY EMPTY for 62 s: ~78 % of the payload is zeros at its end; most bytes are in records of 512 B.",
			"  do: hand over only what is used in noisy (program 315): bpf_ringbuf_output with the real length.",
			"▲ RECORDS MOSTLY EMPTY for 62 s: ~78 % of the payload is zeros at its end.",
			"  do: hand over only what is used in noisy (program 315): bpf_ringbuf_output.",
		}},
		{"wake-ups", model.WakeupPerRecord, in('S', 0.4), [4]string{
			"▲ A WAKE-UP PER RECORD for 62 s: bootstrap[2211] thread 2215 wakes up 9.80 k/s for ~1.0 records each time.",
			"  do: submit with BPF_RB_NO_WAKEUP, and with BPF_RB_FORCE_WAKEUP once a batch (bpf_ringbuf_query says how much waits).",
			"▲ A WAKE-UP PER RECORD for 62 s: 9.80 k/s, ~1.0 records each time.",
			"  do: submit with BPF_RB_NO_WAKEUP, and FORCE_WAKEUP once a batch.",
		}},
		{"large", model.Oversized, with(func(e *model.Evidence) { e.Peak, e.Needed, e.For = 80<<10, 256<<10, 10*time.Minute }), [4]string{
			"▲ RING LARGER THAN NEEDED for 10 min: never more than 1.0 % full.",
			"  do: nothing has to be done; 256 KiB (max_entries = 262144) would save 7.75 MiB.",
			"▲ RING LARGER THAN NEEDED for 10 min: never more than 1.0 % full.",
			"  do: nothing has to be done; 256 KiB would save 7.75 MiB.",
		}},
		{"drops, a noisy program", model.DropsCounted, noisy(with(func(e *model.Evidence) { e.Count, e.PerSecond, e.How = 120000, 1204, "program" })), [4]string{
			"▲ LOSING EVENTS for 62 s: 120,000 events refused so far, 1.20 k/s now (counted by the program itself).",
			"  do: noisy (program 315) writes ~97 % of the bytes (512 B records): write fewer of them, or use a ring of their own.",
			"▲ LOSING EVENTS for 62 s: 120,000 refused so far, 1.20 k/s now.",
			"  do: noisy (program 315) writes ~97 % of the bytes: write fewer.",
		}},
		{"two readers", model.ManyReaders, with(func(e *model.Evidence) { e.Count = 3 }), [4]string{
			"▲ TWO READERS for 62 s: bootstrap[2211] and spy[2300] both read, each misses what the other takes.",
			"  do: a ring can have one reader only: stop the other, or give it a ring of its own.",
			"▲ TWO READERS for 62 s: bootstrap[2211] and spy[2300]; each misses events.",
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

// TestWhatIsPastIsToldSo: while a finding stays for a moment, line 2 does not say that something waits which was taken.
func TestWhatIsPastIsToldSo(t *testing.T) {
	full := with(func(e *model.Evidence) { e.RingIsFull, e.Thread = true, thread('T', 0) })
	f := model.Finding{Code: model.ConsumerStalled, Severity: model.Problem, Since: now.Add(-time.Minute), Past: true, Evidence: full}
	for width, want := range map[int]string{
		118: "▲ READER STOPPED until a moment ago, for 4.1 s: bootstrap[2211] took nothing while 413 KiB in 40 records waited.",
		80:  "▲ READER STOPPED until a moment ago, for 4.1 s: 413 KiB waited.",
		40:  "▲ READER STOPPED for 4.1 s, until now.",
	} {
		v := Judge(text.UTF8, &model.Moment{Sample: sample(), Findings: []model.Finding{f}}, now, width)
		if v.Second() != want || strings.Contains(v.Third(), "CONT") {
			t.Errorf("%d: %q, %q", width, v.Second(), v.Third())
		}
	}
}

// TestEventOfWhatStoodAlready: what was so on arrival did not begin then.
func TestEventOfWhatStoodAlready(t *testing.T) {
	for before, want := range map[bool]string{true: " reader stopped stood already", false: " reader stopped began"} {
		m := model.Mark{At: now, Kind: model.MarkBegan, Code: model.ConsumerStalled, Before: before}
		if got := Event(text.UTF8, m); got != text.Clock(now)+want {
			t.Errorf("before %t: %q", before, got)
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

// TestTheNewcomerIsNamed asserts that the reader that began last is named, and none where that is not known of all.
func TestTheNewcomerIsNamed(t *testing.T) {
	for _, c := range []struct {
		began [2]time.Time
		want  string
	}{
		{[2]time.Time{now.Add(-time.Hour), now.Add(-time.Minute)}, "spy[2300] came last, at 02:13:07Z: "},
		{[2]time.Time{now.Add(-time.Minute), now.Add(-time.Hour)}, "bootstrap[2211] came last, at 02:13:07Z: "},
		{[2]time.Time{now, now}, "a ring can have one reader only"},
		{[2]time.Time{{}, now}, "a ring can have one reader only"},
	} {
		s := sample()
		s.Ring.ReaderAt = []model.Process{{PID: 2211, Comm: "bootstrap", Began: c.began[0]}, {PID: 2300, Comm: "spy", Began: c.began[1]}}
		said := Finding(text.UTF8, model.Finding{Code: model.ManyReaders, Since: now}, s, now)
		if !strings.HasPrefix(said.Advice[0], c.want) {
			t.Errorf("%v: %q, want %q", c.began, said.Advice[0], c.want)
		}
	}
}

// TestAdviceGoesOnAfterDo asserts that all advice is of one style: it goes on after `do:`, in lower case.
func TestAdviceGoesOnAfterDo(t *testing.T) {
	for _, code := range Codes() {
		for _, e := range []model.Evidence{{}, evidence(), noisy(in('T', 0)), in('t', 0), in('D', 0), in('R', 0.9), in('S', 0), in('Z', 0)} {
			for _, s := range []*model.Sample{nil, sample()} {
				for _, a := range Finding(text.UTF8, model.Finding{Code: code, Since: now, Evidence: e}, s, now).Advice {
					if a[0] >= 'A' && a[0] <= 'Z' && !strings.HasPrefix(a, "BPF_") {
						t.Errorf("%s: %q", code, a)
					}
				}
			}
		}
	}
}

// TestOrdinaryVerdictsAreWhole wants no sentence cut at 80 columns, nor at 60, when figures and names are as long as they usually get.
func TestOrdinaryVerdictsAreWhole(t *testing.T) {
	long := func(e *model.Evidence) {
		e.In, e.Out, e.Full = model.Known(1023e6, model.AtLeast), model.Known(1022e6, model.AtLeast), model.Known(252*time.Second, model.Sampled)
		e.Waiting, e.WaitingR, e.For = 1023<<10, model.Known[uint64](123456789, model.Sampled), 252*time.Second
		e.Position, e.Raw, e.Why = 123456789012, model.Of(^uint64(0)), "the page offset is 4294967295, expected 285"
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
				f.Evidence.Program, f.Evidence.Site, f.Evidence.Dominant, f.Evidence.DominantPart = who, site, model.LengthCount{Length: 65528, Records: 64}, 0.999
			case 2:
				f.Evidence.Site, f.Evidence.Dominant, f.Evidence.DominantPart = forced, model.LengthCount{Length: 65528, Records: 64}, 0.99
			}
			for _, of := range ringcore.Formats {
				s := sample()
				s.Ring.Format = of
				for _, width := range []int{80, 60} {
					v := Judge(text.UTF8, &model.Moment{Sample: s, Findings: []model.Finding{f}}, now, width)
					if strings.HasSuffix(v.Text, "…") || strings.HasSuffix(v.Do, "…") {
						t.Fatalf("%s of %s is cut at %d:\n%s\n%s", code, of.Name, width, v.Second(), v.Third())
					}
					for _, foreign := range []string{"/proc", "kill", "cgroup", "perf ", "epoll", " BPF_RB", "bpf_ringbuf_reserve", "bpf_ringbuf_query"} {
						if of != ringcore.Linux && (strings.Contains(v.Text, foreign) || strings.Contains(v.Do, foreign)) {
							t.Fatalf("%s of %s speaks of %s:\n%s\n%s", code, of.Name, foreign, v.Second(), v.Third())
						}
					}
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

// TestRoomIsThatOfTheFormat: what is left of a ring is up to what can be in use in its format.
func TestRoomIsThatOfTheFormat(t *testing.T) {
	for f, want := range map[*ringcore.Format]string{
		ringcore.Linux: "100 B were left", ringcore.Windows: "108 B were left", ringcore.WindowsLegacy: "107 B were left",
	} {
		const size = 4096
		s := &model.Sample{Ring: &model.Ring{Format: f, Geometry: f.Geometry(size, size)}}
		e := model.Evidence{Size: size, Peak: size - 108, Largest: 24}
		said := Finding(text.UTF8, model.Finding{Code: model.Undersized, Since: now, Evidence: e}, s, now)
		if !strings.Contains(said.Sentences[0], want) {
			t.Errorf("%s: %q, want %q", f.Name, said.Sentences[0], want)
		}
		s.Occupancy.Peak, s.Largest = model.Of[uint64](size-25), model.Of[uint64](24)
		fits := strings.Contains(strings.Join(lately(text.UTF8, s), " "), "would have fitted")
		if fits != (f.Slack <= 1) {
			t.Errorf("%s: a record of 24 bytes fits into the last 25: %t", f.Name, fits)
		}
	}
}

// TestForgedPositionsOfUserRings: whichever position does not fit, the kernel wrote that of the reader.
func TestForgedPositionsOfUserRings(t *testing.T) {
	s := &model.Sample{Ring: &model.Ring{Source: model.SourceBPF, Type: model.TypeUserRingbuf, Format: ringcore.Linux}}
	for _, e := range []model.Evidence{
		{Wrong: model.ConsumerPosition, Ahead: 4096},
		{Wrong: model.ConsumerPosition, Waiting: 1 << 40},
		{Wrong: model.ProducerPosition, Position: 4, Misaligned: true},
	} {
		for _, advice := range Finding(text.UTF8, model.Finding{Code: model.PositionInvalid, Since: now, Evidence: e}, s, now).Advice {
			if strings.Contains(advice, "reader") || !strings.Contains(advice, "broken writer") {
				t.Errorf("%+v: %q", e, advice)
			}
		}
	}
}

// TestNoLargerRingIsAdvised: 2 GiB is the most that a ring can have.
func TestNoLargerRingIsAdvised(t *testing.T) {
	for _, code := range []model.Code{model.DropsCounted, model.DropProne, model.Overwritten, model.Burst, model.Undersized} {
		e := model.Evidence{Size: model.MaxRingSize, Used: 1 << 30, Peak: 1 << 30, Largest: 112, Count: 3, Came: 1 << 30}
		said := Finding(text.UTF8, model.Finding{Code: code, Since: now, Evidence: e}, nil, now)
		for _, advice := range said.Advice {
			if strings.Contains(advice, "a larger ring") || strings.Contains(advice, "make ") || strings.Contains(advice, "4294967296") {
				t.Errorf("%s: %q", code, advice)
			}
		}
		if len(said.Advice) == 0 {
			t.Errorf("%s: no advice", code)
		}
	}
}
