package words

import (
	"ringscope/ui/text"
)

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
	sentences = append(combine([]string{x.sinceBrief() + ": "}, sentences), sentences...)
	return sentences, []string{
		"the consumer position is written by user space: look for a broken or a second reader. Nothing else here can be trusted.",
		"user space wrote it: look for a broken or a second reader.",
		"look for a broken or a second reader.",
	}
}

func corrupt(x *teller) (sentences, advice []string) {
	last := x.e.At
	if last.IsZero() {
		last = x.f.Since
	}
	when := "at " + text.Clock(last) + ", position "
	at, raw, why := text.Count(x.e.Position), text.HeaderBytes(x.e.Raw), x.c.Safe(x.e.Why)
	sentences = []string{
		when + at + ": " + raw + "; " + why + ".",
		when + at + ": " + why + ".",
		when + at + ": " + raw + ".",
		when + at + ".",
		"at " + at + ".",
	}
	return sentences, []string{
		"resynchronised at the producer position. If it comes again, something writes where it has reserved nothing.",
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
		text.Clock(at) + "  nobody but ringscope held this ring; it let go.",
		text.Clock(at) + "  only ringscope held it; it let go.",
	}
	return sentences, []string{
		"what was seen last stays on the screen · q quit",
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
		"only this view is incomplete, nothing was taken from the reader. Looking more often costs more: --interval 0.5ms",
		"only this view is incomplete; a shorter --interval sees more.",
		"only this view is incomplete.",
	}
}
