package tui

import (
	"fmt"
	"runtime"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"

	"ringscope/ui/text"
)

// getenv is the value of a variable in env; the last one counts.
func getenv(env []string, name string) string {
	value := ""
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, name+"="); ok {
			value = v
		}
	}
	return value
}

// utf8Locale reports whether the locale of env can show more than ASCII. Where no variable says anything, it can: a shell in a
// container has no locale and runs in a terminal that does.
func utf8Locale(env []string) bool {
	if runtime.GOOS == "windows" {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		v := strings.ToLower(getenv(env, name))
		if v == "" {
			continue
		}
		return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
	}
	return true
}

// asciiOnly reports whether to draw with ASCII only: when asked to, in a locale that has no more, and where symbols count as two
// columns wide (RUNEWIDTH_EASTASIAN): what moves the cursor would then not agree with what is drawn.
func (c *Config) asciiOnly() bool {
	return c.ASCII || !utf8Locale(c.env()) || text.Width("█") != 1
}

// erasesPlain reports whether the terminal of env erases to its own background whatever colour is set, as those whose terminfo has no
// back_color_erase do. tmux calls itself screen too, and erases in colour; GNU Screen within tmux says so by STY.
func erasesPlain(env []string) bool {
	term := getenv(env, "TERM")
	if getenv(env, "TMUX") != "" && getenv(env, "STY") == "" {
		return false
	}
	for _, family := range []string{"screen", "ansi", "pcansi", "cygwin", "vt"} {
		if strings.HasPrefix(term, family) {
			return true
		}
	}
	return false
}

// colorless reports whether env asks for no colours: any value of NO_COLOR does (no-color.org).
func colorless(env []string) bool { return getenv(env, "NO_COLOR") != "" }

// alternative is the command that tells the same as text.
func alternative(target string) string {
	if target == "" {
		return "ringscope list"
	}
	return "ringscope stat " + target
}

// checkScreen refuses what can't show a screen, before anything is written to it.
func checkScreen(c *Config) error {
	instead := alternative(c.Target)
	out, ok := c.output().(term.File)
	if !ok {
		return nil // not a terminal of this system: whoever gave it knows its size
	}
	if !term.IsTerminal(out.Fd()) {
		return fmt.Errorf("%w: the output is not a terminal; %s prints text", ErrNoScreen, instead)
	}
	if getenv(c.env(), "TERM") == "dumb" {
		return fmt.Errorf("%w: TERM=dumb has no cursor to move; %s prints text", ErrNoScreen, instead)
	}
	w, h, err := term.GetSize(out.Fd())
	if err != nil {
		return fmt.Errorf("%w: asking for the terminal's size: %w", ErrNoScreen, err)
	}
	if w == 0 || h == 0 {
		return fmt.Errorf("%w: the terminal says its size is %dx%d; `stty rows 24 cols 80` sets one, or %s prints text",
			ErrNoScreen, w, h, instead)
	}
	return nil
}

// framesPerSecond bounds how often the terminal is written to: twice a frame tick, so that what a key does shows within 50 ms.
const framesPerSecond = 20

func (c *Config) options() []tea.ProgramOption {
	o := []tea.ProgramOption{
		tea.WithInput(c.input()), tea.WithOutput(c.output()), tea.WithEnvironment(c.env()),
		// Signals arrive through the context. Bubble Tea's own handler beside it deadlocks now and then.
		tea.WithoutSignalHandler(),
		tea.WithFPS(framesPerSecond),
	}
	if colorless(c.env()) {
		o = append(o, tea.WithColorProfile(colorprofile.ASCII))
	}
	return o
}
