package words

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
)

// Explanation says what something on the screen is, in at most [ExplanationLines] lines where a screen is 80 columns wide. Each part is
// one or two sentences.
type Explanation struct {
	What   string // what it is
	Known  string // how it is known
	Normal string // what is normal
	Next   string // what to look at next
}

// Part is a part of an [Explanation] with the word that stands before it.
type Part struct{ Word, Text string }

// Parts are what there is to say, in order.
func (e Explanation) Parts() []Part {
	return []Part{{"what", e.What}, {"known", e.Known}, {"normal", e.Normal}, {"next", e.Next}}
}

// Sizes of an explanation on a screen of 80 columns.
const (
	ExplanationLines = 6
	ExplanationWidth = 68 // beside the words before the parts
)

// explanations has every topic but those of findings, which are in causes.
var explanations = func() map[Topic]Explanation {
	all := map[Topic]Explanation{}
	for _, some := range []map[Topic]Explanation{ofHead, ofFigures, ofRing, ofHistory, ofRecords, ofWriters, ofReader, ofLengths, ofFindings} {
		maps.Copy(all, some)
	}
	return all
}()

// Topics lists everything that [Explain] knows, sorted.
func Topics() []Topic {
	all := slices.Collect(maps.Keys(explanations))
	for code := range causes {
		all = append(all, FindingTopic(code))
	}
	slices.Sort(all)
	return all
}

// Explain says what something on the screen is that shows r, which may be nil; ok is false for what is not known here.
func Explain(c text.Charset, t Topic, r *model.Ring) (e Explanation, ok bool) {
	if e, ok = variant(c, t, r); ok {
		return e.spell(c), true
	}
	if code, is := strings.CutPrefix(string(t), finding); is {
		e, ok = causes[model.Code(code)]
	} else {
		e, ok = explanations[t]
	}
	return e.spell(c), ok
}

func (e Explanation) spell(c text.Charset) Explanation {
	return Explanation{c.Spell(e.What), c.Spell(e.Known), c.Spell(e.Normal), c.Spell(e.Next)}
}

// Heading is how an explanation of what shows r is headed: a finding by its title, a bit by its number and by what the format calls it.
func Heading(t Topic, r *model.Ring) string {
	if code, is := strings.CutPrefix(string(t), finding); is {
		return strings.ToLower(Title(model.Code(code)))
	}
	if means := map[Topic]ringcore.Meaning{TopicBusyBit: ringcore.MeansBusy, TopicDiscardBit: ringcore.MeansDiscard}[t]; means != "" {
		if f, has := RecordFormat(r).Field(means); has {
			return fmt.Sprintf("bit %d: %s", f.Low, f.Name)
		}
	}
	return string(t)
}

// Certainty says what a mark means, in a few words.
func Certainty(c text.Charset, h model.How) string {
	return c.Spell(map[model.How]string{
		model.Unknown:       "? unknown: nobody can tell",
		model.Exact:         "exact: counted or read",
		model.Sampled:       "~ sampled now and then, or inferred",
		model.AtLeast:       "≥ at least: a lower bound",
		model.AtMost:        "≤ at most: an upper bound",
		model.Unmeasured:    "… not measured yet",
		model.NotApplicable: "- does not apply",
	}[h])
}

// Entry is one line of the legend.
type Entry struct{ Sign, Meaning string }

// Legend explains shapes and marks, in the order in which they are shown.
func Legend(c text.Charset) []Entry {
	all := []Entry{
		{"█", "unread: waits for the reader"},
		{"▒", "discarded, among the unread"},
		{"◆", "busy: reserved, not finished"},
		{"━", "free: read, still readable"},
		{"╍", "never written"},
		{"▪", "worst since ringscope looks"},
		{"┃", "tape: header; graph: moment"},
		{"┄", "tape: read, was discarded"},
		{"▴ ▸", "selected; ▸ graph: an event"},
		{"C P", "consumer and producer position"},
		{"N O", "pending and overwrite position"},
		{"0", "byte 0 of the ring's memory"},
		{"▲ △ ○ ●", "problem, warning, hint, fine"},
		{"◌ ?", "still looking, unknown"},
		{"~", "sampled or inferred"},
		{"≥ ≤", "at least, at most"},
		{"…", "not measured yet"},
		{"-", "does not apply"},
	}
	for i := range all {
		all[i] = Entry{c.Spell(all[i].Sign), c.Spell(all[i].Meaning)}
	}
	return all
}
