package words

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
)

// tellers has the words of every finding. Only titles and tags are fixed; sentences use the figures that the evidence has.
var tellers = map[model.Code]struct {
	title string
	tag   string // the title in a word or two
	words func(x *teller) (sentences, advice []string)
}{
	model.ConsumerSlow:    {"READER TOO SLOW", "slow", consumerSlow},
	model.ConsumerStalled: {"READER STOPPED", "stopped", consumerStalled},
	model.NoConsumer:      {"NOBODY READS", "no reader", noConsumer},
	model.ReaderAsleep:    {"READER NOT WOKEN", "not woken", readerAsleep},
	model.HeadBusy:        {"STUCK BEHIND ONE RECORD", "stuck", headBusy},
	model.ReserveBlocked:  {"WRITERS BLOCKED BY AN OLD RECORD", "blocked", reserveBlocked},
	model.DropsCounted:    {"LOSING EVENTS", "losing", drops},
	model.DropProne:       {"PROBABLY LOSING EVENTS", "too full", dropProne},
	model.Overwritten:     {"OVERWRITTEN UNREAD", "overwritten", overwritten},
	model.ManyReaders:     {"TWO READERS", "two readers", manyReaders},
	model.PositionInvalid: {"POSITIONS MAKE NO SENSE", "nonsense", positionInvalid},
	model.Corrupt:         {"WRONG HEADER", "wrong header", corrupt},
	model.OwnerGone:       {"GONE", "gone", ownerGone},
	model.ViewGaps:        {"VIEW HAS GAPS", "gap", viewGaps},
	model.Burst:           {"BURST TOO BIG", "burst", burst},
	model.Undersized:      {"RING TOO SMALL", "too small", undersized},
	model.DiscardHeavy:    {"MUCH IS THROWN AWAY", "discards", discardHeavy},
	model.OversizedRecord: {"RECORDS MOSTLY EMPTY", "empty bytes", oversizedRecords},
	model.WakeupPerRecord: {"A WAKE-UP PER RECORD", "wake-ups", wakeupPerRecord},
	model.Oversized:       {"RING LARGER THAN NEEDED", "too large", oversized},
}

// teller is what a sentence is made from.
type teller struct {
	c   text.Charset
	f   model.Finding
	e   model.Evidence
	s   *model.Sample
	now time.Time
}

// lasted is how long the finding has stood, or the age that its evidence gives.
func (x *teller) lasted() time.Duration {
	if x.e.For > 0 {
		return x.e.For
	}
	return max(0, x.now.Sub(x.f.Since))
}

// orLonger is added to a time that began before anybody watched.
func (x *teller) orLonger() string {
	if x.f.Before {
		return " or longer"
	}
	return ""
}

// since begins a sentence with how long the finding has stood: `for 62 s`.
func (x *teller) since() string { return "for " + text.Lasting(x.lasted()) + x.orLonger() }

// sinceBrief is the short form of since: `for ≥62 s`.
func (x *teller) sinceBrief() string { return "for " + x.atLeast() + text.Lasting(x.lasted()) }

// stood is sinceBrief of the finding, also where its evidence has the age of something older.
func (x *teller) stood() string {
	return "for " + x.atLeast() + text.Lasting(max(0, x.now.Sub(x.f.Since)))
}

// effect is what comes, or has come already, of a reader that takes nothing: longest first, the last one empty.
func (x *teller) effect() []string {
	refused := ""
	if r := x.e.Refused; r.Known() && r.V > 0 {
		refused = text.Figure(x.c, r, text.Count) + " refused so far"
	}
	switch full := x.e.Full; {
	case x.e.RingIsFull && refused != "":
		return []string{" Full: " + refused + ".", " Full: " + strings.TrimSuffix(refused, " so far") + ".", ""}
	case x.e.RingIsFull:
		return []string{" The ring is full: events are refused.", " Full: events are refused.", " Full.", ""}
	case full.Known():
		in := " Full in " + text.Figure(x.c, full, text.Lasting)
		return []string{in + "; from then on events are refused.", in + ", then losses.", in + ".", ""}
	case refused != "":
		return []string{" " + capital(refused) + ".", ""}
	}
	return []string{""}
}

// combine adds each of the ends to each of the sentences: the first sentence with all of them, then the next.
func combine(sentences, ends []string) []string {
	var out []string
	for _, s := range sentences {
		for _, end := range ends {
			out = append(out, s+end)
		}
	}
	return out
}

// capital begins a sentence, which can begin with a mark.
func capital(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}

// atLeast is the short form of orLonger, before a time.
func (x *teller) atLeast() string {
	if x.f.Before {
		return "≥"
	}
	return ""
}

// reader names the process that reads, or says `the reader`; of a user ring that is the kernel.
func (x *teller) reader() string {
	if IsUserRing(x.ring()) {
		return "the kernel"
	}
	if x.e.ReaderKnown && x.e.Reader.PID != 0 {
		return Process(x.c, x.e.Reader)
	}
	return "the reader"
}

func (x *teller) ring() *model.Ring {
	if x.s == nil {
		return nil
	}
	return x.s.Ring
}

// windows reports whether the ring is one of eBPF for Windows: advice for Linux does not help with it.
func (x *teller) windows() bool { return OfWindows(x.ring()) }

// capacity is how many bytes can be in use at most.
func (x *teller) capacity() uint64 {
	if r := x.ring(); r != nil && r.Format != nil && r.Size() == x.e.Size {
		return r.Format.Capacity(&r.Geometry)
	}
	return x.e.Size - min(x.e.Size, ringcore.Linux.Slack)
}

// headerSize is how many bytes a header has.
func (x *teller) headerSize() int {
	if r := x.ring(); r != nil && r.Format != nil {
		return r.Format.HeaderSize
	}
	return ringcore.Linux.HeaderSize
}

// thread names the thread that the finding is about: `bootstrap[2211] thread 2215`; or else the process, also where its threads share the
// work.
func (x *teller) thread() string {
	t := &x.e.Thread
	switch {
	case t.TID == 0:
		return x.reader()
	case t.Process.PID == 0:
		return fmt.Sprintf("thread %d", t.TID)
	case x.e.Shared, t.TID == t.Process.PID:
		return Process(x.c, t.Process)
	}
	return fmt.Sprintf("%s thread %d", Process(x.c, t.Process), t.TID)
}

// share is how much of a core the reader's thread uses, or all of its process where they share the work.
func (x *teller) share() model.Figure[float64] {
	if x.e.Shared {
		return x.e.Share
	}
	return x.e.Thread.Share
}

// waitsForCore is the part of the time in which that thread, or those, could have run and got no core.
func (x *teller) waitsForCore() model.Figure[float64] {
	if x.e.Shared {
		return x.e.Starved
	}
	return x.e.Thread.Starved
}

// stack is the command that shows where the reader's thread is blocked, or all of its process where they share the work.
func (x *teller) stack() string {
	if x.e.Shared && x.e.Thread.Process.PID != 0 {
		return "head /proc/" + x.id(x.e.Thread.Process.PID) + "/task/*/stack"
	}
	return "cat /proc/" + x.id(x.tid()) + "/stack"
}

// tid is the thread that the finding is about, else the process; 0: neither is known.
func (x *teller) tid() int {
	if x.e.Thread.TID != 0 {
		return x.e.Thread.TID
	}
	if x.e.ReaderKnown {
		return x.e.Reader.PID
	}
	return 0
}

// program names the program that the finding is about: `handle_open (program 316)`; empty: unknown.
func (x *teller) program() string {
	p := x.e.Program
	switch {
	case p.Name != "" && p.ID != 0:
		return fmt.Sprintf("%s (program %d)", x.c.Name(p.Name), p.ID)
	case p.Name != "":
		return x.c.Name(p.Name)
	case p.ID != 0:
		return fmt.Sprintf("program %d", p.ID)
	case x.e.SuspectedCode != "":
		return x.c.Name(x.e.SuspectedCode)
	default:
		return ""
	}
}

// longestFile is how many cells a source file's name may have.
const longestFile = 24

// line is where the call stands that explains it: `open.bpf.c:23`; empty: unknown.
func (x *teller) line() string {
	if x.e.Site.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", x.c.CutHead(x.c.Name(path.Base(x.e.Site.File)), longestFile), x.e.Site.Line)
}

// noisyPart is the share of the bytes from which on one length of record is named as the one that fills the ring.
const noisyPart = 0.9

// noisy says which records fill the ring, and whose they are; empty where that tells nothing: all are alike, and of one program.
func (x *teller) noisy() (long, short string) {
	if x.e.Dominant.Records == 0 || x.e.DominantPart < noisyPart {
		return "", ""
	}
	alone := x.ring() != nil && len(x.ring().Programs) == 1
	who := x.program()
	if who == "" || alone {
		if x.e.DominantPart >= 0.995 {
			return "", ""
		}
		who = ""
	}
	part, length := x.c.Mark(model.Sampled)+text.Percent(x.e.DominantPart), text.Size(uint64(x.e.Dominant.Length))
	if who == "" {
		return part + " of the bytes are records of " + length, part + " are " + length + " records"
	}
	return who + " writes " + part + " of the bytes (" + length + " records)", who + " writes " + part + " of the bytes"
}

// id is a process or thread in a command that somebody may paste. A simulated one has the number of nobody, or worse, of somebody else.
func (x *teller) id(n int) string {
	if r := x.ring(); r != nil && r.Simulated {
		return "PID"
	}
	return strconv.Itoa(n)
}
