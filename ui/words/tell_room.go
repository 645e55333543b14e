package words

import (
	"fmt"

	"ringscope/model"
	"ringscope/ui/text"
)

func drops(x *teller) (sentences, advice []string) {
	by := map[string]string{"probe": "by a probe", "program": "by the program itself", "simulated": "by the simulated writers"}[x.e.How]
	if by == "" {
		by = "by " + x.c.Name(x.e.How)
	}
	rate := text.Rate(x.e.PerSecond)
	since := x.stood() + ": "
	sentences = []string{
		fmt.Sprintf("%s%s refused so far, %s now (counted %s).", since, text.Plural(x.e.Count, "event"), rate, by),
		fmt.Sprintf("%s%s refused so far, %s now.", since, text.Count(x.e.Count), rate),
		fmt.Sprintf("%s%s refused, %s now.", since, text.Roughly(x.e.Count), rate),
		fmt.Sprintf("%s refused, %s now.", text.Roughly(x.e.Count), rate),
	}
	if x.largest() {
		return sentences, append(x.lessNoise(), noLarger...)
	}
	return sentences, append(x.lessNoise(),
		"a larger ring helps against bursts; against a reader that is too slow only less work per event does.",
		"a larger ring for bursts, less work per event for a slow reader.",
		"a larger ring, or a faster reader.",
	)
}

// lessNoise is advice where one kind of record fills the ring.
func (x *teller) lessNoise() []string {
	long, short := x.noisy()
	if long == "" {
		return nil
	}
	return []string{
		long + ": write fewer of them, or use a ring of their own.",
		long + ": write fewer.",
		short + ": write fewer.",
	}
}

func dropProne(x *teller) (sentences, advice []string) {
	size, during, window := text.Size(x.e.Largest), text.Lasting(x.e.ProneFor), text.Lasting(x.e.ProneWindow)
	sentences = []string{
		fmt.Sprintf("since %s: no room for a record of %s (the largest lately), in all %s of the last %s. Losses are not counted.", text.Clock(x.f.Since), size, during, window),
		fmt.Sprintf("since %s: no room for a %s record, in all %s of the last %s.", text.Clock(x.f.Since), size, during, window),
		fmt.Sprintf("no room for %s, in all %s of the last %s.", size, during, window),
		fmt.Sprintf("no room for %s during %s.", size, during),
	}
	advice = x.lessNoise()
	if long, short := x.held(); long != "" {
		advice = append(advice,
			"make it at least "+long+", or let the reader read more often; count failed reserves in the program.",
			"make it at least "+long+", or read more often.",
			"make it at least "+short+", or read more often.",
		)
	}
	if x.largest() {
		return sentences, append(advice, noLarger...)
	}
	return sentences, append(advice,
		"a larger ring, or a reader that reads more often; count failed reserves in the program.",
		"a larger ring, or read more often.",
	)
}

func overwritten(x *teller) (sentences, advice []string) {
	lost := text.Figure(x.c, model.Known(x.e.Lost, model.AtLeast), text.Bytes)
	since := x.stood() + ": "
	last := ""
	if !x.e.At.IsZero() {
		last = ", last at " + text.Clock(x.e.At)
	}
	sentences = []string{
		since + lost + " were overwritten before " + x.reader() + " took them" + last + " (overwrite mode).",
		since + lost + " never reached the reader" + last + ".",
		since + lost + " never reached the reader.",
		since + lost + " unread.",
		lost + ".",
	}
	if x.largest() {
		return sentences, noLarger
	}
	return sentences, []string{
		"let " + x.reader() + " come more often, with less work per event, or make the ring larger.",
		"let the reader come more often, do less per event, or enlarge the ring.",
		"read more often, do less per event.",
	}
}

// held is the size that would have held what came: `16 MiB (max_entries 16777216)`; empty: unknown.
func (x *teller) held() (long, short string) {
	if x.e.Needed == 0 {
		return "", ""
	}
	short = text.Size(x.e.Needed)
	return fmt.Sprintf("%s (max_entries = %d)", short, x.e.Needed), short
}

// largest reports whether no ring can be larger than this one.
func (x *teller) largest() bool { return x.e.Size >= model.MaxRingSize }

// noLarger is advice for a ring that can't be made larger.
var noLarger = []string{
	"no ring can be larger than 2 GiB: do less work per event in the reader, write less, or spread it over more rings.",
	"no ring is larger than 2 GiB: less work per event, or write less.",
	"read faster, or write less.",
}

// filled is how full the ring was at its worst.
func (x *teller) filled() string {
	if x.e.Size == 0 || x.e.Peak == 0 {
		return ""
	}
	return text.Percent(float64(x.e.Peak) / float64(x.e.Size))
}

// left is how much more would have fitted when the ring was fullest, or that not even one more record would have.
func (x *teller) left() string {
	free := uint64(0)
	if most := x.capacity(); most > x.e.Peak {
		free = most - x.e.Peak
	}
	if free <= x.e.Largest {
		return "no room for more"
	}
	return text.Bytes(free) + " were left"
}

func burst(x *teller) (sentences, advice []string) {
	at := x.e.PeakAt
	if at.IsZero() {
		at = x.f.Since
	}
	when := "at " + text.Clock(at) + ": "
	came, within := text.Bytes(x.e.Came), " in "+text.Lasting(x.e.Within)
	full, left := x.filled(), x.left()
	const keeps = " The reader keeps up otherwise."
	if full == "" {
		sentences = []string{when + came + " came" + within + "." + keeps}
	} else {
		sentences = []string{
			when + came + within + " filled it to " + full + ", " + left + "." + keeps,
			when + came + within + " filled it to " + full + ", " + left + ".",
			when + came + within + ", " + full + " full, " + left + ".",
			when + came + within + ", " + full + " full.",
		}
	}
	if x.e.Count > 1 {
		sentences = combine(sentences, []string{" " + text.Count(x.e.Count) + " such so far.", ""})
	}
	sentences = append(sentences, when+came+within+".", came+within+".")
	long, short := x.held()
	if x.largest() {
		return sentences, noLarger
	}
	if long == "" {
		return sentences, []string{
			"spread what is written at once, or make the ring larger.",
			"a larger ring, or spread the writes.",
		}
	}
	return sentences, []string{
		long + " leaves room for more; or spread what is written at once.",
		"make it " + long + ", or spread the writes.",
		"make it " + short + ".",
	}
}

func undersized(x *teller) (sentences, advice []string) {
	full, at, left := x.filled(), "", ""
	if full == "" {
		full = "nearly"
	} else {
		left = ", " + x.left()
	}
	if !x.e.PeakAt.IsZero() {
		at = "at " + text.Clock(x.e.PeakAt) + ": "
	}
	sentences = []string{
		at + full + " full" + left + ", and no slow reader explains it.",
		at + full + " full" + left + ".",
		at + full + " full.",
		full + " full.",
	}
	long, short := x.held()
	if x.largest() {
		return sentences, noLarger
	}
	if long == "" {
		return sentences, []string{"make the ring larger: max_entries in the program, in bytes, a power of two.", "make the ring larger."}
	}
	least := ""
	if x.e.RingIsFull || x.e.Size > 0 && x.e.Peak+x.e.Largest > x.capacity() {
		least = "at least "
	}
	return sentences, []string{
		"make it " + least + long + ". It costs that much memory, and nothing else.",
		"make it " + least + long + ".",
		"make it " + least + short + ".",
	}
}

func oversized(x *teller) (sentences, advice []string) {
	full := x.filled()
	if full == "" {
		full = "hardly"
	}
	long, short := x.held()
	sentences = []string{
		x.since() + ": never more than " + full + " full.",
		x.since() + ": at most " + full + " full.",
		"at most " + full + " full.",
	}
	if x.lasted() == 0 {
		sentences = sentences[2:]
	}
	if long == "" || x.e.Needed >= x.e.Size {
		return sentences, []string{"nothing: it only takes memory. Watch the busiest hour before you make it smaller.", "nothing: it only takes memory."}
	}
	saves := text.Bytes(x.e.Size - x.e.Needed)
	return sentences, []string{
		"nothing has to be done. " + long + " would save " + saves + " of memory; watch the busiest hour first.",
		"nothing has to be done; " + long + " would save " + saves + ".",
		"nothing has to be done; " + short + " would save " + saves + ".",
		"nothing has to be done.",
	}
}
