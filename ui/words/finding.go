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

// tags are titles in a word, for places that have room for no more.
var tags = map[model.Code]string{
	model.ConsumerSlow: "slow", model.ConsumerStalled: "stopped", model.NoConsumer: "no reader", model.HeadBusy: "stuck",
	model.DropsCounted: "losing", model.DropProne: "too full", model.ManyReaders: "two readers", model.PositionInvalid: "nonsense",
	model.Corrupt: "wrong header", model.OwnerGone: "gone", model.ViewGaps: "gap",
}

// Tag is the title of findings of a code in a word or two: `slow`.
func Tag(code model.Code) string {
	if tag, ok := tags[code]; ok {
		return tag
	}
	return strings.ToLower(Title(code))
}

// Codes lists every code that has words, in the order of the documentation.
func Codes() []model.Code {
	return []model.Code{
		model.ConsumerSlow, model.ConsumerStalled, model.NoConsumer, model.HeadBusy, model.DropsCounted, model.DropProne,
		model.ManyReaders, model.PositionInvalid, model.Corrupt, model.OwnerGone, model.ViewGaps,
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

// atLeast is the short form of orLonger, before a time.
func (x *teller) atLeast() string {
	if x.f.Before {
		return "≥"
	}
	return ""
}

// reader names the process that reads, or says `the reader`.
func (x *teller) reader() string {
	if x.e.ReaderKnown && x.e.Reader.PID != 0 {
		return Process(x.c, x.e.Reader)
	}
	return "the reader"
}

// Process names a process: `bootstrap[2211]`.
func Process(c text.Charset, p model.Process) string {
	if p.Comm == "" {
		return fmt.Sprintf("process %d", p.PID)
	}
	return fmt.Sprintf("%s[%d]", c.Name(p.Comm), p.PID)
}

// Target is how the ring is named on a command line, quoted where a shell would not leave it alone.
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

func (x *teller) ring() *model.Ring {
	if x.s == nil {
		return nil
	}
	return x.s.Ring
}
