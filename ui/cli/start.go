package cli

import (
	"context"
	"errors"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/target"
	"ringscope/ui/tui"
	"ringscope/ui/words"
)

// lookEvery is how often the page of rings looks again.
const lookEvery = 2 * time.Second

// choose lets the user choose a ring. With only, the only ring of the host is chosen without asking.
func (a *app) choose(ctx context.Context, only bool) (tui.Choice, error) {
	cfg := tui.StartConfig{
		Host: a.host().Name, Look: a.page, Every: lookEvery, ASCII: a.ascii, Input: a.in, Output: a.out, Env: a.env,
	}
	if only && terminal(a.out) {
		switch page, err := a.page(ctx); {
		case err != nil:
			return tui.Choice{}, err
		case len(page.Rings) == 1:
			return tui.Choice{Target: page.Rings[0].Target}, nil
		}
	}
	return tui.RunStart(ctx, cfg)
}

// page looks at the host: its rings, or why there are none.
func (a *app) page(ctx context.Context) (tui.StartPage, error) {
	set := a.set()
	h, err := target.List(ctx, time.Now())
	switch {
	case ctx.Err() != nil:
		return tui.StartPage{}, context.Cause(ctx)
	case errors.Is(err, sampler.ErrNotPermitted):
		return tui.StartPage{Still: words.NotPermitted(), AskPin: true}, nil
	case errors.Is(err, sampler.ErrUnsupported):
		return tui.StartPage{Still: words.Unsupported(set, err.Error())}, nil
	case err != nil:
		return tui.StartPage{Still: words.Failed(set, err)}, nil
	case len(h.Rings) == 0:
		return tui.StartPage{Still: words.NoRings(set, a.host().Name, h.Maps)}, nil
	}
	page := tui.StartPage{Rings: make([]tui.Entry, 0, len(h.Rings))}
	for _, l := range h.Rings {
		page.Rings = append(page.Rings, tui.Entry{
			Target: target.Ref{Kind: target.ID, Number: l.Ring.ID}.String(), Ring: l.Ring, Used: l.Occupancy.Used, Note: note(l),
		})
	}
	return page, nil
}

// note is what is said beside a ring: why it can't be read, or who reads it.
func note(l target.Listed) string {
	if l.Err != nil {
		return l.Err.Error()
	}
	if l.Ring.Readers.Known() && l.Ring.Readers.V == 0 {
		return "nobody reads"
	}
	names := make([]string, 0, len(l.Ring.ReaderAt))
	for _, p := range l.Ring.ReaderAt {
		names = append(names, p.Comm)
	}
	if len(names) == 0 && l.Ring.Type == model.TypeUserRingbuf {
		return "written by user space"
	}
	return strings.Join(names, " ")
}
