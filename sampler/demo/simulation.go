package demo

import "time"

// player makes the actors' steps.
type player interface {
	// advance makes the schedule go on until now. more says that it has not got there yet. It is called by the goroutine that looks.
	advance(now time.Time) (more bool, err error)
	// pause makes the schedule stand still until advance is called again; it then goes on where it stood, however late it is.
	pause()
	// elapsed is how far the schedule is.
	elapsed() time.Duration
}

// stepsAtOnce bounds how long one advance of a simulation takes: some milliseconds.
const stepsAtOnce = 1 << 15

// simulation plays the schedule on simulated time: nothing happens but within advance, and always in the same order.
type simulation struct {
	actors  []actor
	due     []time.Duration // of each actor: nobody changes another's
	begin   time.Time       // of the schedule
	at      time.Duration
	running bool
}

func newSimulation(actors []actor) *simulation {
	s := &simulation{actors: actors, due: make([]time.Duration, len(actors))}
	for i, a := range actors {
		s.due[i] = a.due()
	}
	return s
}

func (s *simulation) advance(now time.Time) (more bool, err error) {
	if !s.running {
		s.begin, s.running = now.Add(-s.at), true
	}
	until := max(now.Sub(s.begin), s.at)
	for left := stepsAtOnce; left > 0; {
		next, other := s.first()
		due := s.due[next]
		if due > until {
			s.at = until
			return false, nil
		}
		// Of two that are due at once the first one acts, so that one who is due again before the others need not be looked for.
		for a := s.actors[next]; due <= until && (due < other || due == s.due[next]) && left > 0; left-- {
			s.at = due
			if err := a.step(); err != nil {
				return false, &actorError{actor: a.String(), at: due, err: err}
			}
			due = a.due()
		}
		s.due[next] = due
	}
	return true, nil
}

// first is who is due first, and when the next one of the others is.
func (s *simulation) first() (next int, other time.Duration) {
	other = never
	for i, d := range s.due[1:] {
		if d < s.due[next] {
			next, other = i+1, s.due[next]
		} else {
			other = min(other, d)
		}
	}
	return next, other
}

func (s *simulation) pause() { s.running = false }

func (s *simulation) elapsed() time.Duration { return s.at }
