package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// replyTime is how long a program that fails waits for the terminal's answers. A variable, because a test has a terminal that takes its time.
var replyTime = time.Second

// replies follows what the terminal was asked. What it answers after the program has left is typed into the shell.
type replies struct {
	asked time.Time // zero: nothing yet
	all   bool      // the answers are there
	due   bool      // the program ends when they are
}

// ask asks for the colour of the background and then, because every terminal answers that, for the cursor's position: answers come in the
// order of the questions, those of Bubble Tea before it included.
func (r *replies) ask() tea.Cmd {
	r.asked = time.Now()
	return tea.Sequence(tea.RequestBackgroundColor, tea.RequestCursorPosition)
}

// quit ends the program once the answers are there. Who presses a key has seen the screen, and the terminal has answered before that key.
func (r *replies) quit() tea.Cmd {
	left := replyTime - time.Since(r.asked)
	if r.all || r.asked.IsZero() || left <= 0 {
		return tea.Quit
	}
	r.due = true
	return tea.Tick(left, func(time.Time) tea.Msg { return tea.QuitMsg{} })
}

// told notes that the last answer is there.
func (r *replies) told() tea.Cmd {
	r.all = true
	if r.due {
		return tea.Quit
	}
	return nil
}

// typed reports whether somebody pressed k. The position of a cursor in the first line is spelt as F3 with modifiers is: what reads it, reports
// both, the key first.
func (r *replies) typed(k tea.KeyPressMsg) bool {
	return k.Code != tea.KeyF3 || r.asked.IsZero() || r.all
}
