package words

import (
	"slices"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
)

func positionInvalid(x *teller) (sentences, advice []string) {
	which := x.c.Safe(string(x.e.Wrong))
	switch {
	case x.e.Leapt > 0:
		leapt := text.Bytes(x.e.Leapt) + " within " + text.Duration(x.e.Within)
		sentences = []string{
			"the " + which + " position moved " + leapt + ": nothing can be reserved so fast. None of it counts as missed.",
			"the " + which + " position moved " + leapt + ": nothing can be reserved so fast.",
			which + " moved " + leapt + ".",
			which + " leapt.",
		}
	case x.e.Ahead > 0:
		sentences = []string{
			"the " + which + " position is " + text.Count(x.e.Ahead) + " ahead of the producer position.",
			which + " is " + text.Count(x.e.Ahead) + " ahead.",
			which + " is ahead.",
		}
	case x.e.Misaligned:
		sentences = []string{"the " + which + " position " + text.Count(x.e.Position) + " is no multiple of 8.", which + " is misaligned."}
	default:
		sentences = []string{
			"the " + which + " position is further behind the producer position than the ring is large.",
			which + " is further behind than the ring is large.",
			which + " is too far behind.",
		}
	}
	sentences = append(combine([]string{x.sinceBrief() + ": "}, sentences), sentences...)
	if IsUserRing(x.ring()) { // whatever does not fit the other: only one of the two can be forged
		return sentences, []string{
			"the producer position is written by user space, the other by the kernel: look for a broken writer. Nothing else here can be trusted.",
			"user space wrote the producer position: look for a broken writer.",
			"look for a broken writer.",
		}
	}
	if x.e.Wrong != model.ConsumerPosition {
		if x.otherwiseKnown() {
			return sentences, []string{
				"is it of another format than " + Format(x.ring()) + "? --format says which to read it in. Else its writer is broken, or it is no ring.",
				"is it of another format? --format says which. Else: no ring.",
				"is it of another format? --format says which.",
			}
		}
		return sentences, []string{
			"no reader writes it: whoever writes the records is broken, or this is no ring. Nothing else here can be trusted.",
			"no reader writes it: the producer is broken, or this is no ring.",
			"look for a broken producer.",
		}
	}
	if x.otherwiseKnown() {
		return sentences, []string{
			"is it of another format than " + Format(x.ring()) + "? --format says which to read it in. Else look for a broken or a second reader.",
			"is it of another format? --format says which. Else: a broken reader.",
			"is it of another format? --format says which.",
		}
	}
	return sentences, []string{
		"the consumer position is written by user space: look for a broken or a second reader. Nothing else here can be trusted.",
		"user space wrote it: look for a broken or a second reader.",
		"look for a broken or a second reader.",
	}
}

// wentBack is the advice about a producer position that did.
var wentBack = []string{
	"watched on from where it stands now. No producer goes back: the ring was begun anew, or somebody forges its positions.",
	"no producer goes back: the ring was begun anew, or forged.",
	"the ring was begun anew, or forged.",
}

func corrupt(x *teller) (sentences, advice []string) {
	last := x.e.At
	if last.IsZero() {
		last = x.f.Since
	}
	when := "at " + text.Clock(last) + ", position "
	at, why := text.Count(x.e.Position), x.c.Safe(x.e.Why)
	if x.e.Why == ringcore.ErrWentBack.Error() { // there is no header then
		return []string{
			when + at + ": the producer position went back. What stood behind it is void.",
			when + at + ": the producer position went back.",
			"at " + at + ": the producer position went back.",
			"the producer position went back.",
		}, slices.Clone(wentBack)
	}
	sentences = []string{when + at + ": " + why + ".", when + at + ".", "at " + at + "."}
	if x.e.Raw.Known() {
		raw := text.HeaderBytes(x.e.Raw.V, x.headerSize())
		sentences = []string{when + at + ": " + raw + "; " + why + ".", sentences[0], when + at + ": " + raw + ".", sentences[1], sentences[2]}
	}
	r := x.ring()
	if r != nil && r.PayloadUnread {
		sentences = append([]string{when + at + ": " + why + "; its bytes are not shown, they may be payload."}, sentences...)
	}
	if x.otherwiseKnown() || isFile(r) && r.PayloadUnread {
		return sentences, []string{
			"resynchronised at the producer position. Is it of another format than " + Format(r) + "? --format says which to read it in.",
			"resynchronised; is it of another format? --format says which.",
			"is it of another format? --format says which.",
		}
	}
	switch {
	case x.e.Why == ringcore.ErrAstray.Error():
		return sentences, []string{
			"this header is wrong, or the consumer position, which user space wrote: look for a broken or a second reader.",
			"it, or the consumer position: look for a broken or second reader.",
			"look for a broken or a second reader.",
		}
	case x.e.BeforeReader:
		return sentences, []string{
			"the reader comes to it and may stop or lose its way there. Something writes where it has reserved nothing.",
			"the reader may stop there; something writes past its record.",
			"the reader may stop there.",
		}
	}
	return sentences, []string{
		"resynchronised at the producer position. If it comes again, something writes where it has reserved nothing.",
		"resynchronised; if it comes again, something writes past its record.",
		"resynchronised at the producer position.",
	}
}

// otherwiseKnown reports whether the ring is a file that did not tell its format: then another one may be right.
func (x *teller) otherwiseKnown() bool {
	r := x.ring()
	return isFile(r) && r.FormatHow != model.FormatTold
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
	if isFile(x.ring()) {
		ended := endedAt(x.ring(), at)
		sentences = []string{ended + "  " + unserved, ended + "  nobody serves this file."}
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
		"only this view is incomplete, nothing was taken from the reader. Looking more often costs more: --interval 0.5ms (stat and check: --tick)",
		"only this view is incomplete, nothing was taken from the reader. Looking more often costs more: --interval 0.5ms",
		"only this view is incomplete; a shorter --interval sees more.",
		"only this view is incomplete.",
	}
}
