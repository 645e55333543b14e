package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// paneLabel is the room that names have at the left of a page.
const paneLabel = 9

// fact is a line of a page: a name, and what is said under it.
func (b *builder) fact(name, said string, topic words.Topic) sheetLine {
	s := b.set.Cut(b.set.Spell(said), b.w-paneLabel)
	return sheetLine{
		b.say(0, b.th.Dim, name).about(topic),
		part{x: paneLabel, text: s, style: b.th.Text, topic: topic},
	}
}

// facts are lines under one name.
func (b *builder) facts(name string, said []string, topic words.Topic) []sheetLine {
	var out []sheetLine
	for _, s := range said {
		out = append(out, b.fact(name, s, topic))
		name = ""
	}
	return out
}

// reader is who reads the ring, how, and who else has to do with it.
func (b *builder) reader() sheet {
	r := ring(b.m)
	if r == nil || state(b.m) == model.Waiting {
		return sheet{lines: []sheetLine{{b.say(findingsIndent, b.th.Dim, b.noRing())}}}
	}
	out := b.readerPage(false)
	if len(out.lines) > b.h {
		if folded := b.readerPage(true); len(folded.lines) < len(out.lines) {
			out = folded
		}
	}
	return out
}

// readerPage is the page of the reader. With fold, threads that sleep and use nothing are only counted.
func (b *builder) readerPage(fold bool) sheet {
	s := b.m.Sample
	var out sheet
	out.lines = append(out.lines, b.facts("process", b.processes(s), words.TopicProcess)...)
	out.lines = append(out.lines, b.fact("reads", b.reads(s), words.TopicRecordsPerSwitch))
	out.lines = append(out.lines, b.threads(&s.Reader, fold)...)
	if !words.IsUserRing(s.Ring) {
		out.lines = append(out.lines, b.fact("waiting", b.waiting(s), words.TopicWaiters))
	}
	out.lines = append(out.lines, b.facts("others", b.others(s), words.TopicOthers)...)
	if said := b.programs(s.Ring); said != "" {
		out.lines = append(out.lines, b.fact("written", said, words.TopicProgram))
	}
	if at := s.Reader.At; !at.IsZero() {
		out.notes, out.about = []string{"seen " + clock(at), clock(at)}, words.TopicThread
	}
	return out
}

// noRing says why there is nothing to tell.
func (b *builder) noRing() string {
	if state(b.m) == model.Waiting {
		return "there is no ring now"
	}
	return "…"
}

// processes name those that read.
func (b *builder) processes(s *model.Sample) []string {
	r := s.Ring
	if s.Observer.Consumes {
		return []string{"ringscope itself: it takes the records of this ring"}
	}
	var out []string
	for _, p := range r.ReaderAt {
		out = append(out, b.process(p)+", maps it")
	}
	switch {
	case words.IsUserRing(r):
		out = []string{"the kernel, when a BPF program calls bpf_user_ringbuf_drain"}
	case len(out) > 0:
	case r.Readers.Known() && r.Readers.V == 0:
		out = []string{"none: no process maps it to read"}
	case r.Readers.Known():
		out = []string{text.Figure(b.set, r.Readers, func(n int) string { return text.Plural(uint64(n), "process") }) + " read it; which is not known"}
	case r.Source == model.SourceFile:
		out = []string{"?  who maps a file is not looked up"}
	case r.Looked.IsZero():
		out = []string{"…  not looked up yet"}
	default:
		out = []string{"?  it can't be told from here who maps it to read"}
	}
	return out
}

// process names one, with its user and since when it runs.
func (b *builder) process(p model.Process) string {
	out := words.Process(b.set, p)
	if p.User != "" {
		out += "  " + b.set.Name(p.User)
	}
	if !p.Began.IsZero() {
		out += ", since " + b.date(p.Began)
	}
	return out
}

// date is a time, with its day where that is not today's.
func (b *builder) date(t time.Time) string {
	t, now := t.UTC(), when(b.m).UTC()
	switch {
	case t.Format(time.DateOnly) == now.Format(time.DateOnly):
		return clock(t)
	case t.Year() == now.Year():
		return t.Format("01-02 15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// reads tells in which portions records are taken, and how often.
func (b *builder) reads(s *model.Sample) string {
	if s.Rates.Window == 0 {
		return b.set.Mark(model.Unmeasured)
	}
	if !s.Rates.ConsumedMovedRecently {
		return digest{b.set, s}.taking()
	}
	rate := text.Figure(b.set, s.Rates.ConsumedRecords, text.Rate)
	t := readingThread(&s.Reader)
	switch {
	case t == nil:
		return rate + "; in which portions is not known"
	case t.Switches.Known() && t.Switches.V == 0:
		return rate + " without ever waiting"
	case t.Switches.Known() && t.Switches.V < 1:
		return rate + ", hardly ever waiting"
	case !t.RecordsPerSwitch.Known():
		return rate + ", " + text.Figure(b.set, t.Switches, text.Rate) + " waits"
	}
	n := b.set.Mark(model.Sampled) + portion(t.RecordsPerSwitch.V)
	every := time.Duration(float64(time.Second) / t.Switches.V)
	return fmt.Sprintf("%s at a time, every %s; %s in all", n, text.Duration(every), rate)
}

// portion is a number of records that is an average.
func portion(n float64) string {
	switch {
	case n < 0.95:
		return "less than 1 record"
	case n < 9.95:
		return strconv.FormatFloat(n, 'f', 1, 64) + " records"
	}
	return text.Roughly(uint64(n+0.5)) + " records"
}

// readingThread is the thread that is taken for the one that reads: the first that waits for this ring, else the one that works most.
func readingThread(r *model.ReaderNow) *model.ThreadNow {
	for i := range r.Threads {
		if t := &r.Threads[i]; t.Waits.Known() && t.Waits.V {
			return t
		}
	}
	var most *model.ThreadNow
	for i := range r.Threads {
		if t := &r.Threads[i]; t.Share.Known() && (most == nil || t.Share.V > most.Share.V) {
			most = t
		}
	}
	return most
}

// waiting tells how many threads sleep until the ring wakes them.
func (b *builder) waiting(s *model.Sample) string {
	w := s.Reader.Waiters
	switch {
	case !w.Known():
		return "?  who waits for this ring is not known"
	case w.V == 0 && w.How == model.Exact:
		return "no thread sleeps until this ring wakes it"
	case w.V == 0:
		return "no thread seen that sleeps until this ring wakes it"
	case w.V == 1:
		return b.set.Mark(w.How) + "1 thread sleeps until this ring wakes it"
	}
	return b.set.Mark(w.How) + text.Count(uint64(w.V)) + " threads sleep until this ring wakes them"
}

// others are those that hold the ring and don't read it, and ringscope.
func (b *builder) others(s *model.Sample) []string {
	r := s.Ring
	var out []string
	for _, p := range r.Owners {
		if !reads(r, p.PID) {
			holds := "; only holds it"
			if words.IsUserRing(r) {
				holds = "; holds it: may write"
			}
			out = append(out, b.process(p)+holds)
		}
	}
	if len(r.Pins) > 0 {
		pins := "pinned at " + b.set.Safe(r.Pins[0])
		if n := len(r.Pins) - 1; n > 0 {
			pins += fmt.Sprintf(" +%d", n)
		}
		out = append(out, pins)
	}
	if len(r.OuterIDs) > 0 {
		ids := make([]string, len(r.OuterIDs))
		for i, id := range r.OuterIDs {
			ids[i] = strconv.FormatUint(uint64(id), 10)
		}
		out = append(out, "held by map of maps "+strings.Join(ids, ", "))
	}
	we := "ringscope maps it read-only and takes nothing"
	if s.Observer.Consumes {
		we = "ringscope is the reader"
	}
	switch {
	case len(out) == 0 && r.Source == model.SourceBPF && r.Looked.IsZero():
		return []string{"…  not looked up yet; " + we}
	case len(out) == 0 && r.Source == model.SourceFile:
		return []string{"?  not looked up; " + we}
	case len(out) == 0:
		return []string{"none; " + we}
	}
	return append(out, we)
}

func reads(r *model.Ring, pid int) bool {
	for _, p := range r.ReaderAt {
		if p.PID == pid {
			return true
		}
	}
	return false
}

// programs are those that use the ring.
func (b *builder) programs(r *model.Ring) string {
	if len(r.Programs) == 0 {
		return ""
	}
	names := make([]string, len(r.Programs))
	for i, p := range r.Programs {
		names[i] = fmt.Sprintf("%s %d", b.set.Name(p.Name), p.ID)
	}
	return "by " + strings.Join(names, ", ")
}

// threadColumn is a column of the table of threads.
type threadColumn struct {
	head  string
	width int // with the gap before it
	topic words.Topic
	value func(*model.ThreadNow) string
}

// Columns of the table of threads that are always there, and how long a name of a thread can be.
const (
	tidColumn   = 8 // end
	threadStart = tidColumn + 2
	threadName  = 15
	stateRoom   = 22
)

// idleShare is the share of a core below which a thread that sleeps does nothing worth telling.
const idleShare = 0.005

func idle(t *model.ThreadNow) bool {
	return t.State == 'S' && (!t.Waits.Known() || !t.Waits.V) && t.Share.Known() && t.Share.V < idleShare
}

// threads is the table of threads; with fold, the idle ones are only counted.
func (b *builder) threads(r *model.ReaderNow, fold bool) []sheetLine {
	if words.IsUserRing(ring(b.m)) {
		return nil
	}
	if r.At.IsZero() {
		return []sheetLine{b.fact("thread", "?  the threads of the reader are not known", words.TopicThread)}
	}
	if len(r.Threads) == 0 {
		return []sheetLine{b.fact("thread", "none found", words.TopicThread)}
	}
	// What matters less comes later, and is left out first.
	optional := []threadColumn{
		{"of a core", 11, words.TopicShare, func(t *model.ThreadNow) string { return share(b.set, t) }},
		{"for", 11, words.TopicStateSince, b.standsFor},
		{"cpu", 5, words.TopicCore, func(t *model.ThreadNow) string { return strconv.Itoa(t.Core) }},
		{"waits", 10, words.TopicSwitches, func(t *model.ThreadNow) string { return text.Figure(b.set, t.Switches, text.Rate) }},
		{"each", 9, words.TopicRecordsPerSwitch, func(t *model.ThreadNow) string {
			return text.Figure(b.set, t.RecordsPerSwitch, func(n float64) string { return strings.TrimSuffix(strings.TrimSuffix(portion(n), "s"), " record") })
		}},
	}
	name := len("thread")
	for i := range r.Threads {
		name = max(name, text.Width(b.set.Name(r.Threads[i].Name)))
	}
	name = max(0, min(name, threadName, b.w-threadStart-2-stateRoom-optional[0].width))
	room := b.w - threadStart - name - 2 - stateRoom
	n := 0
	for n < len(optional) && optional[n].width <= room {
		room -= optional[n].width
		n++
	}
	if n > 1 { // how long stands beside the state
		optional[0], optional[1] = optional[1], optional[0]
	}
	at := threadStart + name + 2
	heads := sheetLine{
		b.right(tidColumn, b.th.Dim, "thread").about(words.TopicThread),
		b.say(threadStart, b.th.Dim, "name").about(words.TopicThread),
		b.say(at, b.th.Dim, "state").about(words.TopicThreadState),
	}
	x := at + stateRoom
	for _, c := range optional[:n] {
		x += c.width
		heads = append(heads, b.right(x, b.th.Dim, c.head).about(c.topic))
	}
	out := []sheetLine{heads}
	folded, reading := 0, readingThread(r)
	for i := range r.Threads {
		t := &r.Threads[i]
		if fold && idle(t) && t != reading {
			folded++
			continue
		}
		state, st := threadState(t), b.threadLook(t)
		l := sheetLine{
			b.right(tidColumn, b.th.Text, strconv.Itoa(t.TID)).about(words.TopicThread),
			part{x: threadStart, text: b.set.Cut(b.set.Name(t.Name), name), style: b.th.Text, topic: words.TopicThread},
			b.say(at, st, b.set.Cut(b.set.Spell(state), min(stateRoom, b.w-at))).about(words.TopicThreadState),
		}
		x := at + stateRoom
		for _, c := range optional[:n] {
			x += c.width
			l = append(l, b.right(x, b.th.Text, c.value(t)).about(c.topic))
		}
		out = append(out, l)
	}
	switch more := text.Plural(uint64(r.More+folded), "thread") + " more"; {
	case r.More > 0:
		out = append(out, b.fact("", more, words.TopicThread))
	case folded > 0:
		out = append(out, b.fact("", more+", asleep", words.TopicThread))
	}
	return out
}

// standsFor is how long a thread was found in its state.
func (b *builder) standsFor(t *model.ThreadNow) string {
	d := when(b.m).Sub(t.Since)
	how := model.Exact
	if t.Since.Sub(b.m.Sample.Since) < firstLook {
		how = model.AtLeast // it was found so when it was first looked at
	}
	switch {
	case t.Since.IsZero() || d < 0:
		return b.set.Mark(model.Unknown)
	case d < time.Second:
		return "<1 s"
	}
	return b.set.Mark(how) + text.Lasting(d.Truncate(time.Second))
}

// firstLook is how long after watching began threads may be looked at for the first time.
const firstLook = 1500 * time.Millisecond

// share is a thread's share of a core; what says itself that it is small needs no mark.
func share(set text.Charset, t *model.ThreadNow) string {
	return strings.Replace(text.Figure(set, t.Share, text.Percent), "~<", "<", 1)
}

// starving is the share of the time waiting for a core from which on that is what a thread does.
const starving = 0.25

// wantsCore reports whether a thread could run and mostly gets no core.
func wantsCore(t *model.ThreadNow) bool {
	return (t.State == 'R' || t.State == 'S' && (!t.Waits.Known() || !t.Waits.V)) && t.Starved.Known() && t.Starved.V >= starving
}

// threadLook is the look of what a thread does: what keeps it from reading stands out.
func (b *builder) threadLook(t *model.ThreadNow) paint.Style {
	switch t.State {
	case 'D', 'T', 't', 'Z', 'X', 'x':
		return b.th.Strong
	}
	if wantsCore(t) {
		return b.th.Strong
	}
	return b.th.Text
}

// threadState says what a thread does.
func threadState(t *model.ThreadNow) string {
	if wantsCore(t) {
		return "wants a core"
	}
	switch t.State {
	case 'R':
		return "running"
	case 'S':
		switch {
		case !t.Waits.Known():
			return "sleeping, ? for what"
		case t.Waits.V:
			return "sleeping on this ring"
		}
		return "sleeping elsewhere"
	case 'D':
		return "blocked in the kernel"
	case 'T':
		return "stopped by a signal"
	case 't':
		return "held by a debugger"
	case 'Z', 'X', 'x':
		return "has ended"
	case 'I':
		return "idle"
	case 0:
		return "?"
	}
	return "state " + text.ASCII.Safe(string(rune(t.State)))
}
