package words

import (
	"fmt"
	"strings"

	"ringscope/model"
	"ringscope/ui/text"
)

// Shares of a core between which a reader that is too slow is neither at its limit nor mostly waiting.
const (
	shareBusy = 0.85
	shareIdle = 0.5
	starving  = 0.25 // share of the time waiting for a core from which on that is what is wrong
)

func consumerSlow(x *teller) (sentences, advice []string) {
	return x.slowness(), x.lessWork()
}

func (x *teller) slowness() []string {
	if x.e.RingIsFull {
		return x.slowAndFull()
	}
	long, short := x.since()+": ", x.sinceBrief()+": "
	if x.e.In.Known() && x.e.Out.Known() {
		in, out := text.ByteRatePair(x.e.In.V, x.e.Out.V)
		long += fmt.Sprintf("%s come in, %s go out.", text.Figure(x.c, x.e.In, text.ByteRate), text.Figure(x.c, x.e.Out, text.ByteRate))
		short += fmt.Sprintf("%s in, %s out.", in, out)
	} else {
		long += "more comes in than goes out."
		short += "more in than out."
	}
	if !x.e.Full.Known() {
		return []string{long, short}
	}
	in := text.Figure(x.c, x.e.Full, text.Lasting)
	return []string{
		long + " Full in " + in + "; from then on events are refused.",
		short + " Full in " + in + ", then losses.",
		short + " Full in " + in + ".",
		short,
	}
}

// slowAndFull says it of a full ring, where no more can come in than goes out.
func (x *teller) slowAndFull() []string {
	brief := x.sinceBrief() + ": full, events are refused."
	if !x.e.Out.Known() {
		return []string{x.since() + ": the ring is full, events are refused.", brief}
	}
	out := text.Figure(x.c, x.e.Out, text.ByteRate)
	if x.e.PerSecond > 0 {
		refused := text.Rate(x.e.PerSecond)
		sum, total := "", ""
		if r := x.e.Refused; r.Known() && r.V > 0 {
			sum, total = ", "+text.Figure(x.c, r, text.Count)+" so far", ", "+text.Figure(x.c, r, text.Roughly)+" so far"
		}
		return []string{
			x.since() + ": the ring is full. " + refused + " are refused" + sum + "; only as much comes in as goes out, " + out + ".",
			x.since() + ": the ring is full. " + refused + " are refused" + sum + "; " + out + " go out.",
			x.sinceBrief() + ": full, " + refused + " refused" + total + "; " + out + " out.",
			x.sinceBrief() + ": full, " + refused + " refused" + total + ".",
			x.sinceBrief() + ": full, " + refused + " refused.",
			brief,
		}
	}
	return []string{
		x.since() + ": the ring is full. Only as much comes in as goes out, " + out + "; the rest is refused.",
		x.sinceBrief() + ": full, " + out + " go out; the rest is refused.",
		brief,
	}
}

// starved says what helps a reader that waits for a core for a good part of the time; nil: it does not, or that is not known.
func (x *teller) starved() []string {
	s := x.waitsForCore()
	if !s.Known() || s.V < starving {
		return nil
	}
	brief := text.Figure(x.c, s, text.Percent)
	part := brief + " of the time"
	gets := ""
	if x.share().Known() {
		gets = " and gets " + text.Figure(x.c, x.share(), text.Percent)
	}
	if x.windows() {
		return []string{"too little CPU: " + x.thread() + " waits for a core " + part + gets + ".", "too little CPU: it waits for a core " + part + "."}
	}
	return []string{
		"too little CPU: " + x.thread() + " waits for a core " + part + gets + ". See: top, cpu.max of its cgroup, nice.",
		"too little CPU: it waits for a core " + part + gets + ". See: top, cpu.max of its cgroup, nice.",
		"too little CPU: it waits for a core " + brief + ". See top, cpu.max, nice.",
		"too little CPU: it waits for a core " + part + ".",
	}
}

// lessWork says what helps a reader that is too slow: that depends on what it is busy with, and on whose records fill the ring.
func (x *teller) lessWork() (advice []string) {
	if IsUserRing(x.ring()) {
		return []string{
			"let a BPF program call bpf_user_ringbuf_drain more often, or do less per record in its callback. A bigger ring only delays this.",
			"call bpf_user_ringbuf_drain more often, or do less in its callback.",
			"drain it more often, or do less per record.",
		}
	}
	const delays = " A bigger ring only delays this."
	who, r := x.thread(), x.reader()
	share := x.share()
	at := text.Figure(x.c, share, text.Percent) + " of a core"
	advice = x.starved()
	if long, short := x.noisy(); long != "" {
		const fewer = ": write fewer."
		if share.Known() {
			advice = []string{long + fewer + " " + r + " runs at " + at + ".", short + fewer + " " + r + " runs at " + at + "."}
		}
		return append(advice,
			long+": write fewer of them, or use a ring of their own.",
			long+fewer,
			short+fewer,
			"have less written, or do less per event.",
		)
	}
	switch {
	case advice != nil:
	case share.Known() && share.V >= shareBusy:
		advice = []string{
			r + " runs at " + at + ". Give it less work per event, or hand the work to another thread." + delays,
			r + " runs at " + at + ". Give it less work per event." + delays,
			r + " runs at " + at + ": less work per event there.",
		}
	case share.Known() && share.V < shareIdle && x.windows():
		advice = []string{
			who + " runs at only " + at + ": it waits for a lock, disk or network. See for what.",
			"it waits for something else, " + at + ": see for what.",
		}
	case share.Known() && share.V < shareIdle:
		stack := x.stack()
		advice = []string{
			who + " runs at only " + at + ": it waits for a lock, disk or network. As root: " + stack,
			who + " runs at only " + at + ": it waits. See for what: " + stack,
			"it waits for something else, " + at + ": " + stack,
			"see what it waits for: " + stack,
		}
	default:
		advice = []string{
			"give " + r + " less work per event, or hand the work to another thread." + delays,
			"less work per event in " + r + "; a bigger ring only delays this.",
		}
	}
	return append(advice, "less work per event in the reader.")
}

// waiting is what waits, in bytes and where known in records.
func (x *teller) waiting() (long, short string) {
	short = text.Bytes(x.e.Waiting)
	if x.e.WaitingR.Known() {
		if records := x.e.WaitingR; records.V > 0 {
			return fmt.Sprintf("%s in %s", short, text.Figure(x.c, records, func(n uint64) string { return text.Plural(n, "record") })), short
		}
	}
	return short, short
}

func consumerStalled(x *teller) (sentences, advice []string) {
	wait, bytes := x.waiting()
	if x.f.Past {
		return []string{
			"until a moment ago, " + x.since() + ": " + x.reader() + " took nothing while " + wait + " waited.",
			"until a moment ago, " + x.sinceBrief() + ": " + bytes + " waited.",
			x.sinceBrief() + ", until now.",
		}, []string{"see whether it goes on from here.", "see whether it goes on."}
	}
	how, advice := x.stopped()
	effects := x.effect()
	if how != "" {
		sentences = append(combine([]string{how + " " + x.since() + ": " + x.reader() + " takes nothing while " + wait + " wait."}, effects[:1]),
			combine([]string{how + " " + x.sinceBrief() + "; " + bytes + " wait."}, effects)...)
	} else {
		sentences = append(combine([]string{x.since() + ": " + x.reader() + " takes nothing while " + wait + " wait."}, effects[:1]),
			combine([]string{x.sinceBrief() + ": takes nothing, " + bytes + " wait."}, effects)...)
	}
	return append(sentences, x.sinceBrief()+", "+bytes+" wait."), advice
}

// stopped says in which state the reader is, if its thread is known, and what helps.
func (x *teller) stopped() (how string, advice []string) {
	if IsUserRing(x.ring()) {
		return "", []string{
			"only a BPF program that calls bpf_user_ringbuf_drain takes records: is it still attached, and called often enough?",
			"is the BPF program called that calls bpf_user_ringbuf_drain?",
			"is the BPF program called that drains it?",
		}
	}
	if x.windows() {
		return map[byte]string{'T': "and is suspended", 't': "by a debugger", 'R': "though it runs", 'Z': "and has ended", 'S': "and sleeps"}[x.e.Thread.State], []string{
			"see what " + x.reader() + " does instead: it hangs, is suspended, or waits for something else.",
			"see what the reader does instead: it hangs, is suspended, or waits.",
			"see what the reader does instead: it hangs or waits.",
		}
	}
	tid, r := x.tid(), x.reader()
	stack := x.stack()
	if x.e.Thread.TID == 0 {
		if tid == 0 {
			return "", []string{
				"see what the reader does instead: it hangs, is stopped, or waits for something else.",
				"see what the reader does instead: it hangs or is stopped.",
			}
		}
		return "", []string{
			r + " hangs, is stopped, or waits for something else. As root: " + stack,
			"see what " + r + " hangs on: " + stack,
			"as root: " + stack,
		}
	}
	pid := x.e.Thread.Process.PID
	if pid == 0 {
		pid = tid
	}
	switch x.e.Thread.State {
	case 'T':
		goOn := "kill -CONT " + x.id(pid)
		return "by a signal", []string{
			"somebody stopped " + r + " (SIGSTOP, or ctrl-z in a shell). Let it go on: " + goOn,
			"let " + r + " go on: " + goOn,
			goOn,
		}
	case 't':
		who := "grep TracerPid /proc/" + x.id(pid) + "/status"
		return "by a debugger", []string{
			"a debugger holds " + r + ". Let it go on there, or see who it is: " + who,
			"let the debugger go on; who it is: " + who,
			who,
		}
	case 'D':
		return "blocked in the kernel", []string{
			x.thread() + " waits for a disk, a network file system or a lock. As root: " + stack,
			x.thread() + " waits for a disk or a lock: " + stack,
			"it waits for a disk or a lock: " + stack,
			"as root: " + stack,
		}
	case 'R':
		if little := x.starved(); little != nil {
			return "though it wants to run", little
		}
		at := ""
		if s := x.share(); s.Known() {
			at = " at " + text.Figure(x.c, s, text.Percent) + " of a core"
		}
		perf := "perf top -t " + x.id(tid)
		return "though it runs", []string{
			x.thread() + " runs" + at + " and does not come back to the ring. See where: " + perf,
			x.thread() + " runs" + at + ": see where, " + perf,
			"it runs" + at + ": see where, " + perf,
			"see where it runs: " + perf,
		}
	case 'Z':
		return "and has ended", []string{
			r + " has ended, and its parent did not take note. Start it again.",
			"start the reader again.",
		}
	default:
		return "and sleeps", []string{
			x.thread() + " waits for something else, such as a lock or a full queue. As root: " + stack,
			x.thread() + " waits for something else: " + stack,
			"it waits for something else: " + stack,
			"as root: " + stack,
		}
	}
}

func noConsumer(x *teller) (sentences, advice []string) {
	wait, bytes := x.waiting()
	effects := x.effect()
	sentences = append(combine([]string{x.since() + ": no process has this ring open to read it; " + wait + " wait."}, effects),
		combine([]string{x.sinceBrief() + ": " + wait + " wait.", x.sinceBrief() + ": " + bytes + " wait."}, effects)...)
	for _, names := range []string{x.programs(3), x.programs(1)} {
		if names != "" {
			advice = append(advice, "start the process that reads what "+names+".")
		}
	}
	advice = append(advice, "start the process that reads this ring.", "start its reader.")
	if r := x.ring(); r != nil && r.ID != 0 {
		take := fmt.Sprintf("ringscope watch id:%d --consume", r.ID)
		longer := strings.TrimSuffix(advice[0], ".") + "; or take what waits from it: " + take
		advice = append([]string{longer}, append([]string{"start its reader, or take this from it: " + take}, advice...)...)
	}
	return sentences, advice
}

// programs says who writes, at most so many by name: `sim_exec and 2 more write`; empty: unknown.
func (x *teller) programs(most int) string {
	r := x.ring()
	if r == nil || len(r.Programs) == 0 {
		return ""
	}
	var names []string
	for _, p := range r.Programs[:min(most, len(r.Programs))] {
		names = append(names, x.c.Name(p.Name))
	}
	said := strings.Join(names, ", ")
	switch more := len(r.Programs) - len(names); {
	case more > 0:
		return fmt.Sprintf("%s and %d more write", said, more)
	case len(names) == 1:
		return said + " writes"
	}
	return said + " write"
}

func readerAsleep(x *teller) (sentences, advice []string) {
	span := x.sinceBrief() + ": "
	what := text.Bytes(x.e.Waiting)
	if r := x.e.WaitingR; r.Known() && r.V > 0 {
		what = text.Figure(x.c, r, func(n uint64) string { return text.Plural(n, "record") })
	}
	effects := x.effect()
	brief := combine([]string{span + what + " wait, the reader sleeps."}, effects)
	least := span + text.Bytes(x.e.Waiting) + " wait."
	sentences = append(combine([]string{span + what + " wait, and " + x.thread() + " sleeps."}, effects), append(brief, least)...)
	if isLegacy(x.ring()) { // its driver knew no flags
		return sentences, []string{
			"let the reader ask again after a timeout: nothing told it that records are there.",
			"let the reader ask again after a timeout.",
		}
	}
	flag := "BPF_RB_NO_WAKEUP"
	if x.windows() {
		flag = "EBPF_RINGBUF_FLAG_NO_WAKEUP"
	}
	if x.e.Site.WakeUp == model.WakeNone {
		at := x.line()
		switch {
		case at != "":
			at = " at " + at
		case x.program() != "":
			at = " by " + x.program()
		}
		sentences = combine([]string{
			span + what + " wait, " + x.thread() + " sleeps: written with " + flag + at + ".",
			span + what + " wait, the reader sleeps: " + flag + at + ".",
			span + what + " wait; NO_WAKEUP" + at + ".",
		}, effects)
		sentences = append(sentences, span+text.Bytes(x.e.Waiting)+" wait; NO_WAKEUP"+at+".")
		sentences = append(sentences, append(brief, least)...)
		if x.windows() {
			return sentences, []string{
				"submit with flags 0 there: that sets the event for which the reader waits. Or let the reader wait with a timeout.",
				"submit with flags 0" + at + ", or let the reader wait with a timeout.",
				"submit with flags 0 there, or let the reader wait with a timeout.",
				"submit with flags 0, or wait with a timeout.",
			}
		}
		call := "submit"
		if x.e.Site.Call == "output" {
			call = "output"
		}
		return sentences, []string{
			call + " with flags 0 there: that wakes a reader that has caught up. Or let the reader poll with a short timeout.",
			call + " with flags 0" + at + ", or poll with a timeout.",
			call + " with flags 0 there, or let the reader poll with a timeout.",
			call + " with flags 0, or poll with a timeout.",
		}
	}
	if x.windows() {
		return sentences, []string{"look for " + flag + " in what writes, or let the reader wait with a timeout.", "let the reader wait with a timeout."}
	}
	return sentences, []string{
		"look for BPF_RB_NO_WAKEUP in the programs that write, or an epoll with EPOLLET that stopped reading too early.",
		"look for BPF_RB_NO_WAKEUP, or epoll with EPOLLET that stopped too early.",
		"look for BPF_RB_NO_WAKEUP in the programs.",
	}
}

func manyReaders(x *teller) (sentences, advice []string) {
	const each = "each misses what the other takes."
	since := x.stood() + ": "
	var names []string
	if r := x.ring(); r != nil && len(r.ReaderAt) > 1 {
		for _, p := range r.ReaderAt {
			names = append(names, Process(x.c, p))
		}
	}
	back := ""
	if x.e.Count > 0 {
		back = since + "the consumer position went back " + text.Plural(x.e.Count, "time")
		sentences = []string{back + ": " + each, back + "."}
	}
	switch {
	case len(names) == 2:
		both := since + names[0] + " and " + names[1]
		sentences = append([]string{both + " both read, " + each, both + ", " + each, both + "; each misses events.", since + "2 processes read, " + each, both + "."}, sentences...)
	case len(names) > 2:
		sentences = append([]string{
			fmt.Sprintf("%s%s, %s and %d more read: %s", since, names[0], names[1], len(names)-2, each),
			fmt.Sprintf("%s%d processes read: %s", since, len(names), each),
		}, sentences...)
	case back == "":
		sentences = []string{since + "more than one process reads: " + each, since + each}
	}
	if who, at := x.newcomer(); who != "" {
		advice = []string{
			who + " came last, at " + at + ": stop it, or give it a ring of its own. A ring can have one reader only.",
			"stop " + who + ", which came last (" + at + "), or give it its own ring.",
			"stop " + who + ", which came last (" + at + ").",
			"stop " + who + ", which came last.",
		}
	}
	return append(sentences, since+"each misses events."), append(advice,
		"a ring can have one reader only: stop the other, or give it a ring of its own.",
		"stop one of them: a ring can have one reader only.",
	)
}

// newcomer is the reader that began last, and when; empty: it can't be told which.
func (x *teller) newcomer() (who, at string) {
	r := x.ring()
	if r == nil || len(r.ReaderAt) < 2 {
		return "", ""
	}
	var last model.Process
	for _, p := range r.ReaderAt {
		switch {
		case p.Began.IsZero():
			return "", ""
		case p.Began.After(last.Began):
			last, who = p, Process(x.c, p)
		case p.Began.Equal(last.Began):
			who = ""
		}
	}
	return who, text.Clock(last.Began)
}
