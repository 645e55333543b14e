package demo

import "time"

// player makes the actors' steps.
type player interface {
	// advance makes the schedule go on until now. more says that it has not got there yet. It is called by the goroutine that looks.
	advance(now time.Time) (more bool, err error)
	// pause makes the schedule stand still until advance is called again; it then goes on where it stood, however late it is.
	pause()
}

// stepsAtOnce bounds how long one advance of a simulation takes: some milliseconds.
const stepsAtOnce = 1 << 15

// simulation plays the schedule on simulated time: nothing happens but within advance, and always in the same order.
type simulation struct {
	actors  []actor
	begin   time.Time // of the schedule
	at      time.Duration
	running bool
}

func (s *simulation) advance(now time.Time) (more bool, err error) {
	if !s.running {
		s.begin, s.running = now.Add(-s.at), true
	}
	until := max(now.Sub(s.begin), s.at)
	for range stepsAtOnce {
		next := s.actors[0]
		due := next.due()
		for _, a := range s.actors[1:] {
			if d := a.due(); d < due {
				next, due = a, d
			}
		}
		if due > until {
			s.at = until
			return false, nil
		}
		s.at = due
		if err := next.step(); err != nil {
			return false, &actorError{actor: next.String(), at: due, err: err}
		}
	}
	return true, nil
}

func (s *simulation) pause() { s.running = false }
