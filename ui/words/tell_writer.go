package words

import (
	"ringscope/model"
	"ringscope/ui/text"
)

func headBusy(x *teller) (sentences, advice []string) {
	_, bytes := x.waiting()
	effects := x.effect()
	sentences = combine([]string{x.since() + ": reserved, not submitted yet. " + bytes + " wait behind it."}, effects)
	// The shortest of them leaves room for how often it came.
	sentences = append(sentences, combine([]string{x.sinceBrief() + ": " + bytes + " wait."}, effects[max(0, len(effects)-2):])...)
	return append(sentences, x.sinceBrief()+"."), x.sooner()
}

// sooner says what helps against a record that stays busy for too long.
func (x *teller) sooner() []string {
	who := x.program()
	if who == "" {
		who = "the program that reserved it"
	}
	advice := []string{
		"shorten what " + who + " does between reserve and submit: it is slow, or was put to sleep there. Position " + text.Count(x.e.Position) + ".",
		who + " takes too long between reserve and submit: shorten that.",
		"its writer takes too long between reserve and submit: shorten that.",
		"shorten what its writer does before it submits.",
	}
	if at := x.line(); at != "" {
		advice = append([]string{
			who + " takes too long between its reserve (" + at + ") and the submit: shorten that.",
			who + " reserves at " + at + ", submits too late.",
		}, advice...)
	}
	return advice
}

func reserveBlocked(x *teller) (sentences, advice []string) {
	since, lost := x.stood()+": ", "new ones are refused"
	if r := x.e.Refused; r.Known() && r.V > 0 {
		lost = text.Figure(x.c, r, text.Count) + " refused so far"
	}
	full, only := "there is room", ""
	if x.e.Size > 0 {
		full = "only " + text.Percent(float64(x.e.Used)/float64(x.e.Size)) + " full"
		only = ", " + text.Percent(float64(x.e.Used)/float64(x.e.Size)) + " full"
	}
	open := text.Lasting(x.lasted())
	return []string{
		since + lost + ". " + capital(full) + ", but a record open for " + x.atLeast() + open + " spans all of it.",
		since + lost + "; " + full + ".",
		since + lost + only + ".",
		since + lost + ".",
		x.stood() + ".",
	}, x.sooner()
}

func discardHeavy(x *teller) (sentences, advice []string) {
	bytes, records := text.Percent(x.e.Ratio), text.Percent(x.e.RatioR)
	since := x.stood() + ": "
	most := bytes + " of the bytes are "
	if x.e.RatioR > x.e.Ratio {
		most = records + " of the records are "
	}
	sentences = []string{
		since + bytes + " of the bytes and " + records + " of the records are reserved, then discarded.",
		since + most + "reserved, then discarded.",
		since + most + "discarded.",
		most + "discarded.",
	}
	at := ""
	if line := x.line(); line != "" {
		at = " at " + line
	}
	in := at
	if who := x.program(); who != "" {
		at = " in " + who + at
	}
	if x.windows() {
		return sentences, []string{
			"filter before the record is reserved" + at + ": what is discarded takes room until the reader has passed it.",
			"filter before the record is reserved" + at + ".",
			"filter before the record is reserved" + in + ".",
			"filter before the record is reserved.",
		}
	}
	return sentences, []string{
		"filter before bpf_ringbuf_reserve" + at + ", or build the event on the stack and hand it over with bpf_ringbuf_output.",
		"filter before bpf_ringbuf_reserve" + at + ".",
		"filter before bpf_ringbuf_reserve" + in + ".",
		"filter before bpf_ringbuf_reserve, or use bpf_ringbuf_output.",
		"filter before bpf_ringbuf_reserve.",
	}
}

func oversizedRecords(x *teller) (sentences, advice []string) {
	zeros := x.c.Mark(model.Sampled) + text.Percent(x.e.Ratio)
	since := x.stood() + ": "
	sentences = []string{
		since + zeros + " of the payload is zeros at the end of records (sampled): the ring holds fewer events than it could.",
		since + zeros + " of the payload is zeros at its end.",
		since + zeros + " is zeros at the end.",
		zeros + " is zeros at the end.",
	}
	if x.e.Dominant.Records > 0 {
		length := text.Size(uint64(x.e.Dominant.Length))
		sentences = append([]string{
			since + zeros + " of the payload is zeros at its end; most bytes are in records of " + length + ".",
		}, sentences[1:]...)
	}
	at := ""
	if line := x.line(); line != "" {
		at = " at " + line
	}
	in := at
	if who := x.program(); who != "" {
		at = " in " + who + at
	}
	return sentences, []string{
		"hand over only what is used" + at + ": bpf_ringbuf_output with the real length.",
		"hand over only what is used" + at + ": bpf_ringbuf_output.",
		"hand over only what is used" + in + ": bpf_ringbuf_output.",
		"hand over only the bytes that are used: bpf_ringbuf_output.",
		"use bpf_ringbuf_output with the real length.",
	}
}

func wakeupPerRecord(x *teller) (sentences, advice []string) {
	t := x.e.Thread
	rate := ""
	if t.Switches.Known() {
		rate = text.Figure(x.c, t.Switches, text.Rate)
	} else if x.e.PerSecond > 0 {
		rate = text.Rate(x.e.PerSecond)
	}
	since := x.stood() + ": "
	each := "one or two records each time"
	if r := t.RecordsPerSwitch; r.Known() {
		each = text.Figure(x.c, r, text.Mean) + " records each time"
	}
	switch rate {
	case "":
		sentences = []string{since + x.thread() + " is woken for " + each + ": that costs the writers more than writing.", since + "woken for " + each + "."}
	default:
		sentences = []string{
			since + x.thread() + " wakes up " + rate + " for " + each + ": costs more than writing.",
			since + x.thread() + " wakes up " + rate + " for " + each + ".",
			since + rate + ", " + each + ": costs processor time.",
			since + rate + ", " + each + ".",
			since + rate + ".",
			rate + ".",
		}
	}
	if x.windows() { // where each submit wakes it, if no flag forbids that
		return sentences, []string{
			"let " + x.reader() + " pause between two visits instead of waiting each time: it then takes more at once.",
			"let the reader pause between two visits: it then takes more.",
			"let the reader pause between two visits.",
		}
	}
	advice = []string{
		"submit with BPF_RB_NO_WAKEUP, and with BPF_RB_FORCE_WAKEUP once a batch (bpf_ringbuf_query says how much waits).",
		"submit with BPF_RB_NO_WAKEUP, and FORCE_WAKEUP once a batch.",
		"wake the reader once a batch: BPF_RB_NO_WAKEUP.",
	}
	if x.e.Site.WakeUp == model.WakeForced {
		at := x.line()
		if at == "" {
			at = x.program()
		}
		if at != "" {
			advice = append([]string{
				"BPF_RB_FORCE_WAKEUP at " + at + " wakes it each time: use 0, which wakes a reader only when it has caught up.",
				"use flags 0 in place of BPF_RB_FORCE_WAKEUP at " + at + ".",
				"use flags 0, not FORCE_WAKEUP, at " + at + ".",
			}, advice...)
		}
	}
	return sentences, advice
}
