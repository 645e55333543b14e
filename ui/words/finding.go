package words

import (
	"fmt"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ui/text"
)

// Text is what is said about one finding. Sentences and Advice hold the same thought in decreasing length, at least one each.
type Text struct {
	Title     string
	Sentences []string
	Advice    []string
}

// Finding puts f, found in the ring of s, into words. now is the moment that is shown; s may be nil.
func Finding(c text.Charset, f model.Finding, s *model.Sample, now time.Time) Text {
	x := teller{c: c, f: f, e: f.Evidence, s: s, now: now}
	if tell, ok := tellers[f.Code]; ok {
		sentences, advice := tell.words(&x)
		return Text{Title: tell.title, Sentences: sentences, Advice: advice}.spell(c)
	}
	return Text{
		Title:     strings.ToUpper(strings.ReplaceAll(c.Safe(string(f.Code)), "_", " ")),
		Sentences: []string{"since " + text.Clock(f.Since)},
		Advice:    []string{"nothing is known about this finding"},
	}.spell(c)
}

// Title is the title of findings of a code: `READER TOO SLOW`.
func Title(code model.Code) string {
	if tell, ok := tellers[code]; ok {
		return tell.title
	}
	return strings.ToUpper(strings.ReplaceAll(string(code), "_", " "))
}

// Tag is the title of findings of a code in a word or two: `slow`.
func Tag(code model.Code) string {
	if tell, ok := tellers[code]; ok {
		return tell.tag
	}
	return strings.ToLower(Title(code))
}

// Codes lists every code that has words, in the order of the documentation.
func Codes() []model.Code {
	return []model.Code{
		model.ConsumerSlow, model.ConsumerStalled, model.NoConsumer, model.ReaderAsleep, model.HeadBusy, model.ReserveBlocked,
		model.DropsCounted, model.DropProne, model.Overwritten, model.ManyReaders, model.PositionInvalid, model.Corrupt,
		model.OwnerGone, model.ViewGaps, model.Burst, model.Undersized,
		model.DiscardHeavy, model.OversizedRecord, model.WakeupPerRecord, model.Oversized,
	}
}

func (t Text) spell(c text.Charset) Text {
	for i := range t.Sentences {
		t.Sentences[i] = c.Spell(t.Sentences[i])
	}
	for i := range t.Advice {
		t.Advice[i] = c.Spell(t.Advice[i])
	}
	return t
}

// Process names a process: `bootstrap[2211]`.
func Process(c text.Charset, p model.Process) string {
	if p.Comm == "" {
		return fmt.Sprintf("process %d", p.PID)
	}
	return fmt.Sprintf("%s[%d]", c.Name(p.Comm), p.PID)
}

// Target is how the ring is named on a command line, made harmless to show; nothing is quoted for a shell.
func Target(r *model.Ring) string {
	switch {
	case r == nil:
		return "TARGET"
	case r.ID != 0:
		return fmt.Sprintf("id:%d", r.ID)
	case r.Source == model.SourceDemo:
		return "demo"
	case r.Source == model.SourceFile && r.Made.Known():
		return "file:" + text.UTF8.Safe(r.Made.V)
	default:
		return "TARGET"
	}
}
