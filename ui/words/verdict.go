package words

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ui/text"
)

// LookingFor is how long nothing is judged after watching began.
const LookingFor = 2 * time.Second

// UnownedAfter is how long a ring must have been without a known owner until that is said: until then it turns out whether it is gone.
const UnownedAfter = 3 * time.Second

// QuietAfter is how long nothing must have been written for a ring to be called quiet.
const QuietAfter = 10 * time.Second

// Verdict is lines 2 and 3 of every screen.
type Verdict struct {
	Severity model.Severity
	Looking  bool // nothing is judged yet
	Code     model.Code
	Shape    string // ▲ △ ○ ● ◌, or in ASCII
	Title    string // READER TOO SLOW
	Text     string // what is said after the title
	Do       string // what to do; empty where there is nothing to do
}

// Second is line 2 in one text.
func (v Verdict) Second() string {
	if v.Text == "" {
		return v.Shape + " " + v.Title
	}
	return v.Shape + " " + v.Title + " " + v.Text
}

// Third is line 3 in one text.
func (v Verdict) Third() string {
	if v.Do == "" {
		return ""
	}
	return "  " + v.Do
}

// Judge says in at most width cells a line what m shows at now: the worst finding, or that nothing wrong was seen. m may be nil:
// nothing was read yet.
func Judge(c text.Charset, m *model.Moment, now time.Time, width int) Verdict {
	v, sentences, advice := judge(c, m, now)
	v.Shape = c.Spell(v.Shape)
	v.Text = choose(c, sentences, width-text.Width(v.Shape)-text.Width(v.Title)-2)
	v.Do = choose(c, advice, width-2)
	return v
}

// choose takes the first that fits, or cuts the last.
func choose(c text.Charset, longestFirst []string, width int) string {
	if len(longestFirst) == 0 {
		return ""
	}
	for _, s := range longestFirst {
		if s = c.Spell(s); text.Width(s) <= width {
			return s
		}
	}
	return c.Cut(c.Spell(longestFirst[len(longestFirst)-1]), width)
}

func judge(c text.Charset, m *model.Moment, now time.Time) (v Verdict, sentences, advice []string) {
	if m == nil {
		return Verdict{Looking: true, Shape: text.ShapeLooking, Title: "LOOKING"}, []string{"the ring is being opened."}, nil
	}
	state := model.Live
	if m.Sample != nil {
		state = m.Sample.State
	} else if m.Wait != "" {
		state = model.Waiting
	}
	switch {
	case state == model.Waiting:
		return waiting(c, m)
	case len(m.Findings) > 0:
		f := m.Findings[0]
		t := Finding(c, f, m.Sample, now)
		v = Verdict{Severity: f.Severity, Code: f.Code, Shape: c.Shape(f.Severity), Title: t.Title}
		for _, a := range t.Advice {
			if f.Code != model.OwnerGone {
				a = "do: " + a
			}
			advice = append(advice, a)
		}
		long, short := again(m, f.Code, now)
		return v, followed(t.Sentences, long, short), advice
	case state == model.Ended:
		return ended(m)
	case m.Sample == nil || state == model.Looking:
		return Verdict{Looking: true, Shape: text.ShapeLooking, Title: "LOOKING"}, []string{"positions read, rates follow in 1 s."}, nil
	}
	return fine(c, m, now)
}

// Why a watch ended, in words.
var endings = map[string]string{
	model.EndCount:     "as many lines as were asked for.",
	model.EndSignal:    "by a signal.",
	model.EndOwnerGone: "nobody but ringscope held this ring; it let go.",
	model.EndError:     "reading the ring failed.",
	model.EndFinished:  "it reached its end.",
}

// unserved is what has happened to a file that ends: its server has ended, or it is a copy that never had one.
const unserved = "nobody serves this file: it stays as it is."

func ended(m *model.Moment) (v Verdict, sentences, advice []string) {
	v = Verdict{Severity: model.Warning, Shape: "△", Title: "ENDED"}
	switch m.Why {
	case model.EndOwnerGone:
		v.Title, v.Code = "GONE", model.OwnerGone
	case model.EndFinished, model.EndCount:
		v.Severity, v.Shape = model.Fine, "●"
	}
	why, ok := endings[m.Why]
	switch {
	case ok && m.Why == model.EndOwnerGone && isFile(m.Sample.Ring):
		why = unserved
	case !ok:
		why = "nobody says why."
	}
	return v, []string{endedAt(m.Sample.Ring, m.Sample.At) + "  " + why}, []string{"what was seen last stays on the screen · q quit"}
}

// endedAt says when a ring ended, or that it was before at, when watching began.
func endedAt(r *model.Ring, at time.Time) string {
	if r != nil && r.Unserved {
		return "before " + text.Clock(at)
	}
	return text.Clock(at)
}

func waiting(c text.Charset, m *model.Moment) (v Verdict, sentences, advice []string) {
	v = Verdict{Looking: true, Shape: text.ShapeLooking, Title: "WAITING"}
	sentences = []string{"for " + c.Safe(m.Wait) + " …"}
	if m.Sample != nil && m.Sample.Ring != nil {
		last := "the last one"
		if id := m.Sample.Ring.ID; id != 0 {
			last += fmt.Sprintf(", id %d,", id)
		}
		last += " ended " + text.Clock(goneAt(m)) + "."
		return v, sentences, []string{last + " This goes on by itself when it comes back.", last}
	}
	return v, sentences, []string{"this goes on by itself when it appears · q quit"}
}

// goneAt is when the ring ended whose successor is waited for: its mark on the time line, not the last reading, which is of now.
func goneAt(m *model.Moment) time.Time {
	if m.History != nil {
		for _, mark := range slices.Backward(m.History.Marks) {
			if mark.Kind == model.MarkGone {
				return mark.At
			}
		}
	}
	return m.Sample.At
}

func fine(c text.Charset, m *model.Moment, now time.Time) (v Verdict, sentences, advice []string) {
	s := m.Sample
	watched := max(0, now.Sub(s.Since))
	advice = lately(c, s)
	unowned := s.Ring != nil && (s.Ring.Source == model.SourceBPF || s.Ring.Simulated) && !s.Unowned.IsZero() && now.Sub(s.Unowned) >= UnownedAfter
	switch {
	case watched < LookingFor:
		v = Verdict{Looking: true, Shape: text.ShapeLooking, Title: "LOOKING"}
		if watched < time.Second {
			return v, []string{"positions read, rates follow in 1 s."}, nil
		}
		return v, []string{"1 of 2 s."}, nil
	case unowned:
		v = Verdict{Severity: model.Warning, Shape: "△", Title: "NO OWNER VISIBLE"}
		return v, []string{
			"but it lives: a pin or a mapping in another namespace, or a BPF program, holds it.",
			"but it lives: something out of sight holds it.",
		}, advice
	case s.Written() == model.Of[uint64](0):
		v = Verdict{Shape: "●", Title: "NOTHING WRITTEN YET"}
		return v, []string{"since it was made."}, writers(c, s.Ring)
	}
	if last := s.Rates.LastProduced; s.Rates.Window > 0 && !s.Rates.ProducedRecently {
		quiet, mark := watched, "no record since ringscope looks: "
		if !last.IsZero() {
			quiet, mark = max(0, now.Sub(last)), "no record for "
		}
		if quiet >= QuietAfter {
			unread := text.Figure(c, s.Lag.Records, text.Count)
			v = Verdict{Shape: "●", Title: "QUIET"}
			return v, []string{mark + text.Duration(quiet) + "; " + unread + " unread.", text.Duration(quiet) + "; " + unread + " unread."}, advice
		}
	}
	if past, ok := lastEnded(m); ok {
		v = Verdict{Shape: "●", Title: "NOTHING WRONG NOW"}
		until := "but until " + text.Clock(past.At)
		times := often(m, past.Code, now)
		sentences := []string{until + ": " + strings.ToLower(Title(past.Code)) + "."}
		return v, append(followed(sentences, times, times), until+"."), advice
	}
	v = Verdict{Shape: "●", Title: "NOTHING WRONG SEEN"}
	return v, []string{"in " + text.Lasting(watched) + ". Earlier losses could not be seen.", "in " + text.Lasting(watched) + "."}, advice
}

// lastEnded is the end of the last problem or warning since watching this ring began: what its predecessor had ends with that one.
func lastEnded(m *model.Moment) (model.Mark, bool) {
	if m.History != nil {
		for _, mark := range slices.Backward(m.History.Marks) {
			if mark.Kind == model.MarkAttached {
				break
			}
			if mark.Kind == model.MarkEnded && mark.Severity >= model.Warning && !mark.At.Before(m.Sample.Since) {
				return mark, true
			}
		}
	}
	return model.Mark{}, false
}

// lately is the evidence that stands below "nothing wrong seen".
func lately(c text.Charset, s *model.Sample) []string {
	if !s.Occupancy.Peak.Known() || s.Ring == nil || s.Ring.Size() == 0 {
		return nil
	}
	worst := "worst fill " + c.Mark(s.Occupancy.Peak.How) + text.Percent(float64(s.Occupancy.Peak.V)/float64(s.Ring.Size()))
	if !s.Occupancy.PeakAt.IsZero() {
		worst += " at " + text.Clock(s.Occupancy.PeakAt)
	}
	if Overwrites(s.Ring) {
		return []string{worst + "; old records make room for new ones (overwrite mode)", worst}
	}
	if f := s.Ring.Format; f != nil && s.Largest.Known() && s.Largest.V > 0 && s.Occupancy.Peak.V+s.Largest.V <= f.Capacity(&s.Ring.Geometry) {
		return []string{worst + "; the largest record lately, " + text.Size(s.Largest.V) + ", would have fitted at every look", worst}
	}
	return []string{worst}
}

func writers(c text.Charset, r *model.Ring) []string {
	if r == nil || len(r.Programs) == 0 {
		return nil
	}
	n := text.Plural(uint64(len(r.Programs)), "program") + " may write here"
	long := n + ": "
	for i, p := range r.Programs {
		if i > 0 {
			long += ", "
		}
		if i == 6 {
			long += "…"
			break
		}
		long += c.Name(p.Name)
	}
	return []string{long, n + "."}
}
