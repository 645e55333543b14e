package words

import (
	"fmt"

	"ringscope/ui/text"
)

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
	return sentences, append(x.lessNoise(),
		"A larger ring helps against bursts; against a reader that is too slow only less work per event does.",
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
		fmt.Sprintf("no room for a record of %s (the largest lately) during %s of the last %s. The kernel keeps no count.", size, during, window),
		fmt.Sprintf("no room for a %s record during %s of the last %s.", size, during, window),
		fmt.Sprintf("no room for %s during %s.", size, during),
	}
	return sentences, append(x.lessNoise(),
		"A larger ring helps against bursts, less work per event against a slow reader. Count failed reserves in the program.",
		"a larger ring or a faster reader; count failed reserves in the program.",
		"a larger ring, or a faster reader.",
	)
}

func overwritten(x *teller) (sentences, advice []string) {
	lost := text.Bytes(x.e.Lost)
	last := ""
	if !x.e.At.IsZero() {
		last = ", last at " + text.Clock(x.e.At)
	}
	sentences = []string{
		lost + " were overwritten before " + x.reader() + " took them" + last + " (overwrite mode).",
		lost + " were overwritten before the reader took them.",
		lost + " were overwritten before they were read.",
		lost + ".",
	}
	return sentences, []string{
		"Less work per event in " + x.reader() + ", or a larger ring; without overwrite mode new events are refused.",
		"less work per event in the reader, or a larger ring.",
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

// filled is how full the ring was at its worst.
func (x *teller) filled() string {
	if x.e.Size == 0 || x.e.Peak == 0 {
		return ""
	}
	return text.Percent(float64(x.e.Peak) / float64(x.e.Size))
}

func burst(x *teller) (sentences, advice []string) {
	came := text.Bytes(x.e.Came) + " came within " + text.Lasting(x.e.Within)
	full := ""
	if f := x.filled(); f != "" {
		full = " and filled it to " + f
	}
	long, short := x.held()
	const keeps = "; the reader keeps up otherwise."
	sentences = []string{came + full + keeps, came + keeps, came + full + ".", came + "."}
	if long == "" {
		return sentences, []string{
			"Write it in smaller portions, or make the ring larger.",
			"a larger ring, or smaller portions.",
		}
	}
	return sentences, []string{
		"A ring of " + long + " would have held it; or spread what is written at once.",
		"make it " + long + ", or write smaller portions.",
		"make it " + short + ".",
	}
}

func undersized(x *teller) (sentences, advice []string) {
	full, at := x.filled(), ""
	if full == "" {
		full = "nearly"
	}
	if !x.e.PeakAt.IsZero() {
		at = " at " + text.Clock(x.e.PeakAt)
	}
	sentences = []string{
		full + " full" + at + ", and no slow reader explains it: there is no reserve left.",
		full + " full" + at + ": there is no reserve left.",
		full + " full" + at + ".",
		full + " full.",
	}
	long, short := x.held()
	if long == "" {
		return sentences, []string{"Make the ring larger: max_entries in the program, in bytes, a power of two.", "make the ring larger."}
	}
	least := ""
	if x.e.RingIsFull || x.e.Size > 0 && x.e.Peak+x.e.Largest > x.e.Size-8 {
		least = "at least "
	}
	return sentences, []string{
		"Make it " + least + long + ". It costs that much memory, and nothing else.",
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
	during := ""
	if d := x.lasted(); d > 0 {
		during = " in " + text.Lasting(d)
	}
	sentences = []string{
		"at its worst only " + full + " full" + during + " of traffic.",
		"only " + full + " full at its worst.",
		full + " full at worst.",
	}
	if during == "" {
		sentences = sentences[1:]
	}
	if long == "" {
		return sentences, []string{"No harm but memory. Watch the busiest hour before it is made smaller.", "no harm but memory."}
	}
	return sentences, []string{
		"No harm but memory: " + long + " would have done. Watch the busiest hour first.",
		"no harm but memory: " + short + " would have done so far.",
		short + " would have done so far.",
	}
}
