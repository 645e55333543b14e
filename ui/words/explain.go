package words

import (
	"ringscope/model"
	"ringscope/ui/text"
)

var explanations = map[Topic]string{
	TopicLost: "Events that the ring refused because there was no room. bpf_ringbuf_reserve then returns NULL and the kernel counts nothing, " +
		"so without a counter of the program's own this stays unknown (?). The best evidence is whether the largest record lately would have fitted at each look.",
	TopicFull: "The bytes between the consumer and the producer position, of the size of the ring. Both positions are read from the ring's own pages. " +
		"A new record is refused when more than size - 8 bytes would be in use.",
	TopicWorst: "The most that a look found in use since watching began, and when. Between two looks it may have been more.",
	TopicTimeToFull: "How long until there is no room left, if records keep coming and being read as they did in the last seconds. " +
		"It is an estimate (~), and - while the ring does not fill.",
	TopicIn: "Records and bytes reserved per second, over the window that the panel names. Bytes are the movement of the producer position: " +
		"headers and padding count, discarded records too.",
	TopicOut: "What the reader releases per second: the movement of the consumer position. The reader releases discarded records as well.",
	TopicUnread: "Records between the consumer and the producer position. They are counted when they are first met, not by walking the ring again, " +
		"so a position that moves meanwhile can make this an estimate (~).",
	TopicOldest: "How long the record at the consumer position has been waiting, since a look first found it. " +
		"With ≥ it stood there before watching began, so it has waited at least that long.",
	TopicBusy: "Records that were reserved and are neither submitted nor discarded yet. The reader can't pass one: a busy record at the head holds up " +
		"everything behind it.",
	TopicWaste: "The share of what goes through the ring without being of use to the reader: records that were discarded after being reserved, " +
		"and the 8-byte headers with the padding to a multiple of 8.",
	TopicReader: "The processes that map the consumer page writable: only such a process can release records. One that merely holds a descriptor, " +
		"and ringscope itself, which maps everything read-only, are not readers.",
	TopicCircle: "The ring's memory, clockwise in the direction of writing. Thick is unread, thin is free: already read, and readable until it is overwritten. " +
		"The spokes C and P are the consumer and the producer position; the arc between them is how full the ring is.",
	TopicHistory: "How full the ring was: each column shows the worst of its stretch of time, so a short peak is not averaged away. " +
		"Marks below it tell when a finding began.",
	TopicView: "Whether ringscope itself saw every record. It looks a few times per lap of the ring; if a lap passes between two looks, or a record was " +
		"overwritten while it was read, the view has gaps, and totals become lower bounds. It says nothing about events that the ring refused.",
	TopicConsumer: "How far the reader has got, in bytes since the ring was made. It only grows; the reader writes it into a page of its own, so it is the " +
		"one position that a broken program can set to nonsense.",
	TopicProducer: "How far reservations have got, in bytes since the ring was made. The kernel moves it at each reservation, before the record is filled.",
	TopicPending: "The oldest reservation that the kernel knew to be unfinished when it last reserved. It is updated at reservations only, so it goes stale; " +
		"kernels before 6.10 do not have it.",
	TopicPosition: "Where the record's header begins, in bytes since the ring was made. The place in memory is the position modulo the size; " +
		"positions themselves never wrap.",
	TopicAge: "The time since a look first found this record. It may have been reserved a tick earlier; with ≥ it was there before watching began.",
	TopicState: "unread: submitted, the reader has not released it. read: released, its bytes are still there. discarded: the reader will skip it. " +
		"busy: reserved, not finished.",
	TopicLength:     "Bits 0 to 29: the payload's length in bytes, without the header.",
	TopicSpan:       "How far the next header is away: 8 bytes of header and the payload, rounded up to a multiple of 8.",
	TopicBusyBit:    "Bit 31, busy: set when the record is reserved, cleared when it is submitted or discarded. While it is set the reader must stop here.",
	TopicDiscardBit: "Bit 30, discard: the program reserved the record and then threw it away. The reader skips it; its bytes were used up all the same.",
	TopicPageOffset: "The upper 32 bits of the header: how many pages lie between the start of the kernel's structure and this header; the first data page is " +
		"number 3. The kernel uses it to find the ring again from a record. ringscope checks it: a wrong one is no header.",
	TopicPayload: "The bytes that the program wrote. Without its type they are just bytes; ringscope guesses no meaning.",
}

// Topics lists everything that [Explain] knows, in no order.
func Topics() []Topic {
	all := make([]Topic, 0, len(explanations))
	for t := range explanations {
		all = append(all, t)
	}
	return all
}

// Explain says in a few sentences what something on the screen means and how it is known; it is empty for what it does not know.
func Explain(c text.Charset, t Topic) string { return c.Spell(explanations[t]) }

var causes = map[model.Code]string{
	model.ConsumerSlow: "For seconds the consumer position has moved more slowly than the producer position, and the ring fills. When it is full, " +
		"bpf_ringbuf_reserve returns NULL and events are lost without a trace. A larger ring only postpones that.",
	model.ConsumerStalled: "Submitted records wait at the head, nothing keeps the reader from taking them, and the consumer position does not move: for 1 s in a ring " +
		"over half full, or for 10 s in any.",
	model.NoConsumer: "Records wait, and no process maps the consumer page writable, so nobody can release them. Readers are found in /proc/PID/maps; " +
		"one in another pid namespace stays out of sight.",
	model.HeadBusy: "The record at the consumer position was reserved and never submitted or discarded. The reader must stop there, so everything behind it " +
		"waits too. Since 6.10 it can also make the kernel refuse new reservations.",
	model.DropsCounted: "Reservations were refused, and somebody counted them. The sentence says who: the kernel itself never does.",
	model.DropProne: "At some of the looks the free room was smaller than the largest record seen lately, so that record would have been refused. " +
		"Whether one was refused, nobody counted.",
	model.ManyReaders: "The consumer position went backwards, or moved where only ringscope should move it. A ring has one consumer position: " +
		"what one reader releases, the other never sees.",
	model.PositionInvalid: "The consumer position can't be that of a working reader: it is ahead of the producer, not a multiple of 8, or too far behind. " +
		"It lies in a page that user space may write, so a broken program can set it to anything.",
	model.Corrupt: "A header failed its checks: its length must fit what was written, and its page offset must match its place. " +
		"Something overwrote it, or this is no ring of this format.",
	model.OwnerGone: "No program, process or pin held the ring any more; only ringscope's own mapping kept it alive. Ringscope let go of it, and the kernel freed it.",
	model.ViewGaps:  "Records were overwritten before ringscope looked at them, or while it did. The reader lost nothing by that: only this view is incomplete.",
}

// ExplainFinding says what a finding means and from what it is concluded; it is empty for a code without words.
func ExplainFinding(c text.Charset, code model.Code) string { return c.Spell(causes[code]) }

// Certainty says what a mark means, in a few words.
func Certainty(c text.Charset, h model.How) string {
	return c.Spell(map[model.How]string{
		model.Unknown:       "? unknown: nobody can tell",
		model.Exact:         "no mark: counted or read, exact",
		model.Sampled:       "~ sampled now and then, or inferred",
		model.AtLeast:       "≥ at least: a lower bound",
		model.AtMost:        "≤ at most: an upper bound",
		model.Unmeasured:    "… not measured yet",
		model.NotApplicable: "- does not apply",
	}[h])
}

// Entry is one line of the legend.
type Entry struct{ Sign, Meaning string }

// Legend explains shapes and marks, in the order in which they are shown.
func Legend(c text.Charset) []Entry {
	all := []Entry{
		{"█", "unread: waits for the reader"},
		{"▒", "discarded, among the unread"},
		{"◆", "busy: reserved, not finished"},
		{"━", "free: read, still readable"},
		{"╍", "never written"},
		{"▪", "worst since ringscope looks"},
		{"C P", "consumer and producer position"},
		{"▲ △ ○ ●", "problem, warning, hint, fine"},
		{"◌ ?", "still looking, unknown"},
		{"~", "sampled or inferred"},
		{"≥ ≤", "at least, at most"},
		{"…", "not measured yet"},
		{"-", "does not apply"},
	}
	for i := range all {
		all[i] = Entry{c.Spell(all[i].Sign), c.Spell(all[i].Meaning)}
	}
	return all
}
