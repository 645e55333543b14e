package words

import (
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ui/text"
)

// Was puts a finding that stood until a moment of the past into words, as long as they get. s is a sample of the ring, and may be nil.
func Was(c text.Charset, f model.Finding, s *model.Sample, until time.Time) Verdict {
	f = Over(f)
	t := Finding(c, f, s, until)
	v := Verdict{Severity: f.Severity, Code: f.Code, Shape: c.Shape(f.Severity), Title: t.Title, Text: "(until " + text.Clock(until) + ") " + t.Sentences[0]}
	if f.Code != model.OwnerGone {
		v.Do = "do: " + t.Advice[0]
	}
	return v
}

// Over is f, which does not stand any more, without what it foretold: it did not come to that.
func Over(f model.Finding) model.Finding {
	f.Evidence.Full.How = model.NotApplicable
	return f
}

// NotReadable says that a ring, or a file of one, could not be read, or not to the end, and why.
func NotReadable(c text.Charset, file bool, err error) Verdict {
	v := Verdict{
		Looking: true, Shape: text.ShapeUnknown, Title: "NOT READABLE", Text: c.Safe(strings.Join(strings.Fields(err.Error()), " ")),
		Do: "do: see what works here: ringscope doctor",
	}
	if file {
		v.Do = "do: serve the ring anew, and check that file" // this host has nothing to do with it
	}
	return v
}

// Left is what to do about a ring that ended while it was checked.
const Left = "nothing, if its program was meant to end"
