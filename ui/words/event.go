package words

import (
	"fmt"
	"strings"

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
