package tui

import (
	tea "charm.land/bubbletea/v2"

	"ringscope/sampler"
)

// panickedMsg says that a command panicked.
type panickedMsg struct{ err error }

// guarded is cmd with its panics turned into an answer, so that the program ends in order and then says why. Bubble Tea's own way ends the
// program first and writes the reason beside that, from the command's goroutine: often enough the process is gone before.
func guarded(while string, cmd tea.Cmd) tea.Cmd {
	return func() (msg tea.Msg) {
		defer func() {
			if v := recover(); v != nil {
				msg = panickedMsg{sampler.Panicked(while, v)}
			}
		}()
		return cmd()
	}
}
