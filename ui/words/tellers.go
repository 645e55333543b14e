package words

import (
	"fmt"

	"ringscope/model"
	"ringscope/ui/text"
)

// tellers has the words of every finding. Only titles are fixed; sentences use the figures that the evidence has.
var tellers = map[model.Code]struct {
	title string
	words func(x *teller) (sentences, advice []string)
}{
	model.ConsumerSlow:    {"READER TOO SLOW", consumerSlow},
	model.ConsumerStalled: {"READER STOPPED", consumerStalled},
	model.NoConsumer:      {"NOBODY READS", noConsumer},
	model.HeadBusy:        {"STUCK BEHIND ONE RECORD", headBusy},
	model.DropsCounted:    {"LOSING EVENTS", drops},
	model.DropProne:       {"PROBABLY LOSING EVENTS", dropProne},
	model.ManyReaders:     {"TWO READERS", manyReaders},
	model.PositionInvalid: {"POSITIONS MAKE NO SENSE", positionInvalid},
	model.Corrupt:         {"WRONG HEADER", corrupt},
	model.OwnerGone:       {"GONE", ownerGone},
	model.ViewGaps:        {"VIEW HAS GAPS", viewGaps},
}

func consumerSlow(x *teller) (sentences, advice []string) {
	span := text.Lasting(x.lasted())
	r := x.reader()
	advice = []string{
		"Give " + r + " less work per event, or hand the work to another thread. A bigger ring only delays this.",
		"less work per event in " + r + "; a bigger ring only delays this.",
		"less work per event in the reader.",
	}
	if x.e.RingIsFull {
		return x.slowAndFull(span), advice
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
		return []string{long, short}, advice
	}
	in := text.Figure(x.c, x.e.Full, text.Lasting)
	return []string{
		long + " Full in " + in + "; from then on events are refused.",
		short + " Full in " + in + ", then refused.",
		short + " Full in " + in + ".",
		short,
	}, advice
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
	sentences = []string{
		"took nothing for " + span + x.orLonger() + " while " + wait + " wait.",
		"took nothing for " + x.atLeast() + span + " while " + bytes + " wait.",
		x.atLeast() + span + ", " + bytes + " wait.",
	}
	if x.e.ReaderKnown && x.e.Reader.PID != 0 {
		where := fmt.Sprintf("cat /proc/%d/stack", x.e.Reader.PID)
		return sentences, []string{
			"See what " + x.reader() + " does instead: it hangs, is stopped, or waits for something else. As root: " + where,
			"see what " + x.reader() + " hangs on: " + where,
			"as root: " + where,
		}
	}
	return sentences, []string{
		"See what the reader does instead: it hangs, is stopped, or waits for something else.",
		"see what the reader does instead: it hangs or is stopped.",
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

func headBusy(x *teller) (sentences, advice []string) {
	span := text.Lasting(x.lasted())
	bytes := text.Bytes(x.e.Waiting)
	sentences = []string{
		"reserved " + span + x.orLonger() + " ago, not submitted yet. " + bytes + " wait behind it.",
		"reserved " + x.atLeast() + span + " ago, not submitted yet; " + bytes + " wait.",
		"reserved " + x.atLeast() + span + " ago; " + bytes + " wait.",
		x.atLeast() + span + ", " + bytes + " wait.",
	}
	if x.e.RingIsFull {
		sentences = []string{
			"reserved " + span + x.orLonger() + " ago, not submitted yet. " + bytes + " wait behind it, and the ring is full: events are refused.",
			"reserved " + span + x.orLonger() + " ago, not submitted yet. Full behind it: events are refused.",
			"reserved " + x.atLeast() + span + " ago; " + bytes + " wait. Full.",
			x.atLeast() + span + ", full behind it.",
		}
	}
	who := "the program that reserved it"
	if x.e.SuspectedCode != "" {
		who = x.c.Name(x.e.SuspectedCode)
	}
	return sentences, []string{
		"Shorten what " + who + " does between reserve and submit: it is slow, or was put to sleep there. Position " + text.Count(x.e.Position) + ".",
		"between reserve and submit " + who + " takes too long: shorten that.",
		"its writer takes too long between reserve and submit: shorten that.",
		"shorten what its writer does before it submits.",
	}
}

func drops(x *teller) (sentences, advice []string) {
	by := map[string]string{"probe": "by a probe", "program": "by the program itself", "simulated": "by the simulated writers"}[x.e.How]
	if by == "" {
		by = "by " + x.c.Name(x.e.How)
	}
	rate := text.Rate(x.e.PerSecond)
	sentences = []string{
		fmt.Sprintf("%s refused, %s now (counted %s).", text.Plural(x.e.Count, "event"), rate, by),
		fmt.Sprintf("%s refused, %s now.", text.Roughly(x.e.Count), rate),
	}
	return sentences, []string{
		"A larger ring helps against bursts; against a reader that is too slow only less work per event does.",
		"a larger ring for bursts, less work per event for a slow reader.",
		"a larger ring, or a faster reader.",
	}
}

func dropProne(x *teller) (sentences, advice []string) {
	size, during, window := text.Size(x.e.Largest), text.Lasting(x.e.ProneFor), text.Lasting(x.e.ProneWindow)
	sentences = []string{
		fmt.Sprintf("no room for a record of %s (the largest lately) during %s of the last %s. The kernel keeps no count.", size, during, window),
		fmt.Sprintf("no room for a %s record during %s of the last %s.", size, during, window),
		fmt.Sprintf("no room for %s during %s.", size, during),
	}
	return sentences, []string{
		"A larger ring helps against bursts, less work per event against a slow reader. Count failed reserves in the program.",
		"a larger ring or a faster reader; count failed reserves in the program.",
		"a larger ring, or a faster reader.",
	}
}

func manyReaders(x *teller) (sentences, advice []string) {
	times := text.Plural(x.e.Count, "time")
	sentences = []string{"the consumer position went back " + times + ": each reader misses what the other takes.", "the consumer position went back " + times + "."}
	if x.e.Count == 0 {
		sentences = []string{"more than one process reads: each misses what the other takes.", "each misses what the other takes."}
	}
	return append(sentences, "each misses records."), []string{
		"A ring can have one reader only: stop the other, or give it a ring of its own.",
		"stop one of them: a ring can have one reader only.",
	}
}

func positionInvalid(x *teller) (sentences, advice []string) {
	switch {
	case x.e.Ahead > 0:
		sentences = []string{
			"the consumer position is " + text.Count(x.e.Ahead) + " ahead of the producer position.",
			"consumer is " + text.Count(x.e.Ahead) + " ahead.",
			"consumer is ahead.",
		}
	case x.e.Misaligned:
		sentences = []string{"the consumer position " + text.Count(x.e.Position) + " is no multiple of 8.", "consumer is misaligned."}
	default:
		sentences = []string{
			"the consumer position is further behind the producer position than the ring is large.",
			"consumer is further behind than the ring is large.",
			"consumer is too far behind.",
		}
	}
	return sentences, []string{
		"The consumer position is written by user space: look for a broken or a second reader. Nothing else here can be trusted.",
		"user space wrote it: look for a broken or a second reader.",
		"look for a broken or a second reader.",
	}
}

func corrupt(x *teller) (sentences, advice []string) {
	at, raw, why := text.Count(x.e.Position), text.HeaderBytes(x.e.Raw), x.c.Safe(x.e.Why)
	sentences = []string{
		"at " + at + ": " + raw + "; " + why + ".",
		"at " + at + ": " + why + ".",
		"at " + at + ": " + raw + ".",
		"at " + at + ".",
	}
	return sentences, []string{
		"Resynchronised at the producer position. If it comes again, something writes where it has reserved nothing.",
		"resynchronised; if it comes again, something writes past its record.",
		"resynchronised at the producer position.",
	}
}

func ownerGone(x *teller) (sentences, advice []string) {
	at := x.e.At
	if at.IsZero() {
		at = x.f.Since
	}
	sentences = []string{
		text.Clock(at) + "  nobody but us held this ring; we let it go.",
		text.Clock(at) + "  nobody else held it; let go.",
	}
	return sentences, []string{
		"What was seen last stays on the screen · q quit",
		"what was seen last stays · q quit",
	}
}

func viewGaps(x *teller) (sentences, advice []string) {
	at := x.e.At
	if at.IsZero() {
		at = x.f.Since
	}
	bytes := text.Bytes(x.e.Missed)
	sentences = []string{
		bytes + " passed unseen, last at " + text.Clock(at) + ". Totals since then are a lower bound (≥).",
		bytes + " passed unseen at " + text.Clock(at) + ". Totals are ≥.",
		bytes + " passed unseen.",
	}
	if x.e.Missed == 0 {
		sentences = []string{"ringscope could not follow at " + text.Clock(at) + ". Totals since then are a lower bound (≥).", "could not follow at " + text.Clock(at) + "."}
	}
	return sentences, []string{
		"Only this view is incomplete, nothing was taken from the reader. Looking more often costs more: --interval 0.5ms",
		"only this view is incomplete; a shorter --interval sees more.",
		"only this view is incomplete.",
	}
}
