package words

import (
	"fmt"

	"ringscope/model"
	"ringscope/ui/text"
)

// Shares of a core between which a reader that is too slow is neither at its limit nor mostly waiting.
const (
	shareBusy = 0.85
	shareIdle = 0.5
)

func consumerSlow(x *teller) (sentences, advice []string) {
	return x.slowness(), x.lessWork()
}

func (x *teller) slowness() []string {
	span := text.Lasting(x.lasted())
	if x.e.RingIsFull {
		return x.slowAndFull(span)
	}
	long, short := "for "+span+x.orLonger()+": ", x.atLeast()+span+": "
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
		short + " Full in " + in + ", then refused.",
		short + " Full in " + in + ".",
		short,
	}
}

// slowAndFull says it of a full ring, where no more can come in than goes out.
func (x *teller) slowAndFull(span string) []string {
	brief := x.atLeast() + span + ". Full: events are refused."
	if !x.e.Out.Known() {
		return []string{"for " + span + x.orLonger() + ". The ring is full: events are refused.", brief}
	}
	out := text.Figure(x.c, x.e.Out, text.ByteRate)
	if x.e.PerSecond > 0 {
		refused := text.Rate(x.e.PerSecond)
		return []string{
			"for " + span + x.orLonger() + ". The ring is full: only as much comes in as goes out, " + out + "; " + refused + " are refused.",
			x.atLeast() + span + ". Full: " + out + " go out, " + refused + " refused.",
			x.atLeast() + span + ". Full: " + refused + " refused.",
			brief,
		}
	}
	return []string{
		"for " + span + x.orLonger() + ". The ring is full: only as much comes in as goes out, " + out + "; the rest is refused.",
		x.atLeast() + span + ". Full: " + out + " go out, no more can come in.",
		brief,
	}
}

// lessWork says what helps a reader that is too slow: that depends on what it is busy with, and on whose records fill the ring.
func (x *teller) lessWork() []string {
	const delays = " A bigger ring only delays this."
	who, r := x.thread(), x.reader()
	share := x.e.Thread.Share
	at := text.Figure(x.c, share, text.Percent) + " of a core"
	var advice []string
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
	case share.Known() && share.V >= shareBusy:
		advice = []string{
			r + " runs at " + at + ". Give it less work per event, or hand the work to another thread." + delays,
			r + " runs at " + at + ". Give it less work per event." + delays,
			r + " runs at " + at + ": less work per event there.",
		}
	case share.Known() && share.V < shareIdle:
		stack := "cat /proc/" + x.id(x.tid()) + "/stack"
		advice = []string{
			who + " runs at only " + at + ": it waits for a lock, disk or network. As root: " + stack,
			who + " runs at only " + at + ": it waits. See for what: " + stack,
			"it waits for something else, " + at + ": " + stack,
			"see what it waits for: " + stack,
		}
	default:
		advice = []string{
			"Give " + r + " less work per event, or hand the work to another thread." + delays,
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
	span := text.Lasting(x.lasted())
	wait, bytes := x.waiting()
	how, advice := x.stopped()
	if how != "" {
		sentences = []string{
			how + ": " + x.reader() + " took nothing for " + span + x.orLonger() + " while " + wait + " wait.",
			how + ": took nothing for " + x.atLeast() + span + " while " + bytes + " wait.",
			how + ": " + x.atLeast() + span + ", " + bytes + " wait.",
		}
	}
	return append(sentences,
		"took nothing for "+span+x.orLonger()+" while "+wait+" wait.",
		"took nothing for "+x.atLeast()+span+" while "+bytes+" wait.",
		x.atLeast()+span+", "+bytes+" wait.",
	), advice
}

// stopped says in which state the reader is, if its thread is known, and what helps.
func (x *teller) stopped() (how string, advice []string) {
	tid, r := x.tid(), x.reader()
	stack := "cat /proc/" + x.id(tid) + "/stack"
	if x.e.Thread.TID == 0 {
		if tid == 0 {
			return "", []string{
				"See what the reader does instead: it hangs, is stopped, or waits for something else.",
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
			"Somebody stopped " + r + " (SIGSTOP, or ctrl-z in a shell). Let it go on: " + goOn,
			"let " + r + " go on: " + goOn,
			goOn,
		}
	case 't':
		who := "grep TracerPid /proc/" + x.id(pid) + "/status"
		return "by a debugger", []string{
			"A debugger holds " + r + ". Let it go on there, or see who it is: " + who,
			"let the debugger go on; who it is: " + who,
			who,
		}
	case 'D':
		return "blocked in the kernel", []string{
			x.thread() + " waits for a disk, a network file system or a lock. As root: " + stack,
			x.thread() + " waits for a disk or a lock: " + stack,
			"as root: " + stack,
		}
	case 'R':
		at := ""
		if s := x.e.Thread.Share; s.Known() {
			at = " at " + text.Figure(x.c, s, text.Percent) + " of a core"
		}
		perf := "perf top -t " + x.id(tid)
		return "though it runs", []string{
			x.thread() + " runs" + at + " and does not come back to the ring. See where: " + perf,
			x.thread() + " runs" + at + ": see where, " + perf,
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
			"as root: " + stack,
		}
	}
}

func noConsumer(x *teller) (sentences, advice []string) {
	span := text.Lasting(x.lasted())
	wait, bytes := x.waiting()
	sentences = []string{
		"no process has this ring open to read it; " + wait + " wait for " + span + x.orLonger() + ".",
		"no process reads; " + bytes + " wait for " + x.atLeast() + span + ".",
		bytes + " wait for " + x.atLeast() + span + ".",
	}
	if r := x.ring(); r != nil && r.ID != 0 {
		take := fmt.Sprintf("ringscope watch id:%d --consume", r.ID)
		return sentences, []string{
			"Start the program that reads this ring, or look at the records by taking them: " + take,
			"start its reader, or take the records: " + take,
			take,
		}
	}
	return sentences, []string{"Start the program that reads this ring.", "start its reader."}
}

func readerAsleep(x *teller) (sentences, advice []string) {
	span := x.atLeast() + text.Lasting(x.lasted())
	what := text.Bytes(x.e.Waiting)
	if r := x.e.WaitingR; r.Known() && r.V > 0 {
		what = text.Figure(x.c, r, func(n uint64) string { return text.Plural(n, "record") })
	}
	brief := what + " wait " + span + ", the reader sleeps."
	least := text.Bytes(x.e.Waiting) + " wait " + span + "."
	sentences = []string{what + " wait for " + span + ", and " + x.thread() + " sleeps.", brief, least}
	if x.e.Site.WakeUp == model.WakeNone {
		at := x.line()
		switch {
		case at != "":
			at = " at " + at
		case x.program() != "":
			at = " by " + x.program()
		}
		sentences = []string{
			what + " wait " + span + ", " + x.thread() + " sleeps: written with BPF_RB_NO_WAKEUP" + at + ".",
			what + " wait for " + span + ", the reader sleeps: BPF_RB_NO_WAKEUP" + at + ".",
			what + " wait " + span + ": NO_WAKEUP" + at + ".",
			brief, least,
		}
		call := "submit"
		if x.e.Site.Call == "output" {
			call = "output"
		}
		return sentences, []string{
			"There " + call + " with flags 0: that wakes a reader that has caught up. Or let the reader poll with a short timeout.",
			call + " with flags 0 there, or let the reader poll with a timeout.",
			call + " with flags 0, or poll with a timeout.",
		}
	}
	return sentences, []string{
		"Look for BPF_RB_NO_WAKEUP in the programs that write, or an epoll with EPOLLET that stopped reading too early.",
		"look for BPF_RB_NO_WAKEUP, or epoll with EPOLLET that stopped too early.",
		"look for BPF_RB_NO_WAKEUP in the programs.",
	}
}

func manyReaders(x *teller) (sentences, advice []string) {
	const each = "each misses what the other takes."
	var names []string
	if r := x.ring(); r != nil && len(r.ReaderAt) > 1 {
		for _, p := range r.ReaderAt {
			names = append(names, Process(x.c, p))
		}
	}
	back := ""
	if x.e.Count > 0 {
		back = "the consumer position went back " + text.Plural(x.e.Count, "time")
		sentences = []string{back + ": " + each, back + "."}
	}
	switch {
	case len(names) == 2:
		both := names[0] + " and " + names[1]
		sentences = append([]string{both + " both read: " + each, both + "."}, sentences...)
	case len(names) > 2:
		sentences = append([]string{
			fmt.Sprintf("%s, %s and %d more read: %s", names[0], names[1], len(names)-2, each),
			fmt.Sprintf("%d processes read: %s", len(names), each),
		}, sentences...)
	case back == "":
		sentences = []string{"more than one process reads: " + each, each}
	}
	advice = []string{
		"A ring can have one reader only: stop the other, or give it a ring of its own.",
		"stop one of them: a ring can have one reader only.",
	}
	return append(sentences, "each misses records."), advice
}
