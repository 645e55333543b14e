package words

import (
	"ringscope/model"
	"ringscope/ui/text"
)

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
	return sentences, x.sooner()
}

// sooner says what helps against a record that stays busy for too long.
func (x *teller) sooner() []string {
	who := x.program()
	if who == "" {
		who = "the program that reserved it"
	}
	advice := []string{
		"Shorten what " + who + " does between reserve and submit: it is slow, or was put to sleep there. Position " + text.Count(x.e.Position) + ".",
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
	span := x.atLeast() + text.Lasting(x.lasted())
	full := "there is room"
	if x.e.Size > 0 {
		full = text.Percent(float64(x.e.Used)/float64(x.e.Size)) + " full"
	}
	return []string{
		full + ", but a record reserved " + span + " ago spans the ring: new ones are refused.",
		full + ", one is open for " + span + ".",
		span + ".",
	}, x.sooner()
}

func discardHeavy(x *teller) (sentences, advice []string) {
	bytes, records := text.Percent(x.e.Ratio), text.Percent(x.e.RatioR)
	sentences = []string{
		bytes + " of the bytes and " + records + " of the records are discarded after being reserved.",
		bytes + " of the bytes are discarded after being reserved.",
		bytes + " of the bytes are discarded.",
	}
	if x.e.RatioR > x.e.Ratio {
		sentences[1], sentences[2] = records+" of the records are discarded after being reserved.", records+" of the records are discarded."
	}
	at := ""
	if line := x.line(); line != "" {
		at = " at " + line
	}
	if who := x.program(); who != "" {
		at = " in " + who + at
	}
	return sentences, []string{
		"Filter before bpf_ringbuf_reserve" + at + ", or build the event on the stack and hand it over with bpf_ringbuf_output.",
		"filter before bpf_ringbuf_reserve" + at + ".",
		"filter before bpf_ringbuf_reserve, or use bpf_ringbuf_output.",
		"filter before bpf_ringbuf_reserve.",
	}
}

func oversizedRecords(x *teller) (sentences, advice []string) {
	zeros := x.c.Mark(model.Sampled) + text.Percent(x.e.Ratio)
	sentences = []string{
		zeros + " of the payload bytes are zeros at the end of records (sampled): the ring holds fewer events than it could.",
		zeros + " of the payload bytes are zeros at the end of records.",
		zeros + " of the payload are trailing zeros.",
		zeros + " trailing zeros.",
	}
	if x.e.Common.Records > 0 {
		length := text.Size(uint64(x.e.Common.Length))
		sentences = append([]string{
			zeros + " of the payload bytes are zeros at the end; most bytes are in records of " + length + ".",
		}, sentences[1:]...)
	}
	at := ""
	if line := x.line(); line != "" {
		at = " at " + line
	}
	if who := x.program(); who != "" {
		at = " in " + who + at
	}
	return sentences, []string{
		"Hand over only what is used" + at + ": bpf_ringbuf_output with the real length.",
		"hand over only what is used" + at + ": bpf_ringbuf_output.",
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
	each := "one or two records each time"
	if r := t.RecordsPerSwitch; r.Known() {
		each = text.Figure(x.c, r, text.Mean) + " records each time"
	}
	switch rate {
	case "":
		sentences = []string{x.thread() + " is woken for " + each + ": that costs the writers more than writing.", "woken for " + each + "."}
	default:
		sentences = []string{
			x.thread() + " wakes up " + rate + " for " + each + ": costs more than writing.",
			x.thread() + " wakes up " + rate + " for " + each + ".",
			rate + ", " + each + ".",
			rate + ".",
		}
	}
	advice = []string{
		"Submit with BPF_RB_NO_WAKEUP, and with BPF_RB_FORCE_WAKEUP once a batch (bpf_ringbuf_query says how much waits).",
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
				"FORCE_WAKEUP at " + at + ": use 0 there.",
			}, advice...)
		}
	}
	return sentences, advice
}
