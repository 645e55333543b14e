package cli

import (
	"fmt"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ui/text"
)

// passing is a line on a terminal beside the output, which the next one overwrites.
type passing struct {
	a      *app
	shown  string
	silent bool
}

// interrupted is what a terminal adds when somebody types ctrl-c.
const interrupted = "^C"

func (a *app) passing() passing { return passing{a: a, silent: !terminal(a.err)} }

func (p *passing) clear() { p.show("") }

// show writes over what stood there. Nobody is told if that fails: the output is what counts.
func (p *passing) show(said string) {
	if p.silent {
		return
	}
	said = p.a.set().Spell(said)
	width := columns(p.a.err) - 1 - len(interrupted) // a line that is full would go on in the next one, and who ends it there
	if width > 0 {
		said = p.a.set().Cut(said, width)
	}
	if said == p.shown {
		return
	}
	over := text.Width(p.shown)
	if said == "" {
		over += len(interrupted)
	}
	if width > 0 {
		over = min(over, width+len(interrupted))
	}
	line := "\r" + said + strings.Repeat(" ", max(0, over-text.Width(said)))
	if said == "" {
		line += "\r"
	}
	p.shown = said
	if _, err := fmt.Fprint(p.a.err, line); err != nil {
		p.silent = true
	}
}

// progress tells how far a check is.
type progress struct {
	passing
	rings int
	k     *checkup
	until time.Time
}

func (a *app) progress(rings int, k *checkup) *progress {
	p := &progress{passing: a.passing(), rings: rings, k: k}
	if rounds := (rings + k.atOnce - 1) / k.atOnce; rounds > 0 {
		p.until = time.Now().Add(time.Duration(rounds) * k.lasts)
	}
	p.tell(0, min(rings, k.atOnce))
	return p
}

// tell says how many rings have been watched and are.
func (p *progress) tell(done, active int) {
	said := fmt.Sprintf("watching %s for %s", text.Plural(uint64(p.rings), "ring"), p.k.lasts)
	if p.rings > 1 {
		left := max(0, time.Until(p.until)).Truncate(time.Second)
		said = fmt.Sprintf("watching %d of %s for %s each, %d done, about %s left", active, text.Plural(uint64(p.rings), "ring"), p.k.lasts, done, left)
	}
	p.show(said)
}

const (
	tellAfter = time.Second            // who waits for less is told nothing
	tellEvery = 200 * time.Millisecond // between lines
)

// playing tells how far a simulation has been played.
type playing struct {
	passing
	what  string
	until time.Duration
	begin time.Time // of simulated time; zero: nothing was published yet
	next  time.Time // when it is told
}

// playing is of a simulation that is played until a time after its begin.
func (a *app) playing(until time.Duration) *playing {
	return &playing{passing: a.passing(), what: "playing the simulation", until: until, next: time.Now().Add(tellAfter)}
}

// tell takes a moment that was published.
func (p *playing) tell(m *model.Moment) {
	if p.silent || m.Sample == nil {
		return
	}
	if p.begin.IsZero() {
		p.begin = m.Sample.At
	}
	now := time.Now()
	if now.Before(p.next) {
		return
	}
	p.next = now.Add(tellEvery)
	at := m.Sample.At.Sub(p.begin)
	p.show(fmt.Sprintf("%s: %s of %s, %d %% · ctrl-c ends it", p.what, text.Lasting(at), text.Lasting(p.until), int(100*at.Seconds()/max(1e-9, p.until.Seconds()))))
}
