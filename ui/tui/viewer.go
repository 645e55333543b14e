package tui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
	"ringscope/ui/text"
	"ringscope/ui/tui/circle"
	"ringscope/ui/tui/paint"
)

// Rhythm of the screen.
const (
	frameTime = 100 * time.Millisecond // circle and charts
	earlyTime = 20 * time.Millisecond  // while nothing is shown yet
	earlyMost = 100                    // of these; a ring that is waited for does not come in a moment
	textTime  = 500 * time.Millisecond // figures and records: they stand still long enough to be read
	slack     = 20 * time.Millisecond  // a tick that comes this much early counts
	staleTime = 2 * time.Second        // without a new moment: the header says so
	settled   = 3                      // frames after a change of the focus in which the table takes every moment
	noticeFor = 5 * time.Second
)

// mode is what the keys go to.
type mode uint8

const (
	browsing  mode = iota // the table, or the opened record
	filtering             // typing a filter
	explaining
	helping
)

// viewer is the root model.
type viewer struct {
	ctx     context.Context // of Config.Open and of what the watch does
	cfg     Config
	keys    keyMap
	term    paint.Terminal
	theme   *paint.Theme
	set     text.Charset
	layout  layout
	opening opening
	watch   sampler.Watch

	live    *model.Moment // the newest
	liveAt  time.Time     // tick at which it came
	stale   time.Duration // since then, once it is too long
	shown   *model.Moment // circle and charts; live unless frozen
	figures *model.Moment // text; taken from shown at most twice a second
	textAt  time.Time
	travel            // where in time the view stands
	clock   time.Time // the last tick
	recent  int       // frames for which the table takes every moment, because the user moved

	mode      mode
	byteZero  bool // byte 0 at the top of the circle instead of the reader
	mouse     bool
	table     table
	tape      tape
	pane      pane
	open      bool      // a record is shown full-size
	record    model.Row // that record, as it was last seen
	gone      bool      // it is not readable any more
	compared  bool      // it is shown in every format
	scroll    scroll    // of the page that is open
	prompt    prompt
	pick      spot // mode explaining: what is picked
	notice    string
	noticeEnd time.Time

	fatal   error
	replies replies
	leave   bool // print the last frame after the screen is gone
	back    bool

	grid    *paint.Grid
	circle  circle.Circle
	early   int  // ticks of earlyTime so far
	dirty   bool // everything is to be drawn
	moved   bool // what moves at the frame rate is
	content string
	cursor  *tea.Cursor
}

func newViewer(ctx context.Context, cfg Config) *viewer {
	v := &viewer{
		ctx: ctx, cfg: cfg, keys: newKeyMap(), grid: paint.NewGrid(0, 0),
		opening: opening{open: cfg.Open},
	}
	v.term.ASCII = cfg.asciiOnly()
	if v.term.ASCII {
		v.set = text.ASCII
	}
	v.grid.ASCII, v.grid.Blocks = v.term.ASCII, erasesPlain(cfg.env())
	v.term.Profile = colorprofile.ASCII // until Bubble Tea tells
	v.retheme()
	if cfg.Still != nil {
		v.live, v.shown, v.figures = cfg.Still, cfg.Still, cfg.Still
		v.take(cfg.Still)
		if cfg.Frozen {
			v.travel = travel{held: cfg.Still, at: when(cfg.Still)}
		}
	}
	return v
}

func (v *viewer) retheme() {
	v.theme = paint.NewTheme(v.term)
	v.dirty = true
}

// tickMsg is one frame.
type tickMsg time.Time

func (v *viewer) tick() tea.Cmd {
	d := frameTime
	if v.live == nil && v.early < earlyMost {
		v.early++
		d = earlyTime
	}
	return tea.Tick(d, func(t time.Time) tea.Msg { return tickMsg(t) })
}

// Init asks for the background's colour and opens the ring; the first frame does not wait for either.
func (v *viewer) Init() tea.Cmd {
	if v.cfg.Still != nil {
		return v.replies.ask()
	}
	return tea.Batch(v.opening.cmd(v.ctx), v.replies.ask(), v.tick())
}

// Update takes one message. It reads nothing but the newest moment.
func (v *viewer) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tickMsg:
		cmd := v.frame(time.Time(msg))
		if cmd != nil {
			return v, cmd
		}
		return v, v.tick()
	case tea.WindowSizeMsg:
		v.layout = arrange(msg.Width, msg.Height, v.tape.asked)
		v.grid.Resize(msg.Width, msg.Height)
		v.circle.Aspect = v.cfg.aspect()
		v.dirty = true
		v.look()
	case tea.ColorProfileMsg:
		v.term.Profile = msg.Profile
		v.retheme()
	case tea.BackgroundColorMsg:
		v.term.Background = msg.Color
		v.retheme()
	case tea.CursorPositionMsg:
		return v, v.replies.told()
	case openedMsg:
		if msg.err != nil {
			v.fatal = msg.err
			return v, v.replies.quit()
		}
		v.watch = msg.watch
		v.look()
	case panickedMsg:
		v.fatal = msg.err
		return v, v.replies.quit()
	case tea.KeyPressMsg:
		if !v.replies.typed(msg) {
			return v, nil
		}
		v.dirty = true
		v.notice = ""
		return v, v.key(msg)
	case tea.PasteMsg:
		v.dirty = true
		if v.mode == filtering {
			v.typed(msg)
		}
	case tea.MouseClickMsg:
		v.dirty = true
		v.click(msg.Mouse())
	case tea.MouseWheelMsg:
		v.dirty = true
		v.wheel(msg.Mouse())
	case suspendedMsg:
		if msg.err != nil {
			v.tell("not suspended: " + v.set.Safe(msg.err.Error()))
			return v, nil
		}
		return v, tea.Suspend
	case tea.ResumeMsg:
		v.dirty = true
		return v, v.resume()
	case resumedMsg:
		if msg.err != nil {
			v.fatal = msg.err
			return v, v.replies.quit()
		}
	}
	return v, nil
}

// frame takes the newest moment, once a tick.
func (v *viewer) frame(now time.Time) tea.Cmd {
	v.clock = now
	if v.notice != "" && now.After(v.noticeEnd) {
		v.notice, v.dirty = "", true
	}
	if v.watch == nil {
		return nil
	}
	select {
	case <-v.watch.Done():
		if err := v.watch.Err(); err != nil {
			v.fatal = err
			return v.replies.quit()
		}
	default:
	}
	m := v.watch.Latest()
	if m == nil {
		return nil
	}
	due := now.Sub(v.textAt) >= textTime-slack
	if m == v.live {
		if due && v.shown == m && v.figures != m { // no moment may follow that would be due
			v.figures, v.textAt, v.dirty = m, now, true
			v.take(m)
		}
		v.age(now, due)
		return nil
	}
	first := v.live == nil
	v.live, v.liveAt, v.stale = m, now, 0
	if v.frozen() {
		if due { // the header counts on
			v.textAt, v.dirty = now, true
		}
		return nil
	}
	v.meet(v.shown, m)
	if first && v.cfg.Frozen {
		v.travel = travel{held: m, at: when(m)}
	}
	v.shown, v.moved = m, true
	if v.figures == nil || due {
		v.figures, v.textAt, v.dirty = m, now, true
		v.take(m)
	} else if v.recent > 0 {
		v.dirty = true
		v.take(m)
	}
	v.recent = max(0, v.recent-1)
	return nil
}

// age notices that no new moment comes, though the watch has not ended.
func (v *viewer) age(now time.Time, due bool) {
	if !due || v.frozen() || now.Sub(v.liveAt) < staleTime || state(v.live) == model.Ended {
		return
	}
	v.stale = now.Sub(v.liveAt)
	v.textAt, v.dirty = now, true
}

// take gives the records of a moment to the table and to the opened record.
func (v *viewer) take(m *model.Moment) {
	if m.Sample == nil {
		return
	}
	if v.open {
		v.reopen(m)
		return
	}
	if pos, there := InTheWay(m); (v.watch != nil || holds(m.Sample.Detail.Rows, pos)) && v.table.pointAt(pos, there) {
		v.refocus()
	}
	v.table.take(m, v.recent == 0)
	v.steady()
	v.takeTape(m)
}

// look tells the watch what the screen looks at.
func (v *viewer) look() {
	v.steady()
	v.retake()
	if v.watch == nil {
		return
	}
	v.recent = settled
	v.watch.Focus(v.focus())
}

// refocus tells the watch what the screen looks at, where the table moved by itself.
func (v *viewer) refocus() {
	if v.watch == nil {
		return
	}
	v.recent = settled
	v.watch.Focus(v.focus())
}

// InTheWay is the record that the reader has passed and that keeps writers out, where the verdict is about one. The viewer's table
// begins there: it does not stand at the reader.
func InTheWay(m *model.Moment) (pos ringcore.Pos, there bool) {
	if past(m) || len(m.Findings) == 0 || m.Findings[0].Code != model.ReserveBlocked {
		return 0, false
	}
	return m.Findings[0].Evidence.Position, true
}

// holds reports whether rows hold the record at pos.
func holds(rows []model.Row, pos ringcore.Pos) bool {
	return slices.ContainsFunc(rows, func(r model.Row) bool { return r.Pos == pos })
}

func (v *viewer) focus() model.Focus {
	if v.open {
		return model.Focus{Anchor: model.AtPos, From: v.record.Pos, Rows: 1, Payload: fullPayload}
	}
	f := v.table.focus(v.tableHeight())
	f.Tape = v.tapeFocus()
	return f
}

// tell shows a sentence in place of the key line for a few seconds, or until the next key.
func (v *viewer) tell(s string) {
	v.notice, v.noticeEnd, v.dirty = s, v.clock.Add(noticeFor), true
}

// another reports whether b shows another ring than a, or the successor of a's.
func another(a, b *model.Moment) bool {
	x, y := ring(a), ring(b)
	return x != nil && y != nil && (x.Source != y.Source || x.ID != y.ID || x.Made != y.Made)
}

// past reports whether m was rebuilt from history, which keeps no records.
func past(m *model.Moment) bool { return m != nil && m.Past > 0 }

// state is what the watch was doing at m.
func state(m *model.Moment) model.State {
	if m == nil || m.Sample == nil {
		return model.Looking
	}
	return m.Sample.State
}

// ring is the ring's identity at m; nil while it is not known.
func ring(m *model.Moment) *model.Ring {
	if m == nil || m.Sample == nil {
		return nil
	}
	return m.Sample.Ring
}

// consumes reports whether ringscope is the ring's consumer.
func consumes(m *model.Moment) bool {
	return m != nil && m.Sample != nil && m.Sample.Observer.Consumes
}
