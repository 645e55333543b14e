package tui

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// StartConfig says what the page shows that comes before a ring is chosen.
type StartConfig struct {
	Host string
	// Look finds what there is to choose from. It is called beside the screen: at once, and every Every after its answer; Every 0
	// calls it once.
	Look  func(ctx context.Context) (StartPage, error)
	Every time.Duration
	ASCII bool

	// Input, Output and Env are the process's own where they are nil.
	Input  io.Reader
	Output io.Writer
	Env    []string
}

// StartPage is what can be chosen: rings, or why there are none.
type StartPage struct {
	Rings  []Entry
	Still  words.Still // shown where there are no rings
	AskPin bool        // enter asks for the path of a pinned ring
}

// Entry is one ring of the list.
type Entry struct {
	Target string // as a command line names it; it tells the entries apart
	Ring   *model.Ring
	Used   model.Figure[uint64] // bytes
	Note   string               // what else is known, or why it can't be opened
}

// Choice is what the user wants: the target of a ring, or a simulated ring. The zero value is to quit.
type Choice struct {
	Target string
	Demo   bool
}

// RunStart lets the user choose a ring, and returns a zero Choice after q. Errors are as for [Run].
func RunStart(ctx context.Context, cfg StartConfig) (Choice, error) {
	as := Config{Host: cfg.Host, ASCII: cfg.ASCII, Input: cfg.Input, Output: cfg.Output, Env: cfg.Env}
	if err := checkScreen(&as); err != nil {
		return Choice{}, err
	}
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	s := newStart(inner, cfg, &as)
	_, err := tea.NewProgram(s, append(as.options(), tea.WithContext(ctx))...).Run()
	if err != nil {
		return Choice{}, ending(ctx, err)
	}
	return s.choice, s.fatal
}

// startKeys are the keys of the page.
type startKeys struct {
	Up, Down, Left, Right, PageUp, PageDown key.Binding
	Open, Demo, Explain, Help               key.Binding
	Back, Quit, Interrupt, Suspend          key.Binding
}

// start is the root model of the page.
type start struct {
	ctx     context.Context
	cfg     StartConfig
	keys    startKeys
	term    paint.Terminal
	theme   *paint.Theme
	set     text.Charset
	grid    *paint.Grid
	w, h    int
	page    *StartPage // nil: still looking
	sel     string     // target of the selected entry
	top     int        // first visible entry
	asking  bool
	prompt  prompt
	over    overlay // what covers the list
	topic   int     // of topics, while explaining
	scroll  scroll  // of the page of all keys
	choice  Choice
	fatal   error
	replies replies
}

func newStart(ctx context.Context, cfg StartConfig, as *Config) *start {
	s := &start{ctx: ctx, cfg: cfg, grid: paint.NewGrid(0, 0)}
	s.term = paint.Terminal{ASCII: as.asciiOnly(), Profile: colorprofile.ASCII}
	if s.term.ASCII {
		s.set = text.ASCII
	}
	s.grid.ASCII, s.grid.Blocks = s.term.ASCII, erasesPlain(as.env())
	s.theme = paint.NewTheme(s.term)
	s.keys = startKeys{
		Up:        bind([]string{"up", "k"}, "↑↓", "choose"),
		Down:      bind([]string{"down", "j"}, "↓", "the next"),
		Open:      bind([]string{"enter"}, "enter", "open"),
		Left:      bind([]string{"left"}, "←→", "another"),
		Right:     bind([]string{"right"}, "→", "the next one"),
		PageUp:    bind([]string{"pgup"}, "PgUp PgDn", "scroll"),
		PageDown:  bind([]string{"pgdown"}, "PgDn", "scroll on"),
		Demo:      bind([]string{"d"}, "d", "a simulated ring"),
		Explain:   bind([]string{"e"}, "e", "explain"),
		Help:      bind([]string{"?"}, "?", "keys"),
		Back:      bind([]string{"esc"}, "esc", "back"),
		Quit:      bind([]string{"q"}, "q", "quit"),
		Interrupt: bind([]string{"ctrl+c"}, "ctrl-c", "quit"),
		Suspend:   bind([]string{"ctrl+z"}, "ctrl-z", "suspend"),
	}
	return s
}

// foundMsg is the answer to StartConfig.Look.
type foundMsg struct {
	page StartPage
	err  error
}

// againMsg asks for another look.
type againMsg struct{}

func (s *start) look() tea.Msg {
	p, err := s.cfg.Look(s.ctx)
	return foundMsg{p, err}
}

// lookAgain is look as a command.
func (s *start) lookAgain() tea.Cmd { return guarded("looking for rings", s.look) }

func (s *start) Init() tea.Cmd { return tea.Batch(s.lookAgain(), s.replies.ask()) }

func (s *start) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		s.w, s.h = msg.Width, msg.Height
		s.grid.Resize(s.w, s.h)
	case tea.ColorProfileMsg:
		s.term.Profile = msg.Profile
		s.theme = paint.NewTheme(s.term)
	case tea.BackgroundColorMsg:
		s.term.Background = msg.Color
		s.theme = paint.NewTheme(s.term)
	case tea.CursorPositionMsg:
		return s, s.replies.told()
	case foundMsg:
		if msg.err != nil {
			if !errors.Is(msg.err, context.Canceled) {
				s.fatal = msg.err
			}
			return s, s.replies.quit()
		}
		s.page = &msg.page
		fullestFirst(s.page.Rings)
		if i := s.selected(); i >= 0 {
			s.sel = s.page.Rings[i].Target // it stays selected when another one becomes fuller
		}
		if s.cfg.Every > 0 {
			return s, tea.Tick(s.cfg.Every, func(time.Time) tea.Msg { return againMsg{} })
		}
	case panickedMsg:
		s.fatal = msg.err
		return s, s.replies.quit()
	case againMsg:
		return s, s.lookAgain()
	case tea.PasteMsg:
		if s.asking {
			s.prompt.edit(msg)
		}
	case tea.KeyPressMsg:
		return s, s.key(msg)
	}
	return s, nil
}

func (s *start) key(k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, s.keys.Interrupt):
		return tea.Interrupt
	case key.Matches(k, s.keys.Suspend):
		return tea.Suspend
	case s.asking:
		return s.ask(k)
	case key.Matches(k, s.keys.Quit):
		return tea.Quit
	case s.overKey(k):
		return nil
	case key.Matches(k, s.keys.Demo):
		s.choice = Choice{Demo: true}
		return tea.Quit
	case s.page == nil:
		return nil
	case key.Matches(k, s.keys.Open):
		return s.open()
	case key.Matches(k, s.keys.Up):
		s.move(-1)
	case key.Matches(k, s.keys.Down):
		s.move(1)
	}
	return nil
}

// open takes the selected ring, or asks for a path.
func (s *start) open() tea.Cmd {
	if i := s.selected(); i >= 0 {
		s.choice = Choice{Target: s.page.Rings[i].Target}
		return tea.Quit
	}
	if s.page.AskPin {
		s.asking = true
		s.prompt.start(pinsAt)
	}
	return nil
}

// ask takes a key while a path is typed.
func (s *start) ask(k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "enter":
		s.choice = Choice{Target: "pin:" + pinned(s.prompt.text())}
		return tea.Quit
	case "esc":
		s.asking = false
	default:
		s.prompt.edit(k)
	}
	return nil
}

// pinsAt is where nearly every pin is; a path begins with it when it is asked for.
const pinsAt = "/sys/fs/bpf/"

// pinned is the path that was typed. One that is whole by itself, as a pasted one is, may stand behind what was there already.
func pinned(typed string) string {
	if rest, ok := strings.CutPrefix(typed, pinsAt); ok && strings.HasPrefix(rest, "/") {
		return rest
	}
	return typed
}

// fullestFirst sorts rings by how full they are, in whole percent so that they seldom change places. What is not known comes last.
func fullestFirst(rings []Entry) {
	slices.SortStableFunc(rings, func(a, b Entry) int { return cmp.Compare(b.full(), a.full()) })
}

// full is how full the ring is, in percent; -1: not known.
func (e *Entry) full() int {
	if e.Ring == nil || !e.Used.Known() || e.Ring.Size() == 0 {
		return -1
	}
	return int(100 * e.Used.V / e.Ring.Size())
}

// selected is the index of the selected entry; the first one until another is selected; -1: there is none.
func (s *start) selected() int {
	if s.page == nil || len(s.page.Rings) == 0 {
		return -1
	}
	for i := range s.page.Rings {
		if s.page.Rings[i].Target == s.sel {
			return i
		}
	}
	return 0
}

func (s *start) move(n int) {
	if i := s.selected(); i >= 0 {
		i = max(0, min(i+n, len(s.page.Rings)-1))
		s.sel = s.page.Rings[i].Target
		rows := max(1, s.listRows())
		s.top = max(i-rows+1, min(s.top, i))
	}
}

// listRows is how many entries fit: below the three lines and the heads, above the key line.
func (s *start) listRows() int { return s.h - headRows - 3 }
