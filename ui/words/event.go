package words

import (
	"fmt"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ui/text"
)

// Event says what a mark of the time line stands for: `02:13:05Z reader too slow began`.
func Event(c text.Charset, m model.Mark) string {
	what := map[model.MarkKind]string{
		model.MarkLapped: "records passed unseen", model.MarkGone: "the ring ended", model.MarkOwners: "owners or readers changed",
	}[m.Kind]
	switch m.Kind {
	case model.MarkBegan:
		what = strings.ToLower(Title(m.Code)) + " began"
		if m.Before {
			what = strings.ToLower(Title(m.Code)) + " stood already"
		}
	case model.MarkEnded:
		what = strings.ToLower(Title(m.Code)) + " ended"
	case model.MarkAttached:
		what = "watching began"
		if m.ID != 0 {
			what = fmt.Sprintf("watching id %d began", m.ID)
		}
	}
	return text.Clock(m.At) + " " + c.Spell(what)
}

// LookBack is line 3 below a ring that has ended, the longest first: history reaches back over back, and way is how to leave.
func LookBack(back time.Duration, way string) []string {
	return []string{
		"← looks back over the last " + text.Lasting(back.Truncate(time.Second)) + " · what was seen last stays on the screen · " + way,
		"← looks back over the last " + text.Lasting(back.Truncate(time.Second)) + " · " + way,
	}
}
