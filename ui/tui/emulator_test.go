package tui

import (
	"context"
	"errors"
	"image/color"
	"io"
	"maps"
	"os"
	"os/signal"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"ringscope/model"
	"ringscope/sampler"
)

// TestMain starts the signal package's own goroutine before any test does so within a bubble of its own; and it is the program that
// the tests on a pseudo-terminal run.
func TestMain(m *testing.M) {
	if what := os.Getenv(ChildEnv); what != "" && Child != nil {
		os.Exit(Child(what))
	}
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	signal.Stop(c)
	os.Exit(m.Run())
}

// emulated is a terminal in memory: what the program writes is drawn, what is typed and what the terminal answers is read by it.
type emulated struct {
	mu     sync.Mutex
	vt     *vt.Emulator
	modes  map[ansi.Mode]bool
	alt    bool
	cursor bool
	bytes  int
	writes int
	input  chan []byte
	rest   []byte
	wrote  strings.Builder
	after  strings.Builder // what was written outside the alternate screen
}

func newEmulated(w, h int) *emulated {
	e := &emulated{vt: vt.NewEmulator(w, h), modes: map[ansi.Mode]bool{}, cursor: true, input: make(chan []byte, 1000)}
	e.vt.SetCallbacks(vt.Callbacks{
		AltScreen:        func(on bool) { e.alt = on },
		CursorVisibility: func(on bool) { e.cursor = on },
		EnableMode:       func(m ansi.Mode) { e.modes[m] = true },
		DisableMode:      func(m ansi.Mode) { e.modes[m] = false },
	})
	return e
}

// Write draws. Without a real terminal nobody turns a line feed into carriage return and line feed.
func (e *emulated) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.bytes += len(p)
	e.wrote.Write(p)
	e.writes++
	if !e.alt {
		e.after.Write(p)
	}
	if _, err := e.vt.Write([]byte(strings.ReplaceAll(string(p), "\n", "\r\n"))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// pump carries what the terminal says to the program, and never makes the terminal wait for a program that does not read any more.
func (e *emulated) pump() {
	defer close(e.input)
	for {
		b := make([]byte, 256)
		n, err := e.vt.Read(b)
		if err != nil {
			return
		}
		e.input <- b[:n]
	}
}

func (e *emulated) Read(p []byte) (int, error) {
	for len(e.rest) == 0 {
		b, ok := <-e.input
		if !ok {
			return 0, io.EOF
		}
		e.rest = b
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// text is what stands on the screen.
func (e *emulated) text() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.vt.String()
}

// raw is all that was written.
func (e *emulated) raw() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.wrote.String()
}

// fore and back are the colours of the first cell of s on the screen.
func (e *emulated) look(t *testing.T, s string) (fore, back color.Color) {
	t.Helper()
	for y, line := range strings.Split(e.text(), "\n") {
		if i := strings.Index(line, s); i >= 0 {
			e.mu.Lock()
			defer e.mu.Unlock()
			c := e.vt.CellAt(ansi.StringWidth(line[:i]), y)
			return c.Style.Fg, c.Style.Bg
		}
	}
	t.Fatalf("%q is not on the screen:\n%s", s, e.text())
	return nil, nil
}

// state is whether the alternate screen and the cursor are shown, and which modes are on.
func (e *emulated) state() (alt, cursor bool, modes map[ansi.Mode]bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.alt, e.cursor, maps.Clone(e.modes)
}

func (e *emulated) count() (bytes, writes int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.bytes, e.writes
}

func (e *emulated) press(t *testing.T, keys string) {
	t.Helper()
	if _, err := io.WriteString(e.vt.InputPipe(), keys); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
}

// onEmulator runs the viewer on a terminal in memory, within a bubble of simulated time, does what a test asks for, and ends it.
// It returns what run returned.
func onEmulator(t *testing.T, w, h int, profile colorprofile.Profile, background color.Color, cfg Config, do func(e *emulated, cancel context.CancelFunc)) (err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		e := newEmulated(w, h)
		if background != nil {
			e.vt.SetDefaultBackgroundColor(background)
		}
		go e.pump()
		cfg.Input, cfg.Output = e, e
		if cfg.Env == nil {
			cfg.Env = []string{"TERM=xterm-256color", "LANG=C.UTF-8"}
		}
		cfg.Host = "edge-7"
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		done := make(chan struct{})
		go func() {
			defer close(done)
			err = run(ctx, cfg, tea.WithWindowSize(w, h), tea.WithColorProfile(profile))
		}()
		time.Sleep(time.Second)
		do(e, cancel)
		select {
		case <-done:
		default:
			e.press(t, "q")
			<-done
		}
		if c, ok := e.vt.InputPipe().(io.Closer); ok {
			_ = c.Close()
		}
		time.Sleep(time.Minute)
		alt, cursor, modes := e.state()
		if alt || !cursor || modes[ansi.ModeMouseButtonEvent] || modes[ansi.ModeMouseExtSgr] || modes[ansi.ModeBracketedPaste] {
			t.Errorf("the terminal is left with alternate screen %v, cursor %v, modes %v", alt, cursor, modes)
		}
	})
	return err
}

var dark = color.RGBA{0x10, 0x10, 0x18, 0xff}

// moving is a watch that publishes a moment ten times a second.
type moving struct {
	*scripted
	began time.Time
	mu    sync.Mutex
	last  *model.Moment
}

func (w *moving) Latest() *model.Moment {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := time.Since(w.began).Truncate(100 * time.Millisecond)
	if m := later(w.latest, d); w.last == nil || !m.Sample.At.Equal(w.last.Sample.At) {
		w.last = m
	}
	return w.last
}

func opens(m *model.Moment) func(context.Context) (sampler.Watch, error) {
	return func(context.Context) (sampler.Watch, error) {
		return &moving{scripted: newScripted(m), began: time.Now()}, nil
	}
}

func TestOnATerminal(t *testing.T) {
	err := onEmulator(t, 120, 36, colorprofile.TrueColor, dark, Config{Open: opens(slow())}, func(e *emulated, _ context.CancelFunc) {
		want := still(120, 36, Config{Still: slow()})
		if got, want := e.text(), screen(want); !strings.Contains(got, "READER TOO SLOW") || len(strings.Split(got, "\n")) != len(strings.Split(want, "\n")) {
			t.Errorf("the screen is\n%s", got)
		}
		if alt, cursor, _ := e.state(); !alt || cursor {
			t.Error("no alternate screen, or a cursor on it")
		}
		red, _ := e.look(t, "▲ READER")
		if r, g, b, _ := red.RGBA(); r>>8 != 0xff || g>>8 != 0x5f || b>>8 != 0x5f {
			t.Errorf("the problem's shape is %v, expected red", red)
		}
		if title, _ := e.look(t, "READER TOO SLOW"); title == red {
			t.Error("the title is red: red is for the shape alone")
		}
		unread, _ := e.look(t, "█ unread")
		if r, g, b, _ := unread.RGBA(); r>>8 != 0x56 || g>>8 != 0xb4 || b>>8 != 0xe9 {
			t.Errorf("unread is %v", unread)
		}
	})
	if err != nil {
		t.Errorf("q returns %v", err)
	}
}

func TestLightAnd256Colors(t *testing.T) {
	for _, at := range []struct {
		name    string
		profile colorprofile.Profile
		back    color.Color
		want    [3]uint32
	}{
		{"exact on light", colorprofile.TrueColor, color.White, [3]uint32{0x00, 0x5f, 0x9e}},
		{"256 on dark", colorprofile.ANSI256, dark, [3]uint32{0x5f, 0xaf, 0xff}},
		{"256 on light", colorprofile.ANSI256, color.White, [3]uint32{0x00, 0x5f, 0xaf}},
	} {
		t.Run(at.name, func(t *testing.T) {
			_ = onEmulator(t, 120, 36, at.profile, at.back, Config{Open: opens(slow())}, func(e *emulated, _ context.CancelFunc) {
				fg, _ := e.look(t, "█ unread")
				if fg == nil {
					t.Fatal("unread has no colour")
				}
				if r, g, b, _ := fg.RGBA(); [3]uint32{r >> 8, g >> 8, b >> 8} != at.want {
					t.Errorf("unread is %02x%02x%02x, expected %02x", r>>8, g>>8, b>>8, at.want)
				}
			})
		})
	}
}

func TestNoColor(t *testing.T) {
	_ = onEmulator(t, 120, 36, colorprofile.ASCII, dark, Config{Open: opens(slow())}, func(e *emulated, _ context.CancelFunc) {
		e.mu.Lock()
		for y := range 36 {
			for x := range 120 {
				if s := e.vt.CellAt(x, y).Style; s.Fg != nil || s.Bg != nil {
					t.Errorf("%d,%d has colours %v on %v", x, y, s.Fg, s.Bg)
				}
			}
		}
		e.mu.Unlock()
		if !strings.Contains(e.text(), "▲ READER TOO SLOW") || !strings.Contains(e.text(), "◆") {
			t.Error("a shape is missing")
		}
	})
}

func TestQuietScreenWritesNothing(t *testing.T) {
	_ = onEmulator(t, 120, 36, colorprofile.TrueColor, dark, Config{Still: slow(), Frozen: true}, func(e *emulated, _ context.CancelFunc) {
		_, before := e.count()
		time.Sleep(10 * time.Second)
		if _, after := e.count(); after != before {
			t.Errorf("%d writes of a still moment", after-before)
		}
	})
	_ = onEmulator(t, 120, 36, colorprofile.TrueColor, dark, Config{Open: opens(calm())}, func(e *emulated, _ context.CancelFunc) {
		before, _ := e.count()
		time.Sleep(10 * time.Second)
		after, _ := e.count()
		if per := (after - before) / 100; per > 200 {
			t.Errorf("%d bytes a frame of a calm ring", per)
		}
	})
}

func TestFirstFrameDoesNotWaitForTheRing(t *testing.T) {
	open := func(ctx context.Context) (sampler.Watch, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	err := onEmulator(t, 80, 24, colorprofile.ANSI256, nil, Config{Open: open, Target: "name:rb"}, func(e *emulated, _ context.CancelFunc) {
		if s := e.text(); !strings.Contains(s, "LOOKING") || !strings.Contains(s, "name:rb") {
			t.Errorf("the screen is\n%s", s)
		}
	})
	if err != nil {
		t.Errorf("q while opening returns %v", err)
	}
}

func TestOpenErrorEndsWithThatError(t *testing.T) {
	boom := errors.New("no ring is named rb")
	err := onEmulator(t, 80, 24, colorprofile.ANSI256, nil, Config{Open: func(context.Context) (sampler.Watch, error) { return nil, boom }},
		func(*emulated, context.CancelFunc) {})
	if !errors.Is(err, boom) {
		t.Errorf("returned %v", err)
	}
}

func TestCtrlCAndContext(t *testing.T) {
	var w *moving
	open := func(context.Context) (sampler.Watch, error) {
		w = &moving{scripted: newScripted(slow()), began: time.Now()}
		return w, nil
	}
	err := onEmulator(t, 80, 24, colorprofile.ANSI256, nil, Config{Open: open}, func(e *emulated, _ context.CancelFunc) { e.press(t, "\x03") })
	if !errors.Is(err, ErrInterrupted) {
		t.Errorf("ctrl-c returns %v", err)
	}
	if w.stops != 1 {
		t.Errorf("the watch was stopped %d times", w.stops)
	}
	err = onEmulator(t, 80, 24, colorprofile.ANSI256, nil, Config{Open: open}, func(_ *emulated, cancel context.CancelFunc) {
		cancel()
		time.Sleep(time.Second)
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a done context returns %v", err)
	}
}

func TestLeaveTheLastFrame(t *testing.T) {
	var text string
	err := onEmulator(t, 80, 24, colorprofile.ANSI256, nil, Config{Open: opens(slow())}, func(e *emulated, _ context.CancelFunc) {
		e.press(t, "Q")
		time.Sleep(time.Second)
		text = ansi.Strip(e.after.String())
	})
	if err != nil || !strings.Contains(text, "READER TOO SLOW") || !strings.Contains(text, "reader is here") {
		t.Errorf("error %v, scrollback:\n%s", err, text)
	}
}

func TestResizing(t *testing.T) {
	_ = onEmulator(t, 200, 50, colorprofile.ANSI256, nil, Config{Open: opens(slow())}, func(e *emulated, _ context.CancelFunc) {
		e.press(t, "m")
		if _, _, modes := e.state(); !modes[ansi.ModeMouseButtonEvent] {
			t.Error("m does not turn the mouse on")
		}
		if !strings.Contains(e.text(), "enter: all") {
			t.Errorf("the screen is\n%s", e.text())
		}
	})
}
